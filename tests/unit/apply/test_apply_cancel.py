"""A run that is asked to stop: at every step it ends with the old release serving alone, or is too late and ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fakes.plans import (
    DIGEST,
    FOUNDATION_STACK,
    NEXT_DIGEST,
    SERVICE_STACK,
    back_plan,
    change_plan,
    create_plan,
    destroy_plan,
    switch_plan,
)
from fakes.stage import Stage

from hivemind.apply.entrance import Entrance, entrance
from hivemind.apply.journal import fold
from hivemind.apply.wayback import is_closed, proved_at
from hivemind.model.plan import Plan
from hivemind.model.run import Began, Cancelled, Done, Entry, RunStarted

PROVED = proved_at(switch_plan())
LAST = len(switch_plan().steps)


def asked(stage: Stage, when: Callable[[Entry], bool]) -> None:
    """Somebody asks the run to stop when the journal gets this entry."""

    def ask(entry: Entry) -> None:
        if when(entry):
            stage.store.ask_to_stop(entry.operation, "bob@host")

    stage.store.after_append = ask


def before(index: int) -> Callable[[Entry], bool]:
    """Between the end of the step before and the begin of this one."""
    if index == 0:
        return lambda entry: isinstance(entry, RunStarted)
    return lambda entry: isinstance(entry, Done) and (entry.phase, entry.index) == ("steps", index - 1)


def within(index: int) -> Callable[[Entry], bool]:
    return lambda entry: isinstance(entry, Began) and (entry.phase, entry.index) == ("steps", index)


def old_serves_alone(stage: Stage) -> bool:
    return (
        (stage.holds("blue"), stage.holds("green")) == (DIGEST, "")
        and (stage.machines("blue"), stage.machines("green")) == (2, 0)
        and stage.weights() == {"blue": 100, "green": 0}
    )


@pytest.mark.parametrize("index", range(PROVED + 2))
def test_asked_before_a_step_the_old_release_serves_alone_and_the_next_run_goes_through(
    stage: Stage, index: int
) -> None:
    stage.succeed(create_plan())
    asked(stage, before(index))
    error = stage.fail(switch_plan())
    assert (error.message, error.where) == (
        "cancelled by bob@host",
        f"step {index + 1} of {LAST}, {switch_plan().steps[index].kind}",
    )
    assert old_serves_alone(stage)
    assert [entry.index for entry in stage.store.journal if isinstance(entry, Cancelled)] == [index]
    assert stage.store.records[-1].verdict == "failed"
    assert stage.store.records[-1].migrated == (index > 2)
    stage.store.after_append = lambda entry: None
    stage.succeed(switch_plan())
    assert (stage.holds("green"), stage.world.migrations) == (NEXT_DIGEST, 2)


@pytest.mark.parametrize("index", range(PROVED + 1))
def test_asked_within_a_step_likewise(stage: Stage, index: int) -> None:
    stage.succeed(create_plan())
    asked(stage, within(index))
    error = stage.fail(switch_plan())
    assert error.message == "cancelled by bob@host"
    assert old_serves_alone(stage)
    stage.store.after_append = lambda entry: None
    stage.succeed(switch_plan())
    assert (stage.holds("green"), stage.world.migrations) == (NEXT_DIGEST, 2)


def test_a_migration_that_has_begun_is_let_come_to_its_end(stage: Stage) -> None:
    stage.succeed(create_plan())
    asked(stage, within(2))
    stage.fail(switch_plan())
    assert "run-migration" in stage.done()
    assert stage.failed() == []


@pytest.mark.parametrize("index", [1, 3, 4])
def test_what_only_waits_or_is_undone_is_left_at_once(stage: Stage, index: int) -> None:
    stage.succeed(create_plan())
    asked(stage, within(index))
    stage.fail(switch_plan())
    assert stage.failed() == [switch_plan().steps[index].kind]


@pytest.mark.parametrize("index", range(PROVED + 2, LAST))
@pytest.mark.parametrize("moment", [before, within])
def test_once_the_old_colour_goes_it_is_too_late_and_the_run_comes_to_its_end(
    stage: Stage, index: int, moment: Callable[[int], Callable[[Entry], bool]]
) -> None:
    stage.succeed(create_plan())
    asked(stage, moment(index))
    stage.succeed(switch_plan())
    assert (stage.holds("blue"), stage.holds("green"), stage.weights()["green"]) == ("", NEXT_DIGEST, 100)


@pytest.mark.parametrize("index", range(len(create_plan().steps) - 1))
def test_a_cancelled_create_leaves_no_instance_and_the_next_goes_on(stage: Stage, index: int) -> None:
    asked(stage, before(index))
    stage.fail(create_plan()) if not is_closed(create_plan(), index) else stage.succeed(create_plan())
    if SERVICE_STACK in stage.cloud.stacks.stacks and not is_closed(create_plan(), index):
        assert (stage.holds("blue"), stage.machines("blue")) == ("", 0)
    stage.store.after_append = lambda entry: None
    stage.succeed(create_plan())
    assert (stage.holds("blue"), stage.machines("blue"), stage.world.migrations) == (DIGEST, 2, 1)


def test_a_cancelled_destroy_stops_between_two_stacks_and_goes_on_later(stage: Stage) -> None:
    stage.succeed(create_plan())
    asked(stage, within(1))
    error = stage.fail(destroy_plan())
    assert error.where == "step 3 of 6, delete-stack"
    assert SERVICE_STACK not in stage.cloud.stacks.stacks
    assert FOUNDATION_STACK in stage.cloud.stacks.stacks
    stage.store.after_append = lambda entry: None
    stage.succeed(destroy_plan())
    assert stage.cloud.stacks.stacks == {}


def test_a_cancelled_change_finishes_the_stack_it_is_at(stage: Stage) -> None:
    stage.succeed(create_plan())
    asked(stage, within(0))
    stage.fail(change_plan())
    assert (stage.done(), stage.failed()) == (["update-stack"], [])
    assert stage.machines("blue") == 2


@pytest.mark.parametrize("make", [create_plan, switch_plan])
def test_what_was_asked_of_another_run_is_not_heeded(stage: Stage, make: Callable[[], Plan]) -> None:
    stage.store.ask_to_stop("another", "bob@host")
    stage.succeed(create_plan())
    stage.succeed(make())


@pytest.mark.parametrize(("index", "phase"), [(0, "steps"), (3, "steps"), (4, "recovery"), (PROVED + 1, "recovery")])
def test_killed_right_after_it_was_cancelled_it_goes_the_way_it_had_chosen(
    stage: Stage, index: int, phase: str
) -> None:
    stage.succeed(create_plan())
    asked(stage, before(index))
    stage.fail(switch_plan())
    at = next(n for n, entry in enumerate(stage.store.journal) if isinstance(entry, Cancelled))
    state = fold(stage.store.journal[: at + 1])
    assert state
    assert entrance(state, switch_plan()).phase == phase


def test_a_step_that_an_earlier_run_may_have_begun_counts_as_begun() -> None:
    assert [Entrance().begun(index) for index in (0, 1, 5)] == [0, 1, 5]
    assert [Entrance("steps", 5).begun(index) for index in (5, 6)] == [6, 6]


def test_the_way_back_closes_when_the_old_colour_goes_and_not_for_what_is_waited_for_after() -> None:
    plan = switch_plan()
    waited = next(step for step in plan.steps if step.kind == "await-healthy")
    grown = plan.model_copy(update={"steps": (*plan.steps, waited)})
    assert proved_at(grown) == proved_at(plan) == PROVED
    assert not is_closed(plan, PROVED + 1)
    assert is_closed(plan, PROVED + 2)
    assert is_closed(back_plan(), len(back_plan().steps))
    assert not any(is_closed(destroy_plan(), begun) for begun in range(7))


def test_a_failure_after_the_old_colour_went_sends_no_traffic_back_to_it(stage: Stage) -> None:
    stage.succeed(create_plan())
    plan = switch_plan()
    waited = next(step for step in plan.steps if step.kind == "await-healthy").model_copy(update={"colour": "blue"})
    stage.fail(plan.model_copy(update={"steps": (*plan.steps, waited)}))
    assert stage.weights() == {"blue": 0, "green": 100}
    assert stage.done("recovery") == []
