"""rolling: what is done in which order, the way back from it, and what cannot be rolled."""

from __future__ import annotations

import pytest
from golden.plan import scene

from hivemind.errors import RefusedError
from hivemind.model.live import Live, LiveService
from hivemind.model.plan import Plan
from hivemind.model.spec import EnvironmentSpec
from hivemind.model.step import RollInstances
from hivemind.plan.planner import plan

STAGING = EnvironmentSpec(name="staging")


def planned(live: Live, digest: str = scene.SECOND, environment: EnvironmentSpec = STAGING, **changed: str) -> Plan:
    desired = scene.desired(environment, scene.release(digest), **changed).model_copy(update={"rolling": True})
    return plan(desired, live, {}, ())


def test_a_release_is_built_once_then_rolled_in_the_colour_that_serves_and_watched() -> None:
    made = planned(scene.live("staging"))
    assert made.transition == "rolling"
    assert made.headline.startswith("replace instance by instance: ")
    assert [step.kind for step in made.steps] == [
        "upload-bundle",
        "build-release",
        "run-migration",
        "roll-instances",
        "watch-release",
        "record-release",
    ]
    roll = next(step for step in made.steps if isinstance(step, RollInstances))
    assert (roll.colour, roll.digest, roll.instance_type) == ("blue", scene.SECOND, "t3.micro")
    assert any("reach the new one before anything has tried it" in note for note in made.notes)


def test_the_way_back_rolls_the_release_before_once_the_evidence_is_kept() -> None:
    live = scene.live("staging", web=scene.web_parameters(machine="t3.small"))
    evidence, back = planned(live).recovery
    assert (evidence.kind, back.kind) == ("save-evidence", "roll-instances")
    assert isinstance(back, RollInstances)
    assert (back.digest, back.instance_type, back.image) == (
        scene.FIRST,
        "t3.small",
        live.stacks["web"].parameters["BlueImage"],
    )


def test_where_nothing_is_to_be_released_nothing_is_rolled() -> None:
    assert planned(scene.live("staging"), scene.FIRST).transition == "none"
    assert planned(scene.nothing()).transition == "create"


def test_what_needs_more_than_other_instances_is_refused_with_every_reason() -> None:
    live = scene.live("staging", web=scene.web_parameters(scene.FIRST, "3d" * 32) | {"BluePort": "9000"})
    service = LiveService.model_validate({"releases": {"blue": scene.FIRST}, "weights": {"blue": 90, "green": 10}})
    live = live.model_copy(update={"services": {"web": service}})
    web = scene.body("web").replace("VolumeSize: 16", "VolumeSize: 32")
    with pytest.raises(RefusedError) as caught:
        planned(live, web=web)
    said = str(caught.value)
    assert "left with two colours" in said
    assert "its template does" in said
    assert "in place of 9000" in said
    assert "Without --rolling" in caught.value.hint
