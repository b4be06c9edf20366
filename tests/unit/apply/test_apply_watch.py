"""Watching a release that takes traffic: what stops it, what does not, and where the traffic is then."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fakes.plans import DIGEST, SERVICE_STACK, create_plan, switch_plan
from fakes.stage import Stage

from hivemind.model.plan import Plan
from hivemind.ports import Answered


@pytest.fixture
def serving(stage: Stage) -> Stage:
    """The first release serves; each test watches the second."""
    stage.succeed(create_plan())
    return stage


def counted(stage: Stage, colour: str, answered: Answered) -> None:
    """From now on CloudWatch tells this of a colour's users."""
    stage.world.answered[targets(stage, colour)] = answered


def targets(stage: Stage, colour: str) -> str:
    """The ARN of a colour's target group."""
    stack = stage.cloud.stacks.find(SERVICE_STACK)
    group = stack.resource(f"{colour}Targets") if stack else None
    assert group is not None
    return group.physical_id


def plan_until(kind: str) -> Plan:
    """The second release's plan up to the step of that kind."""
    whole = switch_plan()
    until = next(index for index, step in enumerate(whole.steps) if step.kind == kind)
    return whole.model_copy(update={"steps": whole.steps[: until + 1]})


def back_on_blue(stage: Stage) -> bool:
    return (stage.weights(), stage.holds("green"), stage.holds("blue")) == ({"blue": 100, "green": 0}, "", DIGEST)


@pytest.mark.parametrize(
    ("ours", "theirs", "why"),
    [
        (Answered(1000, 50, 0.1), Answered(1000, 0, 0.1), "50 of 1000 requests"),
        (Answered(1000, 0, 1.0), Answered(1000, 0, 0.1), "answers take 1.00 s, 0.10 s before"),
    ],
)
def test_what_users_notice_takes_the_traffic_back(serving: Stage, ours: Answered, theirs: Answered, why: str) -> None:
    counted(serving, "Green", ours)
    counted(serving, "Blue", theirs)
    error = serving.fail(switch_plan())
    assert serving.failed() == ["watch-release"]
    assert why in error.message
    assert back_on_blue(serving)
    assert error.evidence


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (Answered(1000, 50, 0.1), Answered(1000, 50, 0.1)),
        (Answered(1000, 4, 0.1), Answered(1000, 0, 0.1)),
        (Answered(1000, 0, 0.25), Answered(1000, 0, 0.1)),
        (Answered(3, 0, 9.0), Answered(1000, 0, 0.1)),
        (Answered(1000, 0, 9.0), Answered()),
    ],
    ids=["as bad as before", "a handful of errors", "a little slower", "too few to tell", "nothing to compare with"],
)
def test_what_is_no_fault_of_the_release_does_not(serving: Stage, ours: Answered, theirs: Answered) -> None:
    counted(serving, "Green", ours)
    counted(serving, "Blue", theirs)
    serving.succeed(switch_plan())


def test_what_an_earlier_release_answered_in_the_same_minute_is_not_held_against_this_one(serving: Stage) -> None:
    serving.succeed(plan_until("add-colour"))
    ends = serving.clock.now() + timedelta(seconds=40)
    serving.world.minutes[targets(serving, "Green")] = (ends, Answered(200, 150, 0.1))
    serving.succeed(plan_until("try-release"))
    assert serving.clock.now() >= ends


def test_what_fails_by_use_is_found_before_any_user_asks(serving: Stage) -> None:
    serving.probe.answers = [*[200] * 12, 500]
    error = serving.fail(switch_plan())
    assert serving.failed() == ["try-release"]
    assert "GET /healthz answered 500" in error.message
    assert back_on_blue(serving)
    assert "shift-traffic" not in serving.done()


def test_what_is_slow_beside_the_release_before_is_found_before_any_user_asks(serving: Stage) -> None:
    serving.probe.slow = "green"
    error = serving.fail(switch_plan())
    assert serving.failed() == ["try-release"]
    assert "takes 1.00 s, 0.01 s before" in error.message
    assert back_on_blue(serving)


def test_what_was_slow_before_is_no_fault_of_the_release(serving: Stage) -> None:
    serving.probe.slow = "blue"
    serving.succeed(switch_plan())


def test_requests_of_our_own_tell_where_no_user_is(serving: Stage) -> None:
    serving.succeed(plan_until("try-release"))
    asked = len(serving.probe.asked)
    serving.probe.answers = [*[200] * asked, 500]
    error = serving.fail(switch_plan())
    assert serving.failed() == ["watch-release"]
    assert "GET /healthz answered 500" in error.message
    assert back_on_blue(serving)


def test_one_bad_answer_among_ours_is_an_accident(serving: Stage) -> None:
    serving.probe.answers = [*[200] * 10, 500, 200]
    serving.succeed(switch_plan())


def test_an_alarm_of_the_new_colour_stops_it(serving: Stage) -> None:
    serving.world.raised["GreenErrors"] = serving.clock.now() + timedelta(hours=1)
    assert "alarm GreenErrors is raised" in serving.fail(switch_plan()).message
    assert back_on_blue(serving)


@pytest.mark.parametrize("alarm", ["GreenErrors", "GreenUnhealthy"])
def test_an_alarm_that_tells_of_an_earlier_release_in_the_colour_does_not(serving: Stage, alarm: str) -> None:
    """As after a bad release: the next one, or the way back, goes to the very colour that was bad a minute ago."""
    serving.world.raised[alarm] = serving.clock.now()
    serving.succeed(switch_plan())


@pytest.mark.parametrize("alarm", ["BlueErrors", "Outage"])
def test_an_alarm_that_the_release_may_cure_does_not(serving: Stage, alarm: str) -> None:
    serving.world.raised[alarm] = serving.clock.now() + timedelta(hours=1)
    serving.succeed(switch_plan())


def test_the_token_of_the_test_rule_is_told_nowhere(serving: Stage) -> None:
    serving.probe.answers = [200, 200, 0]
    serving.fail(switch_plan())
    token = serving.cloud.stacks.stacks[SERVICE_STACK].parameters["TestToken"]
    assert token not in "".join(entry.model_dump_json() for entry in serving.store.journal)
