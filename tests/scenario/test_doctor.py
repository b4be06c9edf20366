"""What is stuck is found at the command line on the local cloud, and the command that doctor names leads out."""

from __future__ import annotations

import json
import re
import shlex
import signal
import time
from pathlib import Path
from typing import Any

import boto3
import pytest
from scenario import tiny_app
from scenario.terminal import Terminal, ask

pytestmark = pytest.mark.slow
FOUND = 1
STACK = "tiny-local-web"
BAD = "  Bad: {Type: AWS::EC2::Subnet, DependsOn: LogGroup, Properties: {VpcId: vpc-nope, CidrBlock: 10.0.0.0/24}}\n"


def test_a_listener_told_otherwise_is_found_and_led_out_of(hivemind: Terminal, tmp_path: Path) -> None:
    app = tiny_app.write(tmp_path / "tiny", body="A")
    assert hivemind("apply", app, "--yes").code == 0
    assert (hivemind("doctor", app).code, hivemind("doctor", app).last_line) == (0, "tiny:local is well.")

    _tell_listener(hivemind, blue=50)
    found = _found(hivemind, app)
    assert set(found) == {"listener-drifted"}
    assert hivemind(*_words(found["listener-drifted"]), "--yes").code == 0
    assert hivemind("doctor", app).code == 0


@pytest.mark.proof
def test_a_killed_release_is_found_and_led_out_of(hivemind: Terminal, tmp_path: Path) -> None:
    app = tiny_app.write(tmp_path / "tiny", body="A")
    url = hivemind("apply", app, "--yes").last_line.removeprefix("URL: ")
    tiny_app.write(app, body="B")
    said = hivemind.stopped(signal.SIGKILL, "✓ 3/", "apply", app, "--yes")
    assert said.code == -signal.SIGKILL
    found = _found(hivemind, app)
    assert {"run-cut-off", "lock-of-a-dead-run", "two-colours"} <= set(found)
    assert "process" in hivemind("doctor", app).out
    said = hivemind(*_words(found["run-cut-off"]))
    assert said.code == 0, said.out + said.err
    assert ask(url) == (200, "B")
    assert hivemind("doctor", app).last_line == "tiny:local is well."


@pytest.mark.proof
def test_a_rollback_that_failed_is_continued_by_the_command_that_doctor_names(
    hivemind: Terminal, tmp_path: Path
) -> None:
    app = tiny_app.write(tmp_path / "tiny", body="A")
    url = hivemind("apply", app, "--yes").last_line.removeprefix("URL: ")
    _fail_rollback(hivemind)
    words = shlex.split(_found(hivemind, app)["stack-rollback-failed"])
    assert words[:5] == ["aws", "cloudformation", "continue-update-rollback", "--stack-name", STACK]
    assert words[5:] == ["--resources-to-skip", "LogGroup"]
    _client(hivemind, "cloudformation").continue_update_rollback(StackName=STACK, ResourcesToSkip=words[6:])
    assert _settled(hivemind) == "UPDATE_ROLLBACK_COMPLETE"
    assert hivemind("doctor", app).last_line == "tiny:local is well."
    tiny_app.write(app, body="B")
    said = hivemind("apply", app, "--yes")
    assert said.code == 0, said.out + said.err
    assert ask(url) == (200, "B")


def _found(hivemind: Terminal, app: Path) -> dict[str, str]:
    """The way out of each symptom."""
    said = hivemind("doctor", app, "--json")
    assert said.code == FOUND, said.out + said.err
    return {symptom["kind"]: symptom["way_out"] for symptom in json.loads(said.out)["symptoms"]}


def _words(command: str) -> list[str]:
    first, *words = shlex.split(command)
    assert first == "hivemind"
    return words


def _tell_listener(hivemind: Terminal, blue: int) -> None:
    resources = _client(hivemind, "cloudformation").describe_stack_resources(StackName=STACK)["StackResources"]
    ids = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in resources}
    groups = [
        {"TargetGroupArn": ids["BlueTargets"], "Weight": blue},
        {"TargetGroupArn": ids["GreenTargets"], "Weight": 0},
    ]
    action = {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}
    _client(hivemind, "elbv2").modify_rule(RuleArn=ids["ForwardRule"], Actions=[action])


def _fail_rollback(hivemind: Terminal) -> None:
    """An update that fails, and whose rollback misses what somebody deleted meanwhile."""
    stacks = _client(hivemind, "cloudformation")
    body = stacks.get_template(StackName=STACK)["TemplateBody"]
    changed = re.sub(r"RetentionInDays: \d+", "RetentionInDays: 3", body)
    changed = changed.replace("\nResources:\n", f"\nResources:\n{BAD}", 1)
    told = stacks.describe_stacks(StackName=STACK)["Stacks"][0]["Parameters"]
    kept = [{"ParameterKey": each["ParameterKey"], "UsePreviousValue": True} for each in told]
    stacks.update_stack(
        StackName=STACK,
        TemplateBody=changed,
        Parameters=kept,
        DisableRollback=True,
        Capabilities=["CAPABILITY_IAM"],
    )
    assert _settled(hivemind) == "UPDATE_FAILED"
    found = stacks.describe_stack_resource(StackName=STACK, LogicalResourceId="LogGroup")["StackResourceDetail"]
    _client(hivemind, "logs").delete_log_group(logGroupName=found["PhysicalResourceId"])
    stacks.rollback_stack(StackName=STACK)
    assert _settled(hivemind) == "UPDATE_ROLLBACK_FAILED"


def _settled(hivemind: Terminal) -> str:
    stacks = _client(hivemind, "cloudformation")
    for _ in range(120):
        status = str(stacks.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"])
        if not status.endswith("_IN_PROGRESS"):
            return status
        time.sleep(0.5)
    return status


def _client(hivemind: Terminal, service: str) -> Any:
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    endpoint = hivemind.emulator()["endpoint"]
    return boto3.client(service, region_name="us-east-1", endpoint_url=endpoint, **keys)  # type: ignore[call-overload]
