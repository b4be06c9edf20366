"""blue_green: what is done in which order, the way back from it, and what an earlier run left half-way."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from golden.plan import scene

from hivemind.model.live import Live, LiveService
from hivemind.model.plan import Plan
from hivemind.model.release import KEPT
from hivemind.model.spec import EnvironmentSpec, ServiceSpec, TransitionSpec
from hivemind.model.step import AddColour, EmptyColour, RecordRelease, ShiftTraffic, WatchRelease
from hivemind.plan.planner import plan

STAGING = EnvironmentSpec(name="staging")
CANARY = EnvironmentSpec(name="staging", transition=TransitionSpec(strategy="canary", steps=(10, 50), bake_seconds=120))


def planned(live: Live, digest: str = scene.SECOND, environment: EnvironmentSpec = STAGING, **changed: str) -> Plan:
    return plan(scene.desired(environment, scene.release(digest), **changed), live, {}, ())


def kinds(made: Plan) -> list[str]:
    return [step.kind for step in made.steps]


def half_way(blue: str, green: str, weights: Mapping[str, int]) -> Live:
    live = scene.live("staging", web=scene.web_parameters(blue, green))
    service = LiveService.model_validate({"releases": {"blue": blue, "green": green}, "weights": weights})
    return live.model_copy(update={"services": {"web": service}})


def test_a_release_is_built_proved_shifted_watched_and_only_then_the_old_one_goes() -> None:
    made = planned(scene.live("staging"))
    assert made.transition == "blue_green"
    assert kinds(made) == [
        "upload-bundle",
        "build-release",
        "run-migration",
        "add-colour",
        "await-healthy",
        "verify-release",
        "try-release",
        "shift-traffic",
        "watch-release",
        "empty-colour",
        "record-release",
    ]
    add = next(step for step in made.steps if isinstance(step, AddColour))
    assert (add.colour, add.digest, add.capacity) == ("green", scene.SECOND, 1)
    assert isinstance(made.steps[-1], RecordRelease)
    assert made.steps[-1].colours == {"web": "green"}


def test_the_way_back_is_traffic_first_then_evidence_then_the_new_colour_goes() -> None:
    made = planned(scene.live("staging"))
    assert [step.kind for step in made.recovery] == ["shift-traffic", "save-evidence", "empty-colour"]
    back, _, emptied = made.recovery
    assert isinstance(back, ShiftTraffic)
    assert isinstance(emptied, EmptyColour)
    assert back.weights == {"blue": 100, "green": 0}
    assert (emptied.colour, emptied.weights) == ("green", {"blue": 100, "green": 0})


def test_the_next_release_goes_to_blue_again() -> None:
    made = planned(scene.live("staging", web=scene.web_parameters("", scene.FIRST)))
    assert next(step.colour for step in made.steps if isinstance(step, AddColour)) == "blue"
    emptied = next(step for step in made.steps if isinstance(step, EmptyColour))
    assert (emptied.colour, emptied.weights) == ("green", {"blue": 100, "green": 0})


def test_a_canary_takes_its_shares_in_turn_and_each_is_watched() -> None:
    made = planned(scene.live("staging"), environment=CANARY)
    shifts = [step.weights["green"] for step in made.steps if isinstance(step, ShiftTraffic)]
    assert shifts == [10, 50, 100]
    watched = [step.seconds for step in made.steps if isinstance(step, WatchRelease)]
    assert watched == [120, 120, 120]
    around = [step.kind for step in made.steps if step.kind in ("shift-traffic", "watch-release")]
    assert around == ["shift-traffic", "watch-release"] * 3


def test_a_changed_foundation_comes_before_the_release_that_feels_it() -> None:
    foundation = scene.body("foundation").replace("CidrBlock: 10.20.0.0/24", "CidrBlock: 10.20.2.0/24")
    made = planned(scene.live("staging"), scene.FIRST, foundation=foundation)
    assert kinds(made)[:2] == ["update-stack", "upload-bundle"]


def test_what_an_abandoned_release_left_in_the_other_colour_goes_first() -> None:
    made = planned(half_way(scene.FIRST, "3d" * 32, {"blue": 90, "green": 10}))
    assert kinds(made)[:3] == ["shift-traffic", "empty-colour", "upload-bundle"]
    shift, emptied = made.steps[:2]
    assert isinstance(shift, ShiftTraffic)
    assert isinstance(emptied, EmptyColour)
    assert (shift.weights, emptied.colour) == ({"green": 0, "blue": 100}, "green")


@pytest.mark.parametrize("weights", [{"blue": 0, "green": 100}, {"blue": 10, "green": 90}])
def test_two_colours_come_to_rest_on_the_one_that_serves(weights: Mapping[str, int]) -> None:
    made = planned(half_way(scene.FIRST, scene.SECOND, weights))
    assert made.transition == "blue_green"
    assert "two colours" in made.headline
    assert "add-colour" not in kinds(made)
    emptied = next(step for step in made.steps if isinstance(step, EmptyColour))
    assert (emptied.colour, emptied.weights) == ("blue", {"green": 100, "blue": 0})
    assert kinds(made)[-1] == "record-release"


def test_a_release_that_serves_and_was_not_recorded_is() -> None:
    wanted = scene.desired(STAGING, scene.release()).model_copy(update={"recorded": (scene.SECOND,)})
    made = plan(wanted, scene.live("staging"), {}, ())
    assert "was not recorded" in made.headline
    assert kinds(made)[-1] == "record-release"
    assert not {"add-colour", "empty-colour", "shift-traffic"} & set(kinds(made))


def test_a_one_way_migration_is_told_before_it_runs() -> None:
    wanted = scene.desired(STAGING, scene.release(scene.SECOND))
    spec = wanted.spec.model_copy(update={"services": (ServiceSpec(one_way_migration=True),)})
    made = plan(wanted.model_copy(update={"spec": spec}), scene.live("staging"), {}, ())
    assert any("will not cross it" in note for note in made.notes)
    assert not any("one-way" in note for note in planned(scene.live("staging")).notes)


@pytest.mark.parametrize(("recorded", "collects"), [(0, False), (KEPT - 1, False), (KEPT, True), (KEPT + 5, True)])
def test_old_releases_are_collected_once_there_are_more_than_are_kept(recorded: int, collects: bool) -> None:
    digests = tuple(f"{number:064d}" for number in range(recorded - 1)) + (scene.FIRST,) * bool(recorded)
    wanted = scene.desired(STAGING, scene.release(scene.SECOND)).model_copy(update={"recorded": digests or None})
    made = plan(wanted, scene.live("staging"), {}, ())
    assert (kinds(made)[-1] == "collect-releases") == collects


def test_what_is_cut_off_and_what_the_old_release_must_bear_is_said() -> None:
    notes = "\n".join(planned(scene.live("staging")).notes)
    assert "must work on the new schema" in notes
    assert "cut off" in notes


def test_a_listener_that_was_told_otherwise_than_its_stack_comes_to_rest() -> None:
    live = scene.live("staging")
    service = LiveService.model_validate({"releases": {"blue": scene.FIRST}, "weights": {"blue": 50, "green": 0}})
    made = planned(live.model_copy(update={"services": {"web": service}}), digest=scene.FIRST)
    assert "other weights than its stack" in made.headline
    assert kinds(made)[-3:] == ["shift-traffic", "empty-colour", "record-release"]
    assert "add-colour" not in kinds(made)
    agreeing = service.model_copy(update={"weights": {"blue": 100, "green": 0}})
    assert planned(live.model_copy(update={"services": {"web": agreeing}}), digest=scene.FIRST).transition == "none"


def test_the_colour_that_serves_stays_in_its_subnets_and_the_new_one_gets_those_that_are_wanted() -> None:
    foundation = scene.body("foundation").replace("CidrBlock: 10.20.0.0/24", "CidrBlock: 10.20.2.0/24")
    made = planned(scene.live("staging"), foundation=foundation)
    changed = {change.name for change in made.parameters}
    assert "GreenSubnets" in changed
    assert "BlueSubnets" not in changed
