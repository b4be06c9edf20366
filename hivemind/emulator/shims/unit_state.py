"""What is known of a unit between `systemctl` and its supervisor: one small JSON file per unit under /run/systemd."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path


@dataclass(frozen=True)
class UnitState:
    """As `systemctl show` names them; `supervisor` is the pid of the process that looks after the unit."""

    active: str = "inactive"
    sub: str = "dead"
    result: str = "success"
    main_pid: int = 0
    restarts: int = 0
    status: int = 0
    supervisor: int = 0


def root() -> Path:
    """What stands for /."""
    return Path(os.environ.get("INSTANCE_ROOT", "/"))


def unit_file(name: str) -> Path:
    """Where a unit's file is."""
    return root() / "etc/systemd/system" / name


def path_of(name: str) -> Path:
    """Where a unit's state is kept."""
    return root() / "run/systemd" / f"{name}.json"


def read(name: str) -> UnitState:
    """The state now; one whose supervisor is gone is inactive, or as it ended."""
    try:
        state = UnitState(**json.loads(path_of(name).read_text()))
    except (OSError, ValueError, TypeError):
        return UnitState()
    if state.active in ("active", "activating", "deactivating") and state.supervisor and not _lives(state.supervisor):
        return replace(state, active="inactive", sub="dead", main_pid=0, supervisor=0)
    return state


def write(name: str, state: UnitState) -> None:
    """Replace the state."""
    path = path_of(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(state)))
    fresh.replace(path)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True
