"""What is remembered of a release: live or failed, migrated or not, and which plans stay."""

from __future__ import annotations

import pytest
from fakes.plans import DIGEST, NEXT_DIGEST, change_plan, create_plan, destroy_plan, switch_plan
from fakes.stage import Stage

from hivemind.model.findings import Findings
from hivemind.model.plan import Plan, Wanted
from hivemind.model.release import KEPT, ReleaseRecord, kept
from hivemind.model.spec import EnvironmentSpec, ServiceSpec, Spec
from hivemind.model.step import UploadBundle


def one_way(plan: Plan) -> Plan:
    """The same plan, of a spec that says its migration is one-way."""
    spec = Spec(name="shop", services=(ServiceSpec(one_way_migration=True),), environments={})
    return plan.model_copy(update={"wanted": Wanted(spec=spec, environment=EnvironmentSpec(), findings=FOUND)})


FOUND = Findings(services=())


def said(stage: Stage) -> list[tuple[str, str, bool]]:
    return [(record.digest[0], record.verdict, record.migrated) for record in stage.store.records]


def test_a_release_that_went_live(stage: Stage) -> None:
    stage.succeed(create_plan())
    stage.succeed(switch_plan())
    assert said(stage) == [("a", "live", True), ("b", "live", True)]
    newest = stage.store.records[-1]
    assert (newest.who, newest.commit, newest.colours, newest.one_way) == (
        "ada@test", "c0ffee", {"web": "green"}, False,
    )  # fmt: skip


@pytest.mark.parametrize(("fault", "migrated"), [("builder", False), ("migration", True), ("crash", True)])
def test_a_release_that_failed_is_recorded_with_whether_it_may_have_migrated(
    stage: Stage, fault: str, migrated: bool
) -> None:
    stage.succeed(create_plan())
    setattr(stage.world.faults, fault, {"builder": "build", "migration": "fails", "crash": True}[fault])
    stage.fail(switch_plan())
    assert said(stage) == [("a", "live", True), ("b", "failed", migrated)]
    assert stage.store.journal[-1].kind == "run-finished"


def test_a_first_release_that_failed_is_recorded_and_then_live(stage: Stage) -> None:
    stage.world.faults.crash = True
    stage.fail(create_plan())
    stage.fail(create_plan())
    assert said(stage) == [("a", "failed", True)]
    stage.world.faults.crash = False
    stage.succeed(create_plan())
    assert said(stage) == [("a", "failed", True), ("a", "live", True)]


def test_a_release_that_serves_did_not_fail_because_what_comes_after_did(stage: Stage) -> None:
    stage.succeed(create_plan())
    plan = switch_plan()
    *before, record_it, collect = plan.steps
    stage.fail(plan.model_copy(update={"steps": (*before, UploadBundle(digest="c" * 64), record_it, collect)}))
    assert (said(stage), stage.holds("blue")) == ([("a", "live", True)], "")


@pytest.mark.parametrize("plan", [change_plan(), destroy_plan()], ids=["change", "destroy"])
def test_what_is_no_release_leaves_no_record(stage: Stage, plan: Plan) -> None:
    stage.succeed(create_plan())
    stage.world.faults.resources["Logs"] = "no"
    stage.world.faults.refused.add("delete_all")
    stage.apply(plan)
    assert said(stage) == [("a", "live", True)]


def test_a_release_without_a_migration_migrates_nothing_though_it_could(stage: Stage) -> None:
    """As when a release is gone back to: its own migration is not run again."""
    stage.succeed(create_plan())
    plan = one_way(switch_plan())
    stage.succeed(plan.model_copy(update={"steps": tuple(s for s in plan.steps if s.kind != "run-migration")}))
    assert said(stage)[-1] == ("b", "live", False)
    assert not stage.store.records[-1].one_way


def test_a_one_way_migration_is_remembered_even_of_a_release_that_failed(stage: Stage) -> None:
    stage.succeed(create_plan())
    stage.world.faults.crash = True
    stage.fail(one_way(switch_plan()))
    assert [record.one_way for record in stage.store.records] == [False, True]


def test_the_plans_of_the_newest_live_records_stay(stage: Stage) -> None:
    for number in range(KEPT):
        stage.store.record(record(f"old-{number}"))
        stage.store.keep_plan(f"old-{number}", "text")
    stage.store.record(record("failed", "failed"))
    stage.store.keep_plan("failed", "text")
    stage.store.keep_plan(create_plan().digest, "text")
    stage.succeed(create_plan())
    assert set(stage.store.plans) == {create_plan().digest, *(f"old-{n}" for n in range(1, KEPT))}


def test_the_plan_of_a_release_that_failed_stays_while_it_is_the_last(stage: Stage) -> None:
    stage.store.keep_plan(create_plan().digest, "text")
    stage.world.faults.crash = True
    stage.fail(create_plan())
    assert set(stage.store.plans) == {create_plan().digest}


def test_kept_are_the_newest_live_ones_and_what_failed_between_them() -> None:
    records = [record("f0", "failed"), *(record(f"l{n}") for n in range(KEPT)), record("f1", "failed"), record("old")]
    assert [each.plan for each in kept(records)] == ["f0", *(f"l{n}" for n in range(KEPT))]
    assert kept(()) == ()


def record(plan: str, verdict: str = "live") -> ReleaseRecord:
    return ReleaseRecord.model_validate(
        {
            "digest": DIGEST if verdict == "live" else NEXT_DIGEST,
            "commit": None,
            "deployment": "shop:local",
            "template_hashes": {},
            "colours": {"web": "blue"},
            "migrated": False,
            "who": "ada",
            "when": "2026-03-01T12:00:00+00:00",
            "verdict": verdict,
            "plan": plan,
        }
    )
