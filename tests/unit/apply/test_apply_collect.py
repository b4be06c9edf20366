"""Old releases are collected: never one that can be gone back to, that a colour holds, or that this run deploys."""

from __future__ import annotations

import pytest
from fakes.plans import DIGEST, NEXT_DIGEST, SERVICE_STACK, create_plan, switch_plan
from fakes.stage import Stage

from hivemind.apply.handlers.collect import collect_releases
from hivemind.model.release import KEPT

OLD = [f"{number:064d}" for number in range(KEPT + 3)]


@pytest.fixture
def aged(stage: Stage) -> Stage:
    """Two old releases more than are kept, the newest of them last; then the first of the fake plans."""
    stage.succeed(create_plan())
    live = stage.store.records.pop()
    stage.store.records = [live.model_copy(update={"digest": digest, "plan": digest[-4:]}) for digest in OLD]
    for digest in OLD:
        publish(stage, digest)
    return stage


def publish(stage: Stage, digest: str) -> None:
    (bucket,) = stage.world.buckets.values()
    for name in ("bundles/{}.tar.gz", "built/{}.tar.gz", "built/{}.json", "migrations/{}", "failures/{}/i-1.json"):
        bucket[f"shop/local/{name.format(digest)}"] = b"{}"


def left(stage: Stage, folder: str) -> set[str]:
    (bucket,) = stage.world.buckets.values()
    prefix = f"shop/local/{folder}/"
    return {key.removeprefix(prefix).split(".")[0] for key in bucket if key.startswith(prefix)}


def test_the_newest_stay_with_the_one_that_was_just_deployed(aged: Stage) -> None:
    aged.succeed(switch_plan())
    expected = {NEXT_DIGEST, *OLD[-(KEPT - 1) :]}
    assert (left(aged, "bundles"), left(aged, "built")) == (expected, expected)


def test_claims_of_migrations_and_other_deployments_are_let_alone(aged: Stage) -> None:
    (bucket,) = aged.world.buckets.values()
    others = {"shop/locale/built/x.json", "shop/local-2/bundles/x.tar.gz"}
    bucket |= dict.fromkeys(others, b"")
    aged.succeed(switch_plan())
    assert set(OLD) < left(aged, "migrations")
    assert others < set(bucket)


def test_what_a_colour_holds_stays_whatever_the_records_say(aged: Stage) -> None:
    aged.cloud.stacks.stacks[SERVICE_STACK].parameters["GreenRelease"] = OLD[0]
    collect_releases(aged.acting(switch_plan()))
    assert {OLD[0], DIGEST} <= left(aged, "built")
    assert OLD[1] not in left(aged, "built")


def test_a_failed_release_stays_while_the_releases_around_it_do(aged: Stage) -> None:
    failed = aged.store.records[-1].model_copy(update={"digest": "f" * 64, "verdict": "failed"})
    gone = failed.model_copy(update={"digest": "e" * 64})
    aged.store.records = [gone, *aged.store.records, failed]
    for digest in ("e" * 64, "f" * 64):
        publish(aged, digest)
    aged.succeed(switch_plan())
    assert "f" * 64 in left(aged, "built")
    assert "e" * 64 not in left(aged, "built")


@pytest.mark.parametrize("call", ["listed", "delete"])
def test_a_cloud_that_will_not_delete_fails_no_release(aged: Stage, call: str) -> None:
    aged.world.faults.refused.add(call)
    aged.succeed(switch_plan())
    assert set(OLD) < left(aged, "built")
    assert "Throttling" in aged.store.journal[-2].result["why"]  # type: ignore[union-attr]
    collect_releases(aged.acting(switch_plan()))
    assert OLD[0] not in left(aged, "built")


def test_nothing_old_is_nothing_to_do(stage: Stage) -> None:
    stage.succeed(create_plan())
    stage.succeed(switch_plan())
    assert left(stage, "built") == {DIGEST, NEXT_DIGEST}
