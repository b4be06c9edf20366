"""Where a run enters its plan: at the beginning, or where an earlier run of the same plan was cut off."""

from __future__ import annotations

from dataclasses import dataclass

from hivemind.apply.journal import RunState
from hivemind.apply.wayback import taken_after_failure, taken_after_stop
from hivemind.model.plan import Plan
from hivemind.model.run import Phase


@dataclass(frozen=True)
class Entrance:
    """Step `first` of a phase; the way back is always gone from its beginning, since its steps look before they act."""

    phase: Phase = "steps"
    first: int = 0

    def begun(self, index: int) -> int:
        """How many steps may have begun when step `index` is about to: an earlier run may have begun the first one."""
        return max(index, self.first + 1) if self.first else index


FROM_THE_START = Entrance()


def entrance(state: RunState, plan: Plan) -> Entrance:
    """Where a run of `plan` that was cut off in `state` goes on."""
    first = min(state.next, len(plan.steps))
    failed = state.failure is not None and state.failure.phase == "steps"
    back = state.phase == "recovery" or (state.cancelled and taken_after_stop(plan, first))
    if back or (failed and state.failure and taken_after_failure(plan, state.failure.index)):
        return Entrance("recovery")
    return Entrance("steps", first)
