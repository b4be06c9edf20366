"""Changes in place, and runs that are cut off and go on, at the command line on the local cloud."""

from __future__ import annotations

import json
import shutil
import signal
from pathlib import Path

import boto3
import pytest
from scenario import tiny_app
from scenario.terminal import Terminal, ask

pytestmark = pytest.mark.slow
EXAMPLES = Path(__file__).parents[2] / "examples"
INTERRUPTED = 130


def test_an_interrupted_change_goes_on_and_the_address_serves_throughout(hivemind: Terminal, tmp_path: Path) -> None:
    app = tiny_app.write(tmp_path / "tiny")
    url = hivemind("apply", app, "--yes").last_line.removeprefix("URL: ")
    tiny_app.write(app, instances=2)
    plan = json.loads(hivemind("plan", app, "--json").out)
    assert plan["transition"] == "in_place"
    assert [step["kind"] for step in plan["steps"]] == ["update-stack", "await-healthy"]
    assert _group_change(plan)["action"] == "modify"
    said = hivemind.stopped(signal.SIGINT, "preparing the change set", "apply", app, "--yes")
    assert said.code == INTERRUPTED, said.out + said.err
    assert "hivemind resume" in said.err
    assert ask(url) == (200, "ok")
    tiny_app.write(app, instances=4)  # what the sources say now is not what was approved
    said = hivemind("resume", app)
    assert (said.code, said.last_line) == (0, f"URL: {url}"), said.out + said.err
    assert _healthy(hivemind) == 2
    assert "nothing to resume" in hivemind("resume", app).out
    tiny_app.write(app, instances=2)
    assert "no changes" in hivemind("plan", app).out
    tiny_app.write(app, instances=1)
    assert hivemind("apply", app, "--yes").code == 0
    assert _healthy(hivemind) == 1
    assert ask(url) == (200, "ok")


@pytest.mark.proof
@pytest.mark.parametrize(
    "moment", ["CREATE_COMPLETE      Vpc ", "/11 build", "/11 start web blue", "/11 send the traffic"]
)
def test_a_killed_create_goes_on_by_its_own_plan(hivemind: Terminal, tmp_path: Path, moment: str) -> None:
    app = tiny_app.write(tmp_path / "tiny")
    said = hivemind.stopped(signal.SIGKILL, moment, "apply", app, "--yes")
    assert said.code == -signal.SIGKILL
    said = hivemind("resume", app)
    assert said.code == 0, said.out + said.err
    assert ask(said.last_line.removeprefix("URL: ")) == (200, "ok")
    assert "no changes" in hivemind("plan", app).out
    assert hivemind("destroy", app, "--yes").code == 0
    assert hivemind.processes() == []


@pytest.mark.proof
def test_a_killed_destroy_goes_on(hivemind: Terminal, tmp_path: Path) -> None:
    app = tiny_app.write(tmp_path / "tiny")
    assert hivemind("apply", app, "--yes").code == 0
    hivemind.stopped(signal.SIGKILL, "3/6 delete the stack", "destroy", app, "--yes")
    said = hivemind("resume", app)
    assert said.code == 0, said.out + said.err
    assert "tiny:local is gone" in said.out
    plan = json.loads(hivemind("plan", app, "--json").out)
    assert (plan["transition"], {change["action"] for change in plan["changes"]}) == ("create", {"add"})


@pytest.mark.proof
@pytest.mark.skipif(shutil.which("node") is None or shutil.which("npm") is None, reason="Node.js is not installed")
def test_the_express_example_is_deployed_scaled_released_rolled_back_and_destroyed(
    hivemind: Terminal, tmp_path: Path
) -> None:
    app = Path(shutil.copytree(EXAMPLES / "express-hello", tmp_path / "app"))
    said = hivemind("apply", app, "--yes")
    assert said.code == 0, said.out + said.err
    url = said.last_line.removeprefix("URL: ")
    assert "Hello from release 1" in ask(url)[1]
    spec = app / "hivemind.yaml"
    spec.write_text(spec.read_text().replace("local: {", "local: {instances: 2, "))
    assert hivemind("apply", app, "--yes").code == 0
    assert _healthy(hivemind, "express-hello") == 2
    assert json.loads(ask(f"{url}/api/hello/Ada")[1])["hello"] == "Ada"
    code = app / "server.js"
    code.write_text(code.read_text().replace('RELEASE = "1"', 'RELEASE = "2"'))
    assert hivemind("apply", app, "--yes").code == 0
    assert "Hello from release 2" in ask(url)[1]
    assert hivemind("rollback", app, "--yes").code == 0
    assert "Hello from release 1" in ask(url)[1]
    assert hivemind("destroy", app, "--yes").code == 0
    assert hivemind.processes() == []


def _group_change(plan: dict) -> dict:  # type: ignore[type-arg]
    (change,) = (change for change in plan["changes"] if change["logical_id"] == "BlueGroup")
    return change  # type: ignore[no-any-return]


def _healthy(hivemind: Terminal, name: str = "tiny") -> int:
    """Healthy targets of blue, as the cloud itself tells."""
    session = {"region_name": "us-east-1", "aws_access_key_id": "local", "aws_secret_access_key": "local"}
    endpoint = hivemind.emulator()["endpoint"]
    clients = {s: boto3.client(s, endpoint_url=endpoint, **session) for s in ("cloudformation", "elbv2")}  # type: ignore[call-overload]
    outputs = clients["cloudformation"].describe_stacks(StackName=f"{name}-local-web")["Stacks"][0]["Outputs"]
    (group,) = (output["OutputValue"] for output in outputs if output["OutputKey"] == "BlueTargets")
    found = clients["elbv2"].describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    return sum(target["TargetHealth"]["State"] == "healthy" for target in found)
