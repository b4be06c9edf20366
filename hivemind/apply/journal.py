"""What a journal says: its integrity, and how the last run stands. State is a fold over the entries, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal, assert_never
from uuid import UUID, uuid4

from hivemind.errors import RefusedError
from hivemind.model.plan import Transition
from hivemind.model.run import Began, Cancelled, Done, Entry, Failed, Phase, RunFinished, RunStarted

Ending = Literal["open", "applied", "failed", "interrupted"]


@dataclass(frozen=True)
class RunState:
    """How a run stands. `next` is the index of the first step that is not known to be done.

    `open` is a step that began and neither finished nor failed; with `ending` open, the run was killed or still runs.
    `phase` is `recovery` from the moment the way back began.
    """

    operation: str
    plan: str
    transition: Transition
    who: str
    since: str
    ending: Ending = "open"
    phase: Phase = "steps"
    next: int = 0
    open: Began | None = None
    failure: Failed | None = None
    cancelled: bool = False

    @property
    def unfinished(self) -> bool:
        """Whether running the same plan again would have something left to do."""
        return self.ending != "applied"

    @property
    def cut_off(self) -> bool:
        """Whether it was killed or interrupted before it came to an end of its own."""
        return self.ending in ("open", "interrupted")


def new_operation(source: Callable[[], UUID] = uuid4) -> str:
    """An id for one run, 32 hex digits. A run again, or a resumed one, needs its own: tokens are made from it."""
    return source().hex


def fold(entries: Iterable[Entry]) -> RunState | None:
    """How the last run stands; None when nothing ever ran. Raises RefusedError when the entries contradict each other.

    A run without an ending followed by another is no contradiction: that is what a kill leaves behind.
    """
    state: RunState | None = None
    for number, entry in enumerate(entries, start=1):
        state = _advance(state, entry, number)
    return state


def _advance(state: RunState | None, entry: Entry, number: int) -> RunState:
    if isinstance(entry, RunStarted):
        return _started(entry)
    if state is None or entry.operation != state.operation or state.ending != "open":
        raise _contradiction(number, f"{entry.kind} belongs to no run that is open")
    match entry:
        case Began():
            _must_be_between_steps(state, number, "a step began")
            return replace(state, open=entry, phase=entry.phase)
        case Done():
            _must_be_open(state, entry, number)
            return replace(state, open=None, next=entry.index + 1 if entry.phase == "steps" else state.next)
        case Failed():
            _must_be_open(state, entry, number)
            return replace(state, open=None, failure=state.failure or entry)
        case Cancelled():
            _must_be_between_steps(state, number, "it was cancelled")
            return replace(state, cancelled=True)
        case RunFinished():
            return replace(state, ending=entry.verdict)
        case never:
            assert_never(never)


def _started(entry: RunStarted) -> RunState:
    return RunState(
        operation=entry.operation,
        plan=entry.plan,
        transition=entry.transition,
        who=entry.who,
        since=entry.at,
        phase=entry.phase,
        next=entry.first,
    )


def _must_be_between_steps(state: RunState, number: int, what: str) -> None:
    if state.open is not None:
        raise _contradiction(number, f"{what} while {state.open.step.kind} was still open")


def _must_be_open(state: RunState, entry: Done | Failed, number: int) -> None:
    if state.open is None or (state.open.phase, state.open.index) != (entry.phase, entry.index):
        raise _contradiction(number, f"{entry.kind} of step {entry.index + 1}, which did not begin")


def _contradiction(number: int, why: str) -> RefusedError:
    return RefusedError(
        f"the journal contradicts itself: {why}",
        hint="Put the journal file aside; HiveMind then starts from what the cloud shows.",
        where=f"journal entry {number}",
    )
