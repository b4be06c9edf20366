"""Stop a run: ask the one that goes on, or go back from where one was cut off.

A run is asked by a word in the store that names its operation; the run itself goes back, since it alone holds the
deployment and knows how far it came.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Literal

from hivemind.agents.conductor import carry_out
from hivemind.agents.hive import Hive
from hivemind.apply.entrance import entrance
from hivemind.apply.journal import RunState, fold, new_operation
from hivemind.apply.wayback import is_closed
from hivemind.errors import RefusedError, StepError
from hivemind.model.plan import Plan
from hivemind.model.run import Failed, RunEvent
from hivemind.ports import Bundles, Clock, StoreReader

LOOK = 0.5
Ending = Literal["stopped", "too late", "cut off"]


def going_on(store: StoreReader) -> RunState | None:
    """The run that goes on now. Raises RefusedError when somebody holds the deployment and has begun nothing yet."""
    holder = store.holder
    if holder is None or not holder.alive:
        return None
    state = fold(store.entries())
    if state is None or state.ending != "open":
        raise RefusedError(
            f"{holder.who} ({holder.why}) has only just begun, or just ended",
            hint="Run `hivemind cancel` again in a moment.",
        )
    return state


def ended(operation: str, store: StoreReader, clock: Clock) -> Ending:
    """Wait until a run that was asked to stop has come to an end, and say to which. Raises as `require_put_back`."""
    while True:
        held = store.holder is not None and store.holder.alive
        state = fold(store.entries())
        if state is None or state.operation != operation or state.ending == "applied":
            return "too late"
        if state.ending == "failed":
            require_put_back(operation, store)
            return "stopped"
        if not held:
            return "cut off"
        clock.wait(LOOK)


def go_back(plan: Plan, hive: Hive, bundles: Bundles) -> Iterator[RunEvent]:
    """Go the way back from where the run of `plan` was cut off, or end it where there is nothing to take back.

    Raises RefusedError when the old colour may have begun to go, or somebody else has gone on meanwhile.
    """
    with hive.store.lease(hive.who, f"cancel {plan.transition}"):
        state = fold(hive.store.entries())
        if state is None or not state.cut_off or state.plan != plan.digest:
            raise RefusedError(
                f"another run of {plan.deployment} has begun meanwhile", hint="See what stands now: hivemind doctor"
            )
        at, operation = entrance(state, plan), new_operation()
        if at.phase == "steps" and is_closed(plan, at.begun(at.first)):
            raise RefusedError(
                f"nothing leads back any more: what {plan.deployment} ran before has begun to go",
                hint="Finish it with `hivemind resume`; `hivemind rollback` then goes back to the release before.",
            )
        hive.store.ask_to_stop(operation, hive.who)
        with suppress(StepError):
            yield from carry_out(plan, hive, bundles, at, operation)
        require_put_back(operation, hive.store)


def require_put_back(operation: str, store: StoreReader) -> None:
    """Raise StepError when a step of the way back failed."""
    for entry in store.entries():
        if isinstance(entry, Failed) and entry.operation == operation and entry.phase == "recovery":
            raise StepError(
                f"not everything could be put back: {entry.message}",
                hint="See what is left and the way out of it: hivemind doctor",
                evidence=entry.evidence,
            )
