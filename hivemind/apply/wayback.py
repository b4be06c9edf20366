"""The way back from a release: which failures and which wishes to stop take it, and when it is closed.

It leads to the old colour, so it is open until that begins to go (or, where instances are rolled, to the old release,
as long as its successor is watched). What fails or is asked to stop after is on its way
forward: the new release serves, and running on is what brings the deployment to rest.
"""

from __future__ import annotations

from hivemind.apply.traits import calls_for_recovery
from hivemind.model.plan import Plan
from hivemind.model.step import AddColour, EmptyColour, RollInstances


def proved_at(plan: Plan) -> int:
    """The last step that proves a new colour while the old one stands; -1 when there is none."""
    proof, added = -1, False
    for index, step in enumerate(plan.steps):
        if added and isinstance(step, EmptyColour):
            break
        added = added or isinstance(step, AddColour | RollInstances)
        proof = index if calls_for_recovery(step) else proof
    return proof


def is_closed(plan: Plan, begun: int) -> bool:
    """Whether nothing leads back once so many steps have begun; a plan without a way back just stops anywhere."""
    return bool(plan.recovery) and begun > proved_at(plan) + 1


def taken_after_failure(plan: Plan, index: int) -> bool:
    """Whether the failure of a step means that the new colour must go."""
    return calls_for_recovery(plan.steps[index]) and not is_closed(plan, index + 1)


def taken_after_stop(plan: Plan, begun: int) -> bool:
    """Whether a new colour may be there that must go, once so many steps have begun."""
    return any(calls_for_recovery(step) for step in plan.steps[:begun]) and not is_closed(plan, begun)
