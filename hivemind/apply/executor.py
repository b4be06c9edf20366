"""The one loop that runs a plan: journal ahead, ask the step's handler until it is settled, tell what happens.

A handler never waits; it answers `Waiting` and is asked again until the step's deadline. So every step can be asked any
number of times, and a run that was killed is repaired by running the same plan again: what is done already says so.
When a step that endangers the new colour fails, the plan's recovery runs the same way: a recovery step that fails is
journaled, and the next one still runs. A run that is asked to stop does so before its next step, or in one that may be
left, and goes the same way back.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar, assert_never

from hivemind.apply.acting import Acting
from hivemind.apply.entrance import FROM_THE_START, Entrance
from hivemind.apply.handlers.dispatch import handle
from hivemind.apply.outcome import Finished, Outcome, Stopped, Waiting
from hivemind.apply.recording import record_failure
from hivemind.apply.stack_events import StackWatch
from hivemind.apply.traits import deadline, may_be_left
from hivemind.apply.wayback import is_closed, taken_after_failure, taken_after_stop
from hivemind.errors import HiveMindError, StepError
from hivemind.model.run import Began, Cancelled, Done, Entry, Failed, Phase, Progress, RunEvent, RunFinished, RunStarted
from hivemind.model.step import SaveEvidence, Step

E = TypeVar("E", bound=Entry)
_AFTER_STOP = (
    "No release was left half-way. `hivemind apply` plans anew from what stands, `hivemind destroy` removes it."
)


def run(acting: Acting, entrance: Entrance = FROM_THE_START) -> Iterator[RunEvent]:
    """Run the plan, yielding what happens; after `RunFinished` raises StepError with evidence if a step failed.

    The caller holds the deployment's lease. An interrupt, or a listener that stops listening, closes the journal.
    """
    try:
        yield _journal(_started(acting, entrance), acting)
        match entrance.phase:
            case "steps":
                failure = yield from _run_steps(acting, entrance)
            case "recovery":
                failure = yield from _go_back(acting)
            case never:
                assert_never(never)
    except (KeyboardInterrupt, GeneratorExit):
        acting.store.append(RunFinished(at=_now(acting), operation=acting.operation, verdict="interrupted"))
        raise
    verdict = RunFinished(at=_now(acting), operation=acting.operation, verdict="failed" if failure else "applied")
    yield _journal(verdict, acting)
    if failure:
        raise failure


def _run_steps(acting: Acting, entrance: Entrance) -> Generator[RunEvent, None, StepError | None]:
    first = entrance.first
    for index, step in enumerate(acting.plan.steps[first:], start=first):
        if by := _asked_to_stop(entrance.begun(index), acting):
            return (yield from _stop(index, entrance.begun(index), by, acting))
        ending = yield from _run_step(step, "steps", index, acting)
        if isinstance(ending, Failed):
            saved = (yield from _recover(acting)) if taken_after_failure(acting.plan, index) else ()
            record_failure(index, acting)
            return _error(ending, saved, acting)
    return None


def _asked_to_stop(begun: int, acting: Acting) -> str | None:
    """Who asked this run to stop; None too when it is too late for that."""
    return None if is_closed(acting.plan, begun) else acting.store.stop_asked(acting.operation)


def _stop(index: int, begun: int, by: str, acting: Acting) -> Generator[RunEvent, None, StepError]:
    yield _journal(Cancelled(at=_now(acting), operation=acting.operation, index=index, by=by), acting)
    if taken_after_stop(acting.plan, begun):
        yield from _recover(acting)
    record_failure(max(begun - 1, 0), acting)
    return StepError(f"cancelled by {by}", hint=_AFTER_STOP, where=_place(index, acting))


def _go_back(acting: Acting) -> Generator[RunEvent, None, StepError]:
    """What is left of a run that had failed and was cut off on its way back."""
    saved = yield from _recover(acting)
    record_failure(0, acting)
    return StepError(
        "a step had failed, or the run was cancelled, before it was cut off; what it changed has been put back",
        hint="Fix the cause, if there was one, and run `hivemind apply` again.",
        evidence=saved,
    )


def _recover(acting: Acting) -> Generator[RunEvent, None, tuple[str, ...]]:
    """Run every recovery step, whatever became of the one before; returns the evidence they saved."""
    saved: tuple[str, ...] = ()
    for index, step in enumerate(acting.plan.recovery):
        ending = yield from _run_step(step, "recovery", index, acting)
        if isinstance(step, SaveEvidence) and isinstance(ending, Done):
            saved += tuple(line for text in ending.result.values() for line in text.splitlines())
    return saved


def _run_step(step: Step, phase: Phase, index: int, acting: Acting) -> Generator[RunEvent, None, Done | Failed]:
    yield _journal(Began(at=_now(acting), operation=acting.operation, phase=phase, index=index, step=step), acting)
    outcome = yield from _until_settled(step, phase, index, acting)
    entry: Done | Failed
    if isinstance(outcome, Finished):
        entry = Done(at=_now(acting), operation=acting.operation, phase=phase, index=index, result=dict(outcome.result))
    else:
        entry = Failed(
            at=_now(acting),
            operation=acting.operation,
            phase=phase,
            index=index,
            message=outcome.message,
            hint=outcome.hint,
            evidence=outcome.evidence,
        )
    yield _journal(entry, acting)
    return entry


def _until_settled(
    step: Step, phase: Phase, index: int, acting: Acting
) -> Generator[RunEvent, None, Finished | Stopped]:
    acting = replace(acting, since=acting.clock.now())
    watch, limit, note = StackWatch(step, acting), timedelta(seconds=deadline(step)), ""
    while True:
        outcome = _attempt(step, acting)
        yield from watch.news()
        if not isinstance(outcome, Waiting):
            return outcome
        if outcome.note != note:
            note = outcome.note
            yield Progress(phase=phase, index=index, note=note)
        if phase == "steps" and may_be_left(step) and (by := _asked_to_stop(index + 1, acting)):
            return Stopped(f"cancelled by {by}", _AFTER_STOP)
        elapsed = acting.clock.now() - acting.since
        if elapsed >= limit:
            return _too_late(step, note)
        acting.clock.wait(_pause(outcome.after, elapsed.total_seconds()))


def _attempt(step: Step, acting: Acting) -> Outcome:
    try:
        return handle(step, acting)
    except StepError as error:
        return Stopped(str(error), error.hint, error.evidence)
    except HiveMindError as error:
        return Stopped(str(error), error.hint)


def _pause(after: float, elapsed: float) -> float:
    """Look more often at first: what takes a second is not waited for three, and the cloud is not asked too much."""
    return min(after, 0.2 + elapsed / 20)


def _too_late(step: Step, note: str) -> Stopped:
    return Stopped(
        f"not done after {deadline(step)} s: {note}",
        "If it is only slow, run `hivemind apply` again: it goes on from here. Otherwise fix what it waits for first.",
    )


def _started(acting: Acting, entrance: Entrance) -> RunStarted:
    plan = acting.plan
    return RunStarted(
        at=_now(acting),
        operation=acting.operation,
        plan=plan.digest,
        transition=plan.transition,
        who=acting.who,
        phase=entrance.phase,
        first=entrance.first,
    )


def _error(failed: Failed, saved: tuple[str, ...], acting: Acting) -> StepError:
    place = _place(failed.index, acting)
    return StepError(failed.message, hint=failed.hint, where=place, evidence=failed.evidence or saved)


def _place(index: int, acting: Acting) -> str:
    steps = acting.plan.steps
    return f"step {index + 1} of {len(steps)}, {steps[index].kind}"


def _journal(entry: E, acting: Acting) -> E:
    """Write the entry, then hand it on: listeners never hear of what is not on disk."""
    acting.store.append(entry)
    return entry


def _now(acting: Acting) -> str:
    return acting.clock.now().isoformat(timespec="milliseconds")
