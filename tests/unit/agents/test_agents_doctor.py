"""Every stuck state on the fake cloud: it is found, nothing else is, and the way out that is named leads out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes.plans import (
    DEPLOYMENT,
    DIGEST,
    FOUNDATION_STACK,
    NEXT_DIGEST,
    SERVICE_STACK,
    create_plan,
    destroy_plan,
    switch_plan,
)
from fakes.stage import Stage
from jsonschema import Draft202012Validator
from unit.agents.test_agents_observe import ENV, hive, spec
from unit.agents.test_agents_resume import begun

from hivemind.agents import conductor
from hivemind.agents.doctor import diagnose, schema_text, to_json
from hivemind.agents.project import Project
from hivemind.cli.doctor import lines
from hivemind.model.holder import Holder
from hivemind.model.names import TAG_DEPLOYMENT, TAG_RELEASE, TAG_ROLE
from hivemind.model.symptom import Diagnosis
from hivemind.model.template import StackInput

PUBLISHED = Path(__file__).parents[3] / "schemas" / "doctor.schema.json"
Sicken = Callable[[Stage], object]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


@pytest.fixture
def served(stage: Stage) -> Stage:
    stage.succeed(create_plan())
    return stage


def seen(stage: Stage, file: str = "hivemind.yaml", service: str = "web") -> Diagnosis:
    project = Project(Path(file), Path(), spec(service))
    return diagnose(project, project.environment(ENV), hive(stage))


def ways(stage: Stage) -> dict[str, str]:
    return {symptom.kind: symptom.way_out for symptom in seen(stage).symptoms}


def held(alive: bool) -> Holder:
    return Holder(who="bob@host", why="apply create", since="2026-03-01T12:00:00+00:00", process="7", alive=alive)


def status(stage: Stage, value: str, stack: str = SERVICE_STACK) -> None:
    stage.cloud.stacks.stacks[stack].status = value


def failed(stage: Stage, value: str, stack: str, resource: str, state: str) -> None:
    status(stage, value, stack)
    there = stage.cloud.stacks.stacks[stack].resources
    there[resource] = there[resource].model_copy(update={"status": state})


def weighed(stage: Stage, blue: int, green: int) -> None:
    rule = stage.cloud.stacks.stacks[SERVICE_STACK].resources["ForwardRule"].physical_id
    for arn in stage.world.rules[rule]:
        stage.world.rules[rule][arn] = blue if "Blue" in arn else green


def unwell(stage: Stage) -> None:
    stage.world.faults.unhealthy = True
    stage.cloud.tick()


def unanswered(stage: Stage) -> None:
    for content in stage.world.buckets.values():
        content.pop(f"shop/local/migrations/{DIGEST}.result", None)


def foreign(stage: Stage) -> None:
    body = '{"Resources": {"Logs": {"Type": "AWS::Logs::LogGroup"}}}'
    wanted = StackInput(name="strange", body=body, parameters={}, tags={TAG_DEPLOYMENT: DEPLOYMENT})
    for _ in range(2):
        stage.cloud.stacks.submit(wanted, token="t", keep_failed=False)
    for _ in range(3):
        stage.cloud.tick()


SICK: dict[str, tuple[Sicken, dict[str, str]]] = {
    "cut off before anything was added": (
        lambda stage: begun(stage, switch_plan(), 3),
        {"run-cut-off": "hivemind resume"},
    ),
    "cut off beside the old colour": (
        lambda stage: begun(stage, switch_plan(), 5),
        {"run-cut-off": "hivemind resume", "two-colours": "hivemind resume"},
    ),
    "cut off after the shift": (
        lambda stage: begun(stage, switch_plan(), 8),
        {
            "run-cut-off": "hivemind resume",
            "two-colours": "hivemind resume",
            "listener-drifted": "hivemind resume",
            "release-not-recorded": "hivemind resume",
        },
    ),
    "cut off, and its plan is lost": (
        lambda stage: (begun(stage, switch_plan(), 3), stage.store.plans.clear()),
        {"run-cut-off": "hivemind apply"},
    ),
    "a destroy that was cut off, and its plan is lost": (
        lambda stage: (begun(stage, destroy_plan(), 1), stage.store.plans.clear()),
        {"run-cut-off": "hivemind destroy"},
    ),
    "the lock of a dead run": (
        lambda stage: setattr(stage.store, "holder", held(alive=False)),
        {"lock-of-a-dead-run": "hivemind apply"},
    ),
    "at work": (lambda stage: status(stage, "UPDATE_IN_PROGRESS"), {"stack-at-work": "hivemind apply"}),
    "rolled back at its creation": (
        lambda stage: status(stage, "ROLLBACK_COMPLETE"),
        {"stack-shell": "hivemind apply"},
    ),
    "never executed": (lambda stage: status(stage, "REVIEW_IN_PROGRESS"), {"stack-shell": "hivemind apply"}),
    "kept at its update": (
        lambda stage: status(stage, "UPDATE_FAILED"),
        {"stack-kept-for-evidence": "hivemind apply"},
    ),
    "kept at its creation": (
        lambda stage: status(stage, "CREATE_FAILED", FOUNDATION_STACK),
        {"stack-kept-for-evidence": "hivemind apply"},
    ),
    "a rollback that failed": (
        lambda stage: failed(stage, "UPDATE_ROLLBACK_FAILED", SERVICE_STACK, "Logs", "UPDATE_FAILED"),
        {
            "stack-rollback-failed": "aws cloudformation continue-update-rollback --stack-name shop-local-web "
            "--resources-to-skip Logs"
        },
    ),
    "a deletion that failed": (
        lambda stage: failed(stage, "DELETE_FAILED", FOUNDATION_STACK, "Subnet", "DELETE_FAILED"),
        {"stack-delete-failed": "hivemind destroy"},
    ),
    "traffic divided": (
        lambda stage: weighed(stage, 90, 10),
        {"traffic-divided": "hivemind apply", "listener-drifted": "hivemind apply"},
    ),
    "traffic to an empty colour": (
        lambda stage: weighed(stage, 0, 100),
        {"nothing-serves": "hivemind apply", "listener-drifted": "hivemind apply"},
    ),
    "no healthy target": (unwell, {"no-healthy-target": "hivemind apply"}),
    "no healthy target, and a release before": (
        lambda stage: (stage.succeed(switch_plan()), unwell(stage)),
        {"no-healthy-target": "hivemind rollback"},
    ),
    "not recorded": (lambda stage: stage.store.records.clear(), {"release-not-recorded": "hivemind apply"}),
    "a migration without an end": (
        unanswered,
        {"migration-without-result": f"aws s3 rm s3://hivemind-bootstrap-Bucket-2/shop/local/migrations/{DIGEST}"},
    ),
    "a foreign stack": (foreign, {"orphan": "aws cloudformation delete-stack --stack-name strange"}),
}


@pytest.mark.parametrize("state", SICK)
def test_what_is_stuck_is_found_alone_with_its_way_out(served: Stage, state: str) -> None:
    assert seen(served).symptoms == ()
    sicken, expected = SICK[state]
    sicken(served)
    found = ways(served)
    if "migration-without-result" in found:
        bucket = next(iter(served.world.buckets))
        expected = {kind: way.replace("hivemind-bootstrap-Bucket-2", bucket) for kind, way in expected.items()}
    assert found == expected
    assert not seen(served).well
    assert all(symptom.what and symptom.where and symptom.note for symptom in seen(served).symptoms)


def test_before_anything_stands_and_after_a_destroy_it_is_well(stage: Stage) -> None:
    assert seen(stage).symptoms == ()
    stage.succeed(create_plan())
    stage.succeed(switch_plan())
    assert seen(stage).symptoms == ()
    stage.succeed(destroy_plan())
    assert seen(stage).symptoms == ()


def test_a_release_that_failed_is_no_sickness_while_the_old_one_serves(served: Stage) -> None:
    served.world.faults.crash = True
    served.fail(switch_plan())
    assert seen(served).symptoms == ()


def test_a_first_release_that_failed_leaves_nothing_that_serves(stage: Stage) -> None:
    stage.world.faults.crash = True
    stage.fail(create_plan())
    assert ways(stage) == {"nothing-serves": "hivemind apply"}
    stage.world.faults.crash = False
    stage.succeed(create_plan())
    assert seen(stage).symptoms == ()


def test_a_run_that_goes_on_explains_what_is_half_way_and_nothing_is_wrong(served: Stage) -> None:
    begun(served, switch_plan(), 8)
    served.store.holder = held(alive=True)
    found = seen(served)
    assert [(s.kind, s.severity, s.way_out) for s in found.symptoms] == [("run-going-on", "info", "hivemind cancel")]
    assert "bob@host" in found.symptoms[0].what
    assert found.well


@pytest.mark.parametrize(
    ("state", "value"),
    [("no healthy target", "no-healthy-target"), ("a rollback that failed", "stack-rollback-failed")],
)
def test_but_not_what_it_cannot_explain(served: Stage, state: str, value: str) -> None:
    SICK[state][0](served)
    served.store.holder = held(alive=True)
    assert value in ways(served)
    assert not seen(served).well


def test_a_machine_of_no_group_is_an_orphan_until_it_is_gone(served: Stage) -> None:
    stray = served.world.start({TAG_DEPLOYMENT: DEPLOYMENT})
    assert ways(served) == {"orphan": f"aws ec2 terminate-instances --instance-ids {stray.id}"}
    stray.state = "shutting-down"
    assert ways(served) == {}


def test_a_builder_is_none_and_a_claim_waits_for_its_builder(served: Stage) -> None:
    unanswered(served)
    builder = served.world.start({TAG_DEPLOYMENT: DEPLOYMENT, TAG_ROLE: "builder", TAG_RELEASE: DIGEST})
    assert ways(served) == {}
    builder.state = "terminated"
    assert set(ways(served)) == {"migration-without-result"}


def test_the_stack_of_a_service_that_the_spec_lost_is_an_orphan_that_apply_deletes(served: Stage) -> None:
    (orphan,) = [s for s in seen(served, service="other").symptoms if s.kind == "orphan"]
    assert (orphan.where, orphan.way_out) == (SERVICE_STACK, "hivemind apply")
    status(served, "DELETE_FAILED")
    (stuck,) = [s for s in seen(served, service="other").symptoms if s.kind == "stack-delete-failed"]
    assert stuck.way_out == "hivemind apply"


@pytest.mark.parametrize(
    ("file", "command"),
    [("hivemind.yaml", "hivemind apply"), ("my app/hivemind.yaml", "hivemind apply 'my app'"),
     ("shop.yaml", "hivemind apply shop.yaml")],
)  # fmt: skip
def test_the_way_out_names_the_application_as_it_was_named(served: Stage, file: str, command: str) -> None:
    status(served, "UPDATE_FAILED")
    assert seen(served, file).symptoms[0].way_out == command


@pytest.mark.parametrize("done", [3, 5, 6, 8, 9, 10])
def test_resume_is_a_way_out(served: Stage, done: int) -> None:
    begun(served, switch_plan(), done)
    assert set(ways(served).values()) == {"hivemind resume"}
    plan = conductor.cut_off(served.store)
    assert plan
    list(conductor.resume(plan, hive(served), served.bundles))
    assert seen(served).symptoms == ()
    assert served.holds("green") == NEXT_DIGEST


@pytest.mark.parametrize("state", ["never executed", "kept at its update"])
def test_apply_is_a_way_out_of_a_stack_that_failed(served: Stage, state: str) -> None:
    served.world.faults.crash = True
    for step in switch_plan().steps[:4]:
        served.apply(switch_plan().model_copy(update={"steps": (step,), "recovery": ()}))
    assert {"stack-kept-for-evidence": "hivemind apply"}.items() <= ways(served).items()
    served.world.faults.crash = False
    served.succeed(switch_plan())
    assert seen(served).symptoms == ()


def test_apply_is_a_way_out_of_a_shell(stage: Stage) -> None:
    stage.world.faults.resources["Logs"] = "no"
    stage.fail(create_plan())
    assert ways(stage) == {"stack-shell": "hivemind apply"}
    stage.world.faults.resources.clear()
    stage.succeed(create_plan())
    assert seen(stage).symptoms == ()


def test_destroy_is_a_way_out_of_a_deletion_that_failed(served: Stage) -> None:
    served.world.faults.resources["Vpc.delete"] = "has dependencies"
    served.fail(destroy_plan())
    assert ways(served)["stack-delete-failed"] == "hivemind destroy"
    served.world.faults.resources.clear()
    served.succeed(destroy_plan())
    assert seen(served).symptoms == ()


def test_people_are_told_the_way_out_and_where_aws_is(served: Stage) -> None:
    assert [text for text, _ in lines(seen(served), local=True)] == ["shop:local is well."]
    SICK["a rollback that failed"][0](served)
    told = [text for text, _ in lines(seen(served), local=True)]
    assert told[0].startswith("✗ shop-local-web: UPDATE_ROLLBACK_FAILED")
    assert told[1].startswith("    → aws cloudformation continue-update-rollback")
    assert "hivemind emulator status" in told[-1]
    assert "hivemind emulator status" not in "".join(text for text, _ in lines(seen(served), local=False))


def test_the_published_schema_is_current_and_a_diagnosis_satisfies_it(served: Stage) -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text(), "run `make write`"
    validator = Draft202012Validator(json.loads(schema_text()))
    begun(served, switch_plan(), 8)
    document = json.loads(to_json(seen(served)))
    assert document["symptoms"]
    assert not list(validator.iter_errors(document))
    assert list(validator.iter_errors({**document, "extra": 1}))
