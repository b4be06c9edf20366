"""What is stuck is found at the command line on the local cloud, and the command that doctor names leads out."""

from __future__ import annotations

import json
import shlex
import signal
from pathlib import Path

import boto3
import pytest
from scenario import tiny_app
from scenario.terminal import Terminal, ask

pytestmark = pytest.mark.slow
FOUND = 1


def test_a_listener_told_otherwise_and_a_killed_release_are_found_and_led_out_of(
    hivemind: Terminal, tmp_path: Path
) -> None:
    app = tiny_app.write(tmp_path / "tiny", body="A")
    url = hivemind("apply", app, "--yes").last_line.removeprefix("URL: ")
    assert (hivemind("doctor", app).code, hivemind("doctor", app).last_line) == (0, "tiny:local is well.")

    _tell_listener(hivemind, blue=50)
    found = _found(hivemind, app)
    assert set(found) == {"listener-drifted"}
    assert hivemind(*_words(found["listener-drifted"]), "--yes").code == 0
    assert hivemind("doctor", app).code == 0

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
    session = {"region_name": "us-east-1", "aws_access_key_id": "local", "aws_secret_access_key": "local"}
    endpoint = hivemind.emulator()["endpoint"]
    clients = {s: boto3.client(s, endpoint_url=endpoint, **session) for s in ("cloudformation", "elbv2")}  # type: ignore[call-overload]
    resources = clients["cloudformation"].describe_stack_resources(StackName="tiny-local-web")["StackResources"]
    ids = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in resources}
    groups = [
        {"TargetGroupArn": ids["BlueTargets"], "Weight": blue},
        {"TargetGroupArn": ids["GreenTargets"], "Weight": 0},
    ]
    action = {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}
    clients["elbv2"].modify_rule(RuleArn=ids["ForwardRule"], Actions=[action])
