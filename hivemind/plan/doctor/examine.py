"""Every symptom there is, in the order they are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hivemind.model.symptom import Symptom
from hivemind.plan.doctor import memory, stacks, traffic
from hivemind.plan.doctor.facts import Facts

Check = Callable[[Facts], Iterator[Symptom]]

ALWAYS: tuple[Check, ...] = (
    memory.going_on,
    traffic.unhealthy,
    stacks.rollback_failed,
    memory.orphans,
)
"""What a run that goes on does not explain."""
AT_REST: tuple[Check, ...] = (
    memory.cut_off,
    memory.dead_lock,
    stacks.at_work,
    stacks.shells,
    stacks.kept,
    stacks.delete_failed,
    traffic.two_colours,
    traffic.divided,
    traffic.drifted,
    traffic.nothing_serves,
    memory.unrecorded,
    memory.claims,
)
"""What is as it should be half-way through a run, and stuck when none goes on."""


def examine(facts: Facts) -> tuple[Symptom, ...]:
    """What is wrong, each with the way out."""
    checks = ALWAYS if facts.running else (*ALWAYS, *AT_REST)
    return tuple(symptom for check in checks for symptom in check(facts))
