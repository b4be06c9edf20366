"""The way back to an earlier release on the fake cloud: by what was kept, and refused where that is not enough."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes.plans import DIGEST, NEXT_DIGEST, SERVICE_STACK, create_plan, switch_plan
from fakes.stage import Stage
from unit.agents.test_agents_observe import ENV, hive, spec

from hivemind.agents import conductor
from hivemind.agents.project import Project
from hivemind.agents.rollback import plan_rollback
from hivemind.errors import RefusedError, StepError
from hivemind.model.findings import Findings, ServiceFindings
from hivemind.model.plan import Plan, Wanted
from hivemind.model.spec import EnvironmentSpec, ServiceSpec, Spec
from hivemind.plan.seal import seal, to_json

WEB = ServiceFindings(name="web", kind="web", path=".", language="python", start="run", health_path="/healthz")
FINDINGS = Findings(services=(WEB,))


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """The first release was followed by a second one, which serves from green."""
    stage = Stage(tmp_path)
    deploy(stage, create_plan())
    deploy(stage, switch_plan())
    return stage


def project() -> Project:
    return Project(Path("hivemind.yaml"), Path(), spec("web"))


def environment() -> EnvironmentSpec:
    return project().environment(ENV)


def deploy(stage: Stage, made: Plan, *, one_way: bool = False) -> Plan:
    """Apply a plan that says what it was decided from, and keep it, as the conductor does."""
    written = Spec(
        name=made.deployment.split(":")[0],
        services=(ServiceSpec(one_way_migration=one_way),),
        environments={ENV: environment()},
    )
    wanted = Wanted(spec=written, environment=environment(), findings=FINDINGS)
    plan = seal(made.model_copy(update={"wanted": wanted}))
    stage.store.keep_plan(plan.digest, to_json(plan))
    stage.apply(plan)
    return plan


def planned(stage: Stage, asked: str | None = None, *, force: bool = False) -> Plan:
    return plan_rollback(asked, project(), environment(), hive(stage), force=force)


def back(stage: Stage, asked: str | None = None) -> Plan:
    plan = planned(stage, asked)
    list(conductor.apply(plan, project(), hive(stage), stage.bundles))
    return plan


def test_the_release_before_serves_again_and_nothing_is_built_or_migrated_for_it(stage: Stage) -> None:
    migrations, machines = stage.world.migrations, len(stage.world.launched)
    plan = back(stage)
    assert plan.transition == "rollback"
    assert (stage.holds("blue"), stage.holds("green")) == (DIGEST, "")
    assert stage.weights() == {"blue": 100, "green": 0}
    assert (stage.world.migrations, len(stage.world.launched)) == (migrations, machines)
    newest = stage.store.records[-1]
    assert (newest.digest, newest.verdict, newest.migrated) == (DIGEST, "live", False)


def test_there_and_back_again(stage: Stage) -> None:
    back(stage)
    back(stage)
    assert stage.holds("green") == NEXT_DIGEST
    back(stage, DIGEST[:8])
    assert stage.holds("blue") == DIGEST
    assert [record.digest[0] for record in stage.store.records] == list("ababa")


def test_a_release_that_does_not_start_any_more_leaves_the_one_that_serves(stage: Stage) -> None:
    stage.world.faults.crash = True
    with pytest.raises(StepError):
        back(stage)
    assert (stage.holds("blue"), stage.holds("green")) == ("", NEXT_DIGEST)
    assert (stage.store.records[-1].digest, stage.store.records[-1].verdict) == (DIGEST, "failed")


def test_a_rollback_that_is_cut_off_goes_on(stage: Stage) -> None:
    plan = planned(stage)
    events = conductor.apply(plan, project(), hive(stage), stage.bundles)
    while next(events).kind != "done":
        pass
    events.close()  # type: ignore[attr-defined]
    found = conductor.cut_off(stage.store)
    assert found == plan
    list(conductor.resume(found, hive(stage), stage.bundles))
    assert stage.holds("blue") == DIGEST


def test_a_world_that_has_moved_since_the_plan_is_refused(stage: Stage) -> None:
    plan = planned(stage)
    stage.cloud.stacks.stacks[SERVICE_STACK].parameters["GreenImage"] = "ami-other"
    with pytest.raises(RefusedError, match="has changed"):
        list(conductor.apply(plan, project(), hive(stage), stage.bundles))


@pytest.mark.parametrize("gone", ["built/{}.json", "built/{}.tar.gz"])
def test_without_its_built_tree_it_is_refused(stage: Stage, gone: str) -> None:
    (bucket,) = stage.world.buckets.values()
    del bucket[f"shop/local/{gone.format(DIGEST)}"]
    with pytest.raises(RefusedError, match="built tree of release aaaaaaaaaaaa is no longer kept") as caught:
        planned(stage)
    assert "commit c0ffee" in caught.value.hint


def test_without_its_plan_or_with_an_altered_one_it_is_refused(stage: Stage) -> None:
    plan = stage.store.records[0].plan
    text = stage.store.plans.pop(plan)
    with pytest.raises(RefusedError, match="plan of release aaaaaaaaaaaa is no longer kept"):
        planned(stage)
    stage.store.keep_plan(plan, text.replace("/healthz", "/health"))
    with pytest.raises(RefusedError, match="altered"):
        planned(stage)


def test_where_nothing_whole_stands_there_is_no_way_back(stage: Stage) -> None:
    stage.cloud.stacks.stacks[SERVICE_STACK].parameters |= {"GreenRelease": "", "BlueRelease": ""}
    with pytest.raises(RefusedError, match="has not come to its end"):
        planned(stage)


@pytest.mark.parametrize("fails", [False, True])
def test_a_one_way_migration_is_crossed_only_by_force_even_of_a_release_that_failed(
    tmp_path: Path, fails: bool
) -> None:
    stage = Stage(tmp_path)
    deploy(stage, create_plan())
    stage.world.faults.crash = fails
    deploy(stage, switch_plan(), one_way=True)
    if fails:
        stage.world.faults.crash = False
        deploy(stage, switch_plan())
    with pytest.raises(RefusedError, match="one-way migration of release bbbbbbbbbbbb"):
        planned(stage)
    assert any("forced" in note for note in planned(stage, force=True).notes)


@pytest.fixture
def cut_off(tmp_path: Path) -> Stage:
    """Killed after the shift, before the record: nothing but the journal knows of the release that serves."""
    stage = Stage(tmp_path)
    deploy(stage, create_plan())
    plan = switch_plan()
    cut = plan.model_copy(update={"steps": plan.steps[:7]})
    kept = deploy(stage, cut, one_way=True)
    assert stage.store.journal.pop().kind == "run-finished"
    whole = seal(kept.model_copy(update={"steps": plan.steps}))
    stage.store.keep_plan(whole.digest, to_json(whole))
    stage.store.journal = [
        entry.model_copy(update={"plan": whole.digest}) if getattr(entry, "plan", "") == kept.digest else entry
        for entry in stage.store.journal
    ]
    return stage


def test_the_migration_of_a_run_that_was_cut_off_counts(cut_off: Stage) -> None:
    with pytest.raises(RefusedError, match="one-way migration of release bbbbbbbbbbbb"):
        planned(cut_off)
    made = planned(cut_off, force=True)
    assert [step.kind for step in made.steps][:2] == ["shift-traffic", "empty-colour"]


def test_a_release_whose_place_another_plan_takes_is_recorded_as_failed(cut_off: Stage) -> None:
    plan = planned(cut_off, force=True)
    list(conductor.apply(plan, project(), hive(cut_off), cut_off.bundles))
    assert [(r.digest[0], r.verdict, r.migrated, r.one_way) for r in cut_off.store.records] == [
        ("a", "live", True, False),
        ("b", "failed", True, True),
        ("a", "live", False, False),
    ]
    with pytest.raises(RefusedError, match="the only one"):
        planned(cut_off)


def test_a_release_that_is_gone_on_with_did_not_fail(cut_off: Stage) -> None:
    found = conductor.cut_off(cut_off.store)
    assert found is not None
    list(conductor.resume(found, hive(cut_off), cut_off.bundles))
    assert [(r.digest[0], r.verdict) for r in cut_off.store.records] == [("a", "live"), ("b", "live")]


@pytest.mark.parametrize("kept", [None, "altered"])
def test_a_lost_plan_of_a_run_that_was_cut_off_holds_no_other_plan_up(cut_off: Stage, kept: str | None) -> None:
    plan = planned(cut_off, force=True)
    lost = cut_off.store.journal[-1].operation
    digest = next(e.plan for e in cut_off.store.journal if e.kind == "run-started" and e.operation == lost)
    cut_off.store.plans |= {digest: kept} if kept else {}
    if kept is None:
        del cut_off.store.plans[digest]
    list(conductor.apply(plan, project(), hive(cut_off), cut_off.bundles))
    assert [record.verdict for record in cut_off.store.records] == ["live", "live"]
