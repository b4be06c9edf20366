"""The whole way: create, release beside, destroy."""

from __future__ import annotations

from itertools import pairwise

from fakes.plans import (
    DIGEST,
    FOUNDATION_STACK,
    NEXT_DIGEST,
    SERVICE_STACK,
    create_plan,
    destroy_plan,
    plan,
    service_template,
    switch_plan,
)
from fakes.stage import Stage

from hivemind.model.run import Began, Done, Progress, RunFinished, RunStarted, StackProgress
from hivemind.model.step import UpdateStack


def test_create_does_every_step_in_order(stage: Stage) -> None:
    told = stage.succeed(create_plan())
    assert stage.done() == [step.kind for step in create_plan().steps]
    assert isinstance(told[0], RunStarted)
    assert isinstance(told[-1], RunFinished)
    assert told[-1].verdict == "applied"
    assert stage.summary() == {
        "stacks": {"hivemind-bootstrap": True, FOUNDATION_STACK: True, SERVICE_STACK: True},
        "blue": (DIGEST, 2),
        "green": ("", 0),
        "run": [DIGEST],
        "weights": {"blue": 100, "green": 0},
        "protected": "true",
        "migrations": 1,
        "colours_added": 1,
        "released": [(DIGEST, {"web": "blue"})],
    }


def test_every_entry_told_is_in_the_journal_first(stage: Stage) -> None:
    told = stage.succeed(create_plan())
    assert [e for e in told if not isinstance(e, Progress | StackProgress)] == stage.store.journal


def test_progress_and_stack_events_are_told_while_a_step_runs(stage: Stage) -> None:
    told = stage.succeed(create_plan())
    notes = [event.note for event in told if isinstance(event, Progress)]
    assert "installing flask" in notes
    assert any("0 of 2 healthy" in note and "Elb.RegistrationInProgress" in note for note in notes)
    spoken = [(event.index, event.note) for event in told if isinstance(event, Progress)]
    assert all(before != after for before, after in pairwise(spoken))
    events = [event.event for event in told if isinstance(event, StackProgress)]
    assert ("Database", "CREATE_COMPLETE") in [(e.logical_id, e.status) for e in events]
    assert len({event.id for event in events}) == len(events)


def test_a_step_tells_only_the_events_since_it_began(stage: Stage) -> None:
    told = stage.succeed(create_plan())
    add = next(i for i, e in enumerate(told) if isinstance(e, Began) and e.step.kind == "add-colour")
    after = [e.event for e in told[add:] if isinstance(e, StackProgress) and e.event.stack == SERVICE_STACK]
    assert {event.status for event in after if event.logical_id == SERVICE_STACK} == {
        "UPDATE_IN_PROGRESS",
        "UPDATE_COMPLETE",
    }


def test_the_outputs_of_a_stack_are_the_steps_result(stage: Stage) -> None:
    told = stage.succeed(create_plan())
    results = [event.result for event in told if isinstance(event, Done)]
    assert results[1]["Url"] == "http://shop.test"
    assert set(results[1]) == {
        "Listener",
        "BuilderTemplate",
        "BuilderLogs",
        "VpcId",
        "DatabaseIdentifier",
        "Url",
        "LoadBalancerFullName",
        "AppSubnets",
    }


def test_a_fresh_service_has_empty_colours_and_a_secret_token(stage: Stage) -> None:
    whole = create_plan()
    stage.succeed(whole.model_copy(update={"steps": whole.steps[:3]}))
    parameters = stage.cloud.stacks.stacks[SERVICE_STACK].parameters
    assert {name: parameters[f"Blue{name}"] for name in ("Release", "Checksum", "Image", "Capacity", "Weight")} == {
        "Release": "",
        "Checksum": "",
        "Image": "",
        "Capacity": "0",
        "Weight": "100",
    }
    assert len(parameters["TestToken"]) >= 32
    assert parameters["VpcId"].startswith(FOUNDATION_STACK)


def test_the_token_is_made_once_and_shown_nowhere(stage: Stage) -> None:
    stage.probe.answers = [500, 200]
    told = stage.succeed(create_plan())
    token = stage.cloud.stacks.stacks[SERVICE_STACK].parameters["TestToken"]
    stage.succeed(create_plan())
    assert stage.cloud.stacks.stacks[SERVICE_STACK].parameters["TestToken"] == token
    assert stage.probe.asked[0] == ("http://shop.test/healthz", {"X-HiveMind-Test": f"blue-{token}"})
    assert any(isinstance(e, Progress) and "answered 500" in e.note for e in told)
    assert token not in "".join(event.model_dump_json() for event in told)


def test_a_release_is_verified_by_two_good_answers_in_a_row(stage: Stage) -> None:
    stage.probe.answers = [200, 500, 200, 200]
    stage.succeed(create_plan())
    assert len(stage.probe.asked) == 4


def test_applying_again_changes_nothing(stage: Stage) -> None:
    stage.succeed(create_plan())
    before, events = stage.summary(), len(stage.cloud.stacks.stacks[SERVICE_STACK].events)
    stage.succeed(create_plan())
    assert stage.summary() == before
    assert len(stage.cloud.stacks.stacks[SERVICE_STACK].events) == events
    assert stage.world.colours_added == 1


def test_the_next_release_takes_over(stage: Stage) -> None:
    stage.succeed(create_plan())
    stage.succeed(switch_plan())
    summary = stage.summary()
    assert summary["blue"] == ("", 0)
    assert summary["green"] == (NEXT_DIGEST, 2)
    assert summary["weights"] == {"blue": 0, "green": 100}
    assert summary["migrations"] == 2


def test_a_new_colour_gets_the_live_ones_capacity(stage: Stage) -> None:
    stage.succeed(create_plan())
    group = next(m.group for m in stage.world.machines.values() if m.group)
    for _ in range(3):
        stage.world.start({}, group)
    stage.succeed(switch_plan())
    assert stage.machines("green") == 5


def test_no_update_of_the_stack_undoes_a_shift(stage: Stage) -> None:
    stage.succeed(create_plan())
    switch = switch_plan()
    shifted = len(switch.steps) - 2
    stage.succeed(switch.model_copy(update={"steps": switch.steps[:shifted]}))
    assert stage.weights() == {"blue": 0, "green": 100}
    update = UpdateStack(part="web", stack=SERVICE_STACK)
    stage.succeed(plan("in_place", (update,), templates={"web": service_template("changed")}))
    assert "changed" in stage.cloud.stacks.stacks[SERVICE_STACK].body
    assert stage.weights() == {"blue": 0, "green": 100}
    assert stage.holds("green") == NEXT_DIGEST


def test_destroy_leaves_nothing(stage: Stage) -> None:
    stage.succeed(create_plan())
    stage.succeed(destroy_plan())
    assert stage.cloud.stacks.stacks == {}
    assert stage.world.buckets == {}
    assert all(machine.state == "terminated" for machine in stage.world.machines.values())
    assert stage.cloud.inventory.owned("shop:local") == ()


def test_destroy_of_nothing_is_fine(stage: Stage) -> None:
    stage.succeed(destroy_plan())
    assert stage.clock.waited == 0


def test_destroy_ends_a_builder_that_still_runs(stage: Stage) -> None:
    stage.succeed(create_plan())
    stray = stage.world.start(
        {"hivemind:deployment": "shop:local", "hivemind:role": "builder", "hivemind:release": "x"}
    )
    stage.world.published("x")
    stage.succeed(destroy_plan())
    assert stray.state == "terminated"
