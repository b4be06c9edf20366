"""What AWS refuses and moto accepts, one small file per service; what ends with its owner; and their list."""

from __future__ import annotations

from hivemind.emulator.seam import Seam
from hivemind.emulator.strict import balancing, configuration, databases, identity, leftovers, machines, network, topics
from hivemind.emulator.strict.rule import Rule

_SERVICES = (network, machines, balancing, databases, identity, configuration, topics)


def rules() -> tuple[Rule, ...]:
    """Every rule; importing them imports moto."""
    return tuple(rule for service in _SERVICES for rule in service.rules())


def seams() -> tuple[Seam, ...]:
    """Everything that is guarded or replaced here."""
    return (*(rule.seam for rule in rules()), *leftovers.seams())


def install() -> None:
    """Make the local cloud as strict as AWS."""
    leftovers.install()
    for rule in rules():
        rule.install()
