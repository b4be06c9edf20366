"""What the journal teaches the forecast: how long each kind of step took here, the last times that it was done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from golden.plan import scene

from hivemind.model.run import Began, Done, Entry, Failed
from hivemind.model.spec import EnvironmentSpec
from hivemind.model.step import AddColour, BuildRelease, Step, UpdateStack, WatchRelease
from hivemind.plan.history import likeness, taken
from hivemind.plan.planner import plan

START = datetime(2026, 1, 1, tzinfo=UTC)
BUILD = BuildRelease(digest="d", image="ami-1")


def ran(step: Step, seconds: float, operation: str = "one", *, fails: bool = False) -> list[Entry]:
    told = {"operation": operation, "phase": "steps", "index": 0}
    ends = (START + timedelta(seconds=seconds)).isoformat()
    began = Began.model_validate({"at": START.isoformat(), "step": step.model_dump(), **told})
    if fails:
        return [began, Failed.model_validate({"at": ends, "message": "no", "hint": "", **told})]
    return [began, Done.model_validate({"at": ends, **told})]


def test_the_median_of_the_last_five_times_is_what_it_takes() -> None:
    journal = [entry for seconds in (500, 10, 30, 20.2, 1000, 21) for entry in ran(BUILD, seconds)]
    assert taken(journal) == {likeness(BUILD): 21}


def test_what_failed_or_was_cut_off_tells_nothing() -> None:
    cut_off = ran(BUILD, 7, "two")[:1]
    assert taken([*ran(BUILD, 5, fails=True), *cut_off]) == {}
    assert taken([*cut_off, *ran(BUILD, 9, "three")]) == {likeness(BUILD): 9}


def test_steps_are_alike_by_what_they_are_for_and_not_by_what_they_hold() -> None:
    other = BUILD.model_copy(update={"digest": "another"})
    assert likeness(BUILD) == likeness(other)
    change = UpdateStack(part="foundation", stack="s", purpose="change")
    assert likeness(change) != likeness(change.model_copy(update={"purpose": "protect"}))
    assert likeness(change) != likeness(change.model_copy(update={"part": "web"}))


def test_a_plan_forecasts_by_what_was_seen_here_and_watches_as_long_as_it_is_told() -> None:
    staging = EnvironmentSpec(name="staging")
    desired = scene.desired(staging, scene.release(scene.SECOND))
    usual = plan(desired, scene.live("staging"), {}, ())
    watched = [step for step in usual.steps if isinstance(step, WatchRelease)]
    seen = {likeness(step): 77 for step in usual.steps if isinstance(step, BuildRelease | AddColour | WatchRelease)}
    told = plan(desired.model_copy(update={"taken": seen}), scene.live("staging"), {}, ()).forecast
    assert told.seconds == sum(told.each)
    expected = dict(zip((step.kind for step in usual.steps), told.each, strict=True))
    assert (expected["build-release"], expected["add-colour"]) == (77, 77)
    assert expected["watch-release"] == watched[0].seconds != 77
    assert told.downtime == usual.forecast.downtime
