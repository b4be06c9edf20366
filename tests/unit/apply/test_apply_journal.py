"""The journal as a fold, and its contradictions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from fakes.plans import SERVICE_STACK, create_plan
from fakes.stage import Stage

from hivemind.apply.journal import fold, new_operation
from hivemind.errors import RefusedError
from hivemind.model.run import Began, Cancelled, Done, Entry, Failed, RunFinished, RunStarted
from hivemind.model.step import UpdateStack

STEP = UpdateStack(part="web", stack=SERVICE_STACK)


def started(operation: str = "one") -> RunStarted:
    return RunStarted(at="t0", operation=operation, plan="p", transition="create", who="ada")


def began(index: int, phase: Any = "steps", operation: str = "one") -> Began:
    return Began(at="t1", operation=operation, phase=phase, index=index, step=STEP)


def done(index: int, phase: Any = "steps") -> Done:
    return Done(at="t2", operation="one", phase=phase, index=index)


def failed(index: int, phase: Any = "steps") -> Failed:
    return Failed(at="t2", operation="one", phase=phase, index=index, message="no", hint="do")


def cancelled(index: int) -> Cancelled:
    return Cancelled(at="t2", operation="one", index=index, by="bob")


def finished(verdict: Any = "applied") -> RunFinished:
    return RunFinished(at="t3", operation="one", verdict=verdict)


def test_an_empty_journal_tells_nothing() -> None:
    assert fold(()) is None


def test_a_whole_run() -> None:
    state = fold((started(), began(0), done(0), began(1), done(1), finished()))
    assert state is not None
    assert (state.ending, state.next, state.open, state.unfinished) == ("applied", 2, None, False)


def test_a_killed_run_names_the_open_step() -> None:
    state = fold((started(), began(0), done(0), began(1)))
    assert state is not None
    assert (state.ending, state.next, state.unfinished) == ("open", 1, True)
    assert state.open == began(1)


def test_a_failed_run_keeps_the_first_failure_and_recovery_moves_no_step() -> None:
    entries = (started(), began(0), failed(0), began(0, "recovery"), done(0, "recovery"), began(1, "recovery"),
               failed(1, "recovery"), finished("failed"))  # fmt: skip
    state = fold(entries)
    assert state is not None
    assert (state.ending, state.next) == ("failed", 0)
    assert state.failure == failed(0)


def test_a_cancelled_run_is_known_before_its_way_back_begins() -> None:
    state = fold((started(), began(0), done(0), cancelled(1)))
    assert state is not None
    assert (state.cancelled, state.ending, state.next) == (True, "open", 1)


def test_an_interrupted_run_may_end_within_a_step() -> None:
    state = fold((started(), began(0), finished("interrupted")))
    assert state is not None
    assert state.ending == "interrupted"
    assert state.open == began(0)


def test_only_the_last_run_counts() -> None:
    state = fold((started(), began(0), started("two")))
    assert state is not None
    assert (state.operation, state.open) == ("two", None)


@pytest.mark.parametrize(
    ("entries", "place"),
    [
        ((began(0),), "journal entry 1"),
        ((started(), done(0)), "journal entry 2"),
        ((started(), began(0), done(1)), "journal entry 3"),
        ((started(), began(0), began(1)), "journal entry 3"),
        ((started(), began(0), done(0, "recovery")), "journal entry 3"),
        ((started(), finished(), began(0)), "journal entry 3"),
        ((started(), began(0, operation="two")), "journal entry 2"),
        ((started(), failed(0)), "journal entry 2"),
        ((started(), began(0), cancelled(0)), "journal entry 3"),
        ((cancelled(0),), "journal entry 1"),
    ],
)
def test_contradictions_are_refused_with_their_place(entries: tuple[Entry, ...], place: str) -> None:
    with pytest.raises(RefusedError, match="contradicts itself") as caught:
        fold(entries)
    assert caught.value.where == place
    assert "aside" in caught.value.hint


def test_every_run_folds(stage: Stage) -> None:
    stage.world.faults.crash = True
    stage.fail(create_plan())
    state = fold(stage.store.entries())
    assert state is not None
    assert (state.ending, state.next) == ("failed", 6)
    assert state.failure is not None
    assert state.failure.phase == "steps"


def test_an_operation_is_32_hex_digits_from_its_source() -> None:
    assert new_operation(lambda: UUID(int=7)) == f"{7:032x}"
    assert new_operation() != new_operation()
