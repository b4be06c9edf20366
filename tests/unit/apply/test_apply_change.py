"""A change in place on the fake cloud: what is told, what scaling has done meanwhile, and a change that fails."""

from __future__ import annotations

import json

import pytest
from fakes.plans import FOUNDATION_STACK, SERVICE_STACK, change_plan, create_plan, service_template, switch_plan
from fakes.stage import Stage

from hivemind.model.plan import Plan
from hivemind.model.step import AddColour, DeleteStack


@pytest.fixture
def serving(stage: Stage) -> Stage:
    stage.succeed(create_plan())
    return stage


def group(stage: Stage) -> str:
    return stage.cloud.stacks.stacks[SERVICE_STACK].resources["BlueGroup"].physical_id


def told(stage: Stage) -> str:
    return stage.cloud.stacks.stacks[SERVICE_STACK].parameters["BlueCapacity"]


def test_the_stacks_become_what_was_planned_and_the_new_instance_is_waited_for(serving: Stage) -> None:
    plan = change_plan(3)
    serving.succeed(plan)
    stacks = serving.cloud.stacks.stacks
    assert (stacks[FOUNDATION_STACK].body, stacks[SERVICE_STACK].body) == tuple(plan.templates.values())
    assert serving.machines("blue") == 3
    assert stacks[FOUNDATION_STACK].parameters["Protect"] == "true"


@pytest.mark.parametrize(
    ("scaled", "wanted", "capacity"),
    [
        (2, 3, "3"),  # nobody scaled: as planned
        (2, 1, "1"),
        (5, 3, "5"),  # scaling is ahead
        (5, 1, "5"),  # and what it added is not taken away
        (1, 3, "3"),  # one instance is being replaced
    ],
)
def test_what_scaling_did_since_the_plan_is_kept(serving: Stage, scaled: int, wanted: int, capacity: str) -> None:
    machines = [m for m in serving.world.machines.values() if m.group == group(serving)]
    for machine in machines[scaled:]:
        machine.state = "terminated"
    for _ in range(scaled - len(machines)):
        machine = serving.world.start({}, group(serving))
        for name, states in serving.world.targets.items():
            if "BlueTargets" in name:
                states[machine.id] = "healthy"
    serving.apply(change_plan(wanted))
    assert told(serving) == capacity


def test_a_second_run_changes_nothing(serving: Stage) -> None:
    serving.succeed(change_plan(3))
    events = len(serving.cloud.stacks.stacks[SERVICE_STACK].events)
    serving.succeed(change_plan(3))
    assert len(serving.cloud.stacks.stacks[SERVICE_STACK].events) == events
    assert told(serving) == "3"


def test_a_change_that_fails_leaves_what_stood_and_says_why(serving: Stage) -> None:
    plan = change_plan(3)
    broken = plan.templates["foundation"].replace('"Vpc": {', '"Extra": {"Type": "AWS::SNS::Topic"},\n  "Vpc": {', 1)
    serving.world.faults.resources["Extra"] = "Topic already exists"
    before = serving.cloud.stacks.stacks[FOUNDATION_STACK].body
    error = serving.fail(plan.model_copy(update={"templates": {**plan.templates, "foundation": broken}}))
    assert "Topic already exists" in error.message
    assert serving.cloud.stacks.stacks[FOUNDATION_STACK].body == before
    assert serving.machines("blue") == 2
    assert serving.failed() == ["update-stack"]


def _at_least(count: int) -> str:
    return service_template().replace('"DesiredCapacity"', f'"MinSize": "{count}",\n "DesiredCapacity"')


def test_a_release_that_asks_for_more_instances_raises_the_live_colour_to_the_new_least(stage: Stage) -> None:
    """Both colours' groups are held to the template's least size, also the one that goes in a moment."""
    stage.succeed(create_plan(template=_at_least(2)))
    switch = switch_plan().model_copy(update={"templates": {"web": _at_least(3)}})
    add = next(index for index, step in enumerate(switch.steps) if step.kind == "add-colour")
    more = switch.steps[add].model_copy(update={"capacity": 3})
    steps = (*switch.steps[:add], more)
    stage.succeed(switch.model_copy(update={"steps": steps}))
    assert (stage.machines("blue"), stage.machines("green")) == (3, 3)


ASKED = ("BluePort", "BlueHealthPath", "GreenPort", "GreenHealthPath", "BlueSubnets", "GreenSubnets")


def _asked_at(port: int) -> Plan:
    """The second release's start, by a template in which each colour has a port, a path and subnets of its own."""
    body = json.loads(service_template())
    body["Parameters"] |= {name: {"Type": "String"} for name in ASKED}
    whole = switch_plan().model_copy(update={"templates": {"web": json.dumps(body)}})
    add = next(index for index, step in enumerate(whole.steps) if isinstance(step, AddColour))
    listening = whole.steps[add].model_copy(update={"port": port, "health_path": "/up"})
    return whole.model_copy(update={"steps": (*whole.steps[:add], listening)})


def _told(stage: Stage) -> list[str]:
    return [stage.cloud.stacks.stacks[SERVICE_STACK].parameters[name] for name in ASKED]


def test_a_stack_from_before_each_colour_had_its_own_can_take_a_release(stage: Stage) -> None:
    stage.succeed(create_plan())
    stage.succeed(_asked_at(9000))
    assert _told(stage) == ["9000", "/up", "9000", "/up", "subnet-1", "subnet-1"]


def test_the_colour_that_serves_keeps_its_port_and_subnets(stage: Stage) -> None:
    stage.succeed(create_plan())
    service = stage.cloud.stacks.stacks[SERVICE_STACK]
    service.parameters |= {"BluePort": "8000", "BlueHealthPath": "/", "BlueSubnets": "subnet-0"}
    stage.succeed(_asked_at(9000))
    assert _told(stage) == ["8000", "/", "9000", "/up", "subnet-0", "subnet-1"]


def test_a_service_that_nobody_wants_any_more_goes_although_it_is_complete(serving: Stage) -> None:
    plan = change_plan(3)
    without = {part: body for part, body in plan.templates.items() if part != "web"}
    gone = (DeleteStack(part="web", stack=SERVICE_STACK),)
    serving.succeed(plan.model_copy(update={"steps": gone, "templates": without}))
    assert serving.cloud.stacks.find(SERVICE_STACK) is None
    assert serving.cloud.stacks.find(FOUNDATION_STACK) is not None


def test_what_was_wreckage_and_is_complete_now_is_kept(serving: Stage) -> None:
    serving.succeed(change_plan(3).model_copy(update={"steps": (DeleteStack(part="web", stack=SERVICE_STACK),)}))
    assert serving.cloud.stacks.find(SERVICE_STACK) is not None
