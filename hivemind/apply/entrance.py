"""Where a run enters its plan: at the beginning, or where an earlier run of the same plan was cut off."""

from __future__ import annotations

from dataclasses import dataclass

from hivemind.apply.journal import RunState
from hivemind.apply.traits import calls_for_recovery
from hivemind.model.plan import Plan
from hivemind.model.run import Phase


@dataclass(frozen=True)
class Entrance:
    """Step `first` of a phase; the way back is always gone from its beginning, since its steps look before they act."""

    phase: Phase = "steps"
    first: int = 0


FROM_THE_START = Entrance()


def entrance(state: RunState, plan: Plan) -> Entrance:
    """Where a run of `plan` that was cut off in `state` goes on."""
    failed = state.failure is not None and state.failure.phase == "steps"
    if state.phase == "recovery" or (failed and state.failure and calls_for_recovery(plan.steps[state.failure.index])):
        return Entrance("recovery")
    return Entrance("steps", min(state.next, len(plan.steps)))
