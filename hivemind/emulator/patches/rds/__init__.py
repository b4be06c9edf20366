"""RDS: statuses that take time, a real endpoint, snapshots with data in them, refusals as strict as AWS's.

moto's databases are `available` at once at a made-up address, take every change at once, are gone as soon as they are
deleted, and all have the same resource id. docs/parity/databases.md says of each behaviour which page it follows.
"""

from __future__ import annotations

from hivemind.emulator.patches.rds import creating, groups, modifying, power, reading, secret, snapshots
from hivemind.emulator.patches.rds.hooks import Hooks
from hivemind.emulator.seam import Gap, Seam

__all__ = ["Hooks", "install", "seams"]

PARTS = (reading, creating, modifying, power, snapshots, groups, secret)


def install(hooks: Hooks) -> None:
    """Patch moto's RDS."""
    for part in PARTS:
        part.install(hooks)


def seams() -> tuple[Seam | Gap, ...]:
    """Everything that is replaced."""
    return tuple(seam for part in PARTS for seam in part.seams())
