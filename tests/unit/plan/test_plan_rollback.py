"""Going back: which release, across what, and by which steps."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from golden.plan import scene
from golden.plan.scene import record

from hivemind.errors import RefusedError
from hivemind.model.live import Live, LiveService
from hivemind.model.plan import Plan
from hivemind.model.release import ReleaseRecord
from hivemind.model.spec import EnvironmentSpec, TransitionSpec
from hivemind.model.step import AddColour, ShiftTraffic
from hivemind.plan.desired import Back
from hivemind.plan.planner import plan
from hivemind.plan.rollback import at_rest, chosen, require_passable, wanted_again

STAGING = EnvironmentSpec(name="staging")
CANARY = TransitionSpec(strategy="canary", steps=(10, 50), bake_seconds=120)
FIRST, SECOND, THIRD = scene.FIRST, scene.SECOND, "3d" * 32
SERVES_SECOND = scene.live("staging", web=scene.web_parameters(SECOND))


HISTORY = (record(SECOND), record(THIRD, verdict="failed"), record(FIRST))


def half_way(blue: str, green: str, weights: Mapping[str, int]) -> Live:
    live = scene.live("staging", web=scene.web_parameters(blue, green))
    service = LiveService.model_validate({"releases": {"blue": blue, "green": green}, "weights": weights})
    return live.model_copy(update={"services": {"web": service}})


def first_again(live: Live = SERVES_SECOND, since: tuple[ReleaseRecord, ...] = (), **changed: str) -> Plan:
    """The plan back to the first release, whose own plan is made here."""
    environment = STAGING.model_copy(update={"transition": CANARY})
    kept = plan(scene.desired(environment, scene.release(FIRST), **changed), scene.nothing(), {}, ())
    return plan(wanted_again(kept, live, Back(to=record(FIRST), since=since)), live, {}, ())


@pytest.mark.parametrize("asked", [None, "3", FIRST[:4], FIRST[:12].upper(), FIRST, "c0ffee1f"])
def test_the_release_before_is_chosen_without_a_word_or_by_number_digest_or_commit(asked: str | None) -> None:
    back = chosen(HISTORY, SERVES_SECOND, asked)
    assert back.to == record(FIRST)
    assert back.since == HISTORY[:2]


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("1", "already serves"),
        (SECOND[:8], "already serves"),
        ("2", "did not come to its end"),
        (THIRD[:8], "did not come to its end"),
        ("0", "no release 0"),
        ("4", "count from 1 to 3"),
        ("abcdef", "no release `abcdef`"),
        (FIRST[:3], "no release"),
        ("c0ffee", "several releases: 2e2e2e2e2e2e, 3d3d3d3d3d3d, 1f1f1f1f1f1f"),
        ("", "no release"),
        ("-1", "no release"),
    ],
)
def test_what_cannot_be_gone_back_to_is_refused_with_a_way_out(asked: str, why: str) -> None:
    with pytest.raises(RefusedError, match=why) as caught:
        chosen(HISTORY, SERVES_SECOND, asked)
    assert "hivemind status" in caught.value.hint
    assert caught.value.exit_code == 4


@pytest.mark.parametrize(
    ("records", "why"),
    [
        ((), "no release was ever live"),
        ((record(SECOND, verdict="failed"),), "no release was ever live"),
        ((record(SECOND),), "the only one"),
        ((record(SECOND), record(SECOND, plan="other"), record(FIRST, verdict="failed")), "the only one"),
    ],
)
def test_without_another_release_there_is_no_way_back(records: tuple[ReleaseRecord, ...], why: str) -> None:
    with pytest.raises(RefusedError, match=why) as caught:
        chosen(records, SERVES_SECOND, None)
    assert caught.value.hint


def test_of_a_release_that_was_deployed_twice_the_newest_counts() -> None:
    records = (record(SECOND), record(FIRST, plan="newer"), record(THIRD), record(FIRST, plan="older"))
    assert chosen(records, SERVES_SECOND, FIRST[:8]).to.plan == "newer"
    assert chosen(records, SERVES_SECOND, "4").to.plan == "older"


@pytest.mark.parametrize("weights", [{"blue": 100, "green": 0}, {"blue": 90, "green": 10}, {"blue": 0, "green": 100}])
def test_a_release_beside_another_is_not_at_rest_and_may_be_gone_back_to(weights: Mapping[str, int]) -> None:
    """As after a release that was cut off: the way back is to the last one that was recorded."""
    live = half_way(FIRST, SECOND, weights)
    assert at_rest(live) is None
    assert chosen((record(FIRST),), live, None).to == record(FIRST)


def test_what_serves_at_rest() -> None:
    assert at_rest(SERVES_SECOND) == SECOND
    assert at_rest(scene.nothing()) is None
    assert at_rest(scene.live("staging", web=scene.web_parameters(""))) is None


def test_it_is_neither_built_nor_migrated_again_and_takes_all_the_traffic_at_once() -> None:
    made = first_again()
    assert made.transition == "rollback"
    assert [step.kind for step in made.steps] == [
        "add-colour", "await-healthy", "verify-release", "try-release", "shift-traffic", "watch-release",
        "empty-colour", "record-release",
    ]  # fmt: skip
    add = next(step for step in made.steps if isinstance(step, AddColour))
    assert (add.colour, add.digest) == ("green", FIRST)
    assert [s.weights["green"] for s in made.steps if isinstance(s, ShiftTraffic)] == [100]
    assert [step.kind for step in made.recovery] == ["shift-traffic", "save-evidence", "empty-colour"]
    assert "roll back" in made.headline
    assert f"web gets release {FIRST[:12]} in place of {SECOND[:12]}" in made.headline


def test_its_own_template_comes_back_and_the_foundation_stays_as_it_stands() -> None:
    live = scene.live("staging", web=scene.web_parameters(SECOND))
    assert live.foundation
    foundation = live.foundation.body.replace("Period: 300", "Period: 60")
    live = live.model_copy(update={"foundation": live.foundation.model_copy(update={"body": foundation})})
    web = scene.body("web").replace("HttpTokens: required", "HttpTokens: required, HttpPutResponseHopLimit: 1")
    made = first_again(live, web=web)
    assert (made.templates["foundation"], made.templates["web"]) == (foundation, web)
    assert {change.stack for change in made.changes} == {"guestbook-staging-web"}
    assert made.wanted
    assert made.wanted.environment.transition == CANARY


def test_a_plan_of_a_rollback_is_enough_to_go_back_to_its_release_again() -> None:
    kept = first_again()
    again = plan(wanted_again(kept, SERVES_SECOND, Back(to=record(FIRST))), SERVES_SECOND, {}, ())
    assert again.steps == kept.steps


def test_two_colours_come_to_rest_on_the_release_gone_back_to() -> None:
    made = first_again(half_way(FIRST, SECOND, {"blue": 60, "green": 40}))
    assert [step.kind for step in made.steps] == ["shift-traffic", "empty-colour", "record-release"]
    assert isinstance(made.steps[0], ShiftTraffic)
    assert made.steps[0].weights == {"blue": 100, "green": 0}


def test_a_service_that_came_since_goes() -> None:
    live = scene.live("staging", web=scene.web_parameters(SECOND))
    worker = live.stacks["web"].model_copy(update={"name": "guestbook-staging-worker"})
    live = live.model_copy(update={"stacks": {**live.stacks, "worker": worker}})
    made = first_again(live)
    assert made.steps[0].model_dump(include={"kind", "part"}) == {"kind": "delete-stack", "part": "worker"}


def test_a_value_that_the_foundation_no_longer_gives_is_missed_before_anything_is_done() -> None:
    web = scene.body("web").replace("Parameters:\n", "Parameters:\n  CacheUrl: {Type: String}\n")
    with pytest.raises(RefusedError, match="CacheUrl") as caught:
        first_again(web=web)
    assert "hivemind apply" in caught.value.hint


def test_a_plan_that_does_not_say_what_was_wanted_leads_nowhere() -> None:
    kept = first_again().model_copy(update={"wanted": None})
    with pytest.raises(RefusedError, match="no longer kept"):
        wanted_again(kept, SERVES_SECOND, Back(to=record(FIRST)))


MIGRATED = record(SECOND, migrated=True)
ONE_WAY = record(SECOND, migrated=True, one_way=True)


def test_a_one_way_migration_is_crossed_only_by_force() -> None:
    back = Back(to=record(FIRST), since=(record(THIRD), ONE_WAY))
    with pytest.raises(RefusedError, match=f"one-way migration of release {SECOND[:12]}") as caught:
        require_passable(back, False)
    assert "--force" in caught.value.hint
    require_passable(back, True)
    assert any("forced" in note for note in first_again(since=back.since).notes)


@pytest.mark.parametrize(
    "since", [(), (MIGRATED,), (record(SECOND, one_way=True),), (record(FIRST, migrated=True, one_way=True),)]
)
def test_what_is_in_the_way_of_nobody(since: tuple[ReleaseRecord, ...]) -> None:
    """A migration that can be gone back across, one that never ran, and the release's own."""
    require_passable(Back(to=record(FIRST), since=since), False)


def test_the_schema_it_comes_back_to_is_told() -> None:
    told = "must work on the schema that the migration of"
    assert any(f"{told} {SECOND[:12]}" in note for note in first_again(since=(MIGRATED, MIGRATED)).notes)
    assert not any(told in note for note in first_again().notes)
    assert not any("the migration runs" in note for note in first_again().notes)
