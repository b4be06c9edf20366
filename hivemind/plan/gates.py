"""What stops a plan that could be applied until somebody says yes to that very thing: by an option, or by a label.

A gate is never in the way back: going back and taking down are not held up by a budget or a freeze.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import get_args

from hivemind.model.gate import Gate
from hivemind.model.plan import Plan
from hivemind.plan.words import dollars

UNGATED = frozenset({"none", "rollback", "destroy"})
LABEL = "hivemind: allow "
"""How the label of a pull request begins that opens a gate."""


@dataclass(frozen=True)
class Stop:
    """A closed gate: what is the matter, and what opens it beside saying yes to it."""

    gate: Gate
    words: str
    hint: str


def stops(plan: Plan, today: date) -> Iterator[Stop]:
    """The gates in a plan's way on that day (UTC)."""
    if plan.forecast.downtime != "none":
        yield Stop(
            "interruption",
            f"this interrupts {plan.deployment} for {plan.forecast.downtime}: {plan.forecast.downtime_reason}",
            "Choose a quiet hour",
        )
    if plan.wanted is None or plan.transition in UNGATED:
        return
    budget, freeze = plan.wanted.environment.budget, plan.wanted.environment.freeze
    if budget is not None and plan.cost.after > budget and plan.cost.after > plan.cost.before:
        yield Stop(
            "over-budget",
            f"this costs {dollars(plan.cost.after)} a month, and the budget is ${budget}",
            "Raise `budget` in the spec, make it smaller",
        )
    if freeze is not None and today.isoformat() <= freeze.until:
        yield Stop(
            "freeze",
            f"{plan.deployment} is frozen until {freeze.until}: {freeze.reason}",
            "Wait until then, or take `freeze` out of the spec",
        )


def opened(labels: frozenset[str]) -> frozenset[Gate]:
    """The gates that a pull request's labels open."""
    return frozenset(gate for gate in get_args(Gate) if f"{LABEL}{gate}" in labels)
