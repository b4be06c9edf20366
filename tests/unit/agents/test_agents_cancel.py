"""Stopping a run that goes on, and going back from one that was cut off."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes.clock import FakeClock
from fakes.plans import DIGEST, back_plan, create_plan, destroy_plan, switch_plan
from fakes.stage import Stage
from unit.agents.test_agents_observe import hive
from unit.agents.test_agents_resume import begun

from hivemind.agents import cancel, conductor
from hivemind.apply.executor import run
from hivemind.apply.journal import fold
from hivemind.apply.wayback import proved_at
from hivemind.errors import RefusedError, StepError
from hivemind.model.holder import Holder
from hivemind.model.plan import Plan

PROVED = proved_at(switch_plan())


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


@pytest.fixture
def served(stage: Stage) -> Stage:
    stage.succeed(create_plan())
    return stage


def cut(stage: Stage, made: Plan, done: int) -> Plan:
    begun(stage, made, done)
    plan = conductor.cut_off(stage.store)
    assert plan is not None
    return plan


def holds(stage: Stage, alive: bool = True) -> None:
    stage.store.holder = Holder(who="bob", why="apply", since="noon", process="1", alive=alive)


@pytest.mark.parametrize("done", range(1, PROVED + 1))
def test_a_run_that_was_cut_off_goes_back_and_the_old_release_serves_alone(served: Stage, done: int) -> None:
    plan = cut(served, switch_plan(), done)
    list(cancel.go_back(plan, hive(served), served.bundles))
    assert (served.holds("blue"), served.holds("green")) == (DIGEST, "")
    assert served.weights() == {"blue": 100, "green": 0}
    assert served.machines("green") == 0
    assert conductor.cut_off(served.store) is None
    assert served.store.records[-1].verdict == "failed"
    assert served.store.holder is None


@pytest.mark.parametrize("done", [PROVED + 1, PROVED + 2])
def test_once_the_old_colour_may_have_begun_to_go_it_is_refused_and_resume_is_named(served: Stage, done: int) -> None:
    plan = cut(served, switch_plan(), done)
    with pytest.raises(RefusedError, match="nothing leads back") as caught:
        list(cancel.go_back(plan, hive(served), served.bundles))
    assert "hivemind resume" in caught.value.hint
    list(conductor.resume(plan, hive(served), served.bundles))
    assert served.weights()["green"] == 100


def test_a_rollback_that_was_cut_off_goes_back_to_where_it_came_from(served: Stage) -> None:
    served.succeed(switch_plan())
    plan = cut(served, back_plan(), 3)
    list(cancel.go_back(plan, hive(served), served.bundles))
    assert (served.holds("blue"), served.weights()) == ("", {"blue": 0, "green": 100})


def test_a_destroy_that_was_cut_off_ends_where_it_is(served: Stage) -> None:
    plan = cut(served, destroy_plan(), 2)
    list(cancel.go_back(plan, hive(served), served.bundles))
    state = fold(served.store.entries())
    assert state
    assert state.ending == "failed"
    served.succeed(destroy_plan())
    assert served.cloud.stacks.stacks == {}


def test_what_cannot_be_put_back_is_said(served: Stage) -> None:
    plan = cut(served, switch_plan(), PROVED)
    served.world.faults.refused = {"shift"}
    with pytest.raises(StepError, match="not everything could be put back") as caught:
        list(cancel.go_back(plan, hive(served), served.bundles))
    assert "hivemind doctor" in caught.value.hint


def test_who_comes_second_is_refused(served: Stage) -> None:
    plan = cut(served, switch_plan(), 4)
    list(cancel.go_back(plan, hive(served), served.bundles))
    with pytest.raises(RefusedError, match="begun meanwhile"):
        list(cancel.go_back(plan, hive(served), served.bundles))
    holds(served)
    with pytest.raises(RefusedError, match="bob"):
        list(cancel.go_back(plan, hive(served), served.bundles))


def test_no_run_goes_on(served: Stage) -> None:
    assert cancel.going_on(served.store) is None
    begun(served, switch_plan(), 2)
    assert cancel.going_on(served.store) is None
    holds(served, alive=False)
    assert cancel.going_on(served.store) is None


def test_a_holder_that_has_begun_nothing_yet_is_not_taken_for_the_run_before(served: Stage) -> None:
    holds(served)
    with pytest.raises(RefusedError, match="only just begun") as caught:
        cancel.going_on(served.store)
    assert "again" in caught.value.hint


@pytest.mark.parametrize(("done", "ending"), [(4, "stopped"), (len(switch_plan().steps) - 1, "too late")])
def test_who_asks_waits_for_the_end_and_hears_which(served: Stage, done: int, ending: str) -> None:
    holds(served)
    events = run(served.acting(switch_plan()))
    left = done
    while left:
        left -= next(events).kind == "done"
    state = cancel.going_on(served.store)
    assert state
    served.store.ask_to_stop(state.operation, "bob")

    def step() -> None:
        try:
            next(events)
        except (StepError, StopIteration):
            served.store.holder = None

    assert cancel.ended(state.operation, served.store, FakeClock(step)) == ending


def test_a_run_that_dies_meanwhile_is_told(served: Stage) -> None:
    begun(served, switch_plan(), 4)
    state = fold(served.store.entries())
    assert state
    assert cancel.ended(state.operation, served.store, FakeClock()) == "cut off"


def test_a_destroy_that_came_to_its_end_has_put_its_journal_aside(served: Stage) -> None:
    served.store.archive()
    assert cancel.ended("op", served.store, FakeClock()) == "too late"
