"""Going on with a run that was cut off: by its own plan, by one person at a time, and never with another plan."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes.plans import change_plan, create_plan, switch_plan
from fakes.stage import Stage
from unit.agents.test_agents_observe import hive

from hivemind.agents import conductor
from hivemind.apply.executor import run
from hivemind.errors import RefusedError
from hivemind.model.holder import Holder
from hivemind.model.plan import Plan
from hivemind.plan.seal import seal, to_json


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def begun(stage: Stage, made: Plan, done: int) -> Plan:
    """A run of a sealed plan that stops dead after so many of its steps are done."""
    plan = seal(made)
    stage.store.keep_plan(plan.digest, to_json(plan))
    events = run(stage.acting(plan))
    while done:
        done -= next(events).kind == "done"
    stage.store.append = lambda entry: None  # type: ignore[method-assign]
    events.close()  # type: ignore[attr-defined]
    del stage.store.append
    return plan


def test_nothing_was_cut_off(stage: Stage) -> None:
    assert conductor.cut_off(stage.store) is None
    stage.succeed(create_plan())
    assert conductor.cut_off(stage.store) is None


def test_a_run_that_failed_was_not_cut_off(stage: Stage) -> None:
    stage.world.faults.crash = True
    stage.fail(create_plan())
    assert conductor.cut_off(stage.store) is None


def test_it_goes_on_by_the_plan_that_was_approved(stage: Stage) -> None:
    begun(stage, create_plan(), 3)
    found = conductor.cut_off(stage.store)
    assert found is not None
    list(conductor.resume(found, hive(stage), stage.bundles))
    assert stage.machines("blue") == 2
    assert stage.world.migrations == 1
    assert conductor.cut_off(stage.store) is None


def test_the_executor_does_no_step_again_that_was_done(stage: Stage) -> None:
    begun(stage, create_plan(), 3)
    found = conductor.cut_off(stage.store)
    assert found is not None
    began = [event for event in conductor.resume(found, hive(stage), stage.bundles) if event.kind == "began"]
    assert began[0].index == 3


@pytest.mark.parametrize("kept", [None, "another", "altered"])
def test_without_its_very_plan_it_does_not_go_on(stage: Stage, kept: str | None) -> None:
    plan = begun(stage, create_plan(), 2)
    texts = {"another": to_json(seal(change_plan())), "altered": to_json(plan).replace("t3.micro", "t3.large")}
    stage.store.plans = {plan.digest: texts[kept]} if kept else {}
    with pytest.raises(RefusedError) as caught:
        conductor.cut_off(stage.store)
    assert caught.value.hint


def test_who_comes_second_is_refused(stage: Stage) -> None:
    begun(stage, create_plan(), 3)
    found = conductor.cut_off(stage.store)
    assert found is not None
    list(conductor.resume(found, hive(stage), stage.bundles))
    with pytest.raises(RefusedError, match="begun meanwhile"):
        list(conductor.resume(found, hive(stage), stage.bundles))
    stage.store.holder = Holder(who="bob", why="apply", since="noon", process="1", alive=True)
    with pytest.raises(RefusedError, match="bob"):
        list(conductor.resume(found, hive(stage), stage.bundles))


def test_a_journal_that_another_plan_went_on_is_refused(stage: Stage) -> None:
    begun(stage, create_plan(), 3)
    found = conductor.cut_off(stage.store)
    assert found is not None
    stage.succeed(create_plan())
    begun(stage, switch_plan(), 1)
    with pytest.raises(RefusedError, match="begun meanwhile"):
        list(conductor.resume(found, hive(stage), stage.bundles))
