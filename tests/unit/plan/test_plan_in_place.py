"""Changes in place: which stacks are told what, in which order, and what must not be done this way."""

from __future__ import annotations

import pytest
from golden.plan import scene

from hivemind.model.live import Live
from hivemind.model.plan import Plan
from hivemind.model.spec import EnvironmentSpec
from hivemind.model.step import AwaitHealthy, DeleteStack, UpdateStack
from hivemind.plan.planner import plan

STAGING = EnvironmentSpec(name="staging")


def planned(live: Live, **changed: str) -> Plan:
    return plan(scene.desired(STAGING, scene.release(), **changed), live, {}, ())


def sized(least: int, limit: int = 8) -> str:
    """The web template for another number of instances."""
    text = scene.body("web").replace("MinSize: '1'", f"MinSize: '{least}'")
    assert "BlueCapacity: {Type: Number}" in text
    return text.replace("BlueCapacity: {Type: Number}", f"BlueCapacity: {{Type: Number, MaxValue: {limit}}}")


def running(count: int, least: int = 1) -> Live:
    """Blue serves with so many instances, under a template that demands so many at least."""
    values = scene.web_parameters() | {"BlueCapacity": str(count)}
    live = scene.live("staging", web=values)
    stack = live.stacks["web"].model_copy(update={"body": sized(least)})
    return live.model_copy(update={"stacks": {"web": stack}})


def test_the_foundation_changes_before_the_service_that_uses_it() -> None:
    made = planned(
        scene.live("staging"),
        foundation=scene.body("foundation").replace("Period: 300", "Period: 60"),
        web=scene.body("web").replace("RetentionInDays: 30", "RetentionInDays: 90"),
    )
    assert made.transition == "in_place"
    assert [(s.part, s.purpose) for s in made.steps if isinstance(s, UpdateStack)] == [
        ("foundation", "change"),
        ("web", "change"),
    ]
    assert made.forecast.downtime == "none"


@pytest.mark.parametrize(
    ("now", "before", "after", "told"),
    [
        (1, 1, 3, "3"),  # grows with the spec
        (5, 1, 3, None),  # scaling is ahead of the spec
        (3, 3, 2, "2"),  # shrinks with the spec
        (5, 3, 2, None),  # scaling went beyond the old number: what it added stays
    ],
)
def test_capacity_follows_the_spec_and_never_takes_away_what_scaling_added(
    now: int, before: int, after: int, told: str | None
) -> None:
    made = planned(running(now, before), web=sized(after))
    assert made.transition == "in_place"
    (update,) = (step for step in made.steps if isinstance(step, UpdateStack))
    assert update.parameters == ({"BlueCapacity": told} if told else {})
    awaits = [step.colour for step in made.steps if isinstance(step, AwaitHealthy)]
    assert awaits == (["blue"] if told and int(told) > now else [])


def test_capacity_stays_below_what_the_new_template_admits() -> None:
    made = planned(running(7, 5), web=sized(1, limit=4))
    (update,) = (step for step in made.steps if isinstance(step, UpdateStack))
    assert update.parameters == {"BlueCapacity": "4"}


def test_a_subnet_made_anew_reaches_the_live_instances_and_so_is_a_release() -> None:
    foundation = scene.body("foundation").replace("CidrBlock: 10.20.0.0/24", "CidrBlock: 10.20.2.0/24")
    made = planned(scene.live("staging"), foundation=foundation)
    assert made.transition == "blue_green"
    assert "launches its instances differently (BlueGroup)" in made.headline
    kinds = [step.kind for step in made.steps]
    assert kinds[0] == "update-stack"
    assert kinds.index("update-stack") < kinds.index("add-colour") < kinds.index("empty-colour")


def test_an_output_alone_is_a_change_too() -> None:
    foundation = scene.body("foundation").replace("Outputs:\n", "Outputs:\n  Name: {Value: guestbook}\n")
    made = planned(scene.live("staging"), foundation=foundation)
    assert (made.transition, made.changes) == ("in_place", ())
    assert "the outputs of guestbook-staging-foundation change" in made.headline
    assert [step.kind for step in made.steps] == ["update-stack"]


def test_a_service_that_is_gone_from_the_spec_goes_before_the_foundation_changes() -> None:
    live = scene.live("staging")
    old = scene.stack("old", "guestbook-staging-old", scene.body("web"), scene.web_parameters())
    live = live.model_copy(update={"stacks": {**live.stacks, "old": old}})
    made = planned(live, foundation=scene.body("foundation").replace("Period: 300", "Period: 60"))
    assert made.transition == "in_place"
    assert [type(step) for step in made.steps] == [DeleteStack, UpdateStack]
    assert made.steps[0] == DeleteStack(part="old", stack="guestbook-staging-old")


def test_a_text_that_means_the_same_changes_nothing() -> None:
    assert planned(scene.live("staging"), web=scene.body("web") + "\n# said otherwise\n").transition == "none"


def half_destroyed(live: Live) -> Live:
    """As a destroy leaves it that was cut off once it had lifted the protection."""
    assert live.foundation
    bare = {**live.foundation.parameters, "Protect": "false"}
    return live.model_copy(update={"foundation": live.foundation.model_copy(update={"parameters": bare})})


def test_what_a_destroy_that_was_cut_off_has_left_serves_on_and_is_protected_again() -> None:
    desired = scene.desired(STAGING, scene.release()).model_copy(update={"recorded": (scene.FIRST,)})
    made = plan(desired, half_destroyed(scene.live("staging")), {}, ())
    assert made.transition == "in_place"
    assert [c.logical_id for c in made.changes] == ["Database", "LoadBalancer"]
    assert all(p.after == "true" for c in made.changes for p in c.properties)
    assert [(s.part, s.purpose, s.parameters) for s in made.steps if isinstance(s, UpdateStack)] == [
        ("foundation", "protect", {"Protect": "true"})
    ]


def test_a_release_after_such_a_destroy_changes_the_foundation_and_protects_it_before_it_switches() -> None:
    body = scene.body("foundation").replace("Period: 300", "Period: 60")
    desired = scene.desired(STAGING, scene.release(scene.SECOND), foundation=body)
    desired = desired.model_copy(update={"recorded": (scene.FIRST,)})
    made = plan(desired, half_destroyed(scene.live("staging")), {}, ())
    assert made.transition == "blue_green"
    updates = [(s.part, s.purpose) for s in made.steps[:2] if isinstance(s, UpdateStack)]
    assert updates == [("foundation", "change"), ("foundation", "protect")]
