"""Instances replaced one after another on the local cloud while people use it: a good release, a kill, a bad one."""

from __future__ import annotations

import signal
from pathlib import Path

import boto3
import pytest
from scenario import tiny_app
from scenario.terminal import Terminal, ask
from scenario.users import Users

pytestmark = [pytest.mark.slow, pytest.mark.proof]
FAILED, REFUSED = 1, 4


def test_a_release_is_rolled_while_people_use_it(hivemind: Terminal, tmp_path: Path) -> None:
    app = tiny_app.write(tmp_path / "tiny", instances=2, body="A")
    url = hivemind("apply", app, "--yes").last_line.removeprefix("URL: ")
    before = _instances(hivemind)

    tiny_app.write(app, instances=2, body="B")
    with Users(url) as users:
        said = hivemind("update", app, "--rolling", "--yes")
    assert (said.code, said.last_line) == (0, f"URL: {url}"), said.out + said.err
    assert "replace the instances of web blue one after another" in said.out
    assert _none_failed(users)
    assert {ask(url) for _ in range(6)} == {(200, "B")}
    after = _instances(hivemind)
    assert (len(after), before & after) == (2, set())
    assert "no changes" in hivemind("plan", app).out

    tiny_app.write(app, instances=2, body="C")
    with Users(url) as users:
        said = hivemind.stopped(signal.SIGKILL, "1 new, 1 to go", "update", app, "--rolling", "--yes")
        assert said.code == -signal.SIGKILL, said.out + said.err
        said = hivemind("apply", app, "--yes")
    assert said.code == 0, said.out + said.err
    assert _none_failed(users)
    assert {ask(url) for _ in range(6)} == {(200, "C")}
    assert len(_instances(hivemind)) == 2

    code = app / "server.py"
    code.write_text(f"raise SystemExit('it does not start')\n{code.read_text()}")
    with Users(url) as users:
        said = hivemind("update", app, "--rolling", "--yes")
    assert said.code == FAILED, said.out + said.err
    assert "it does not start" in said.out + said.err
    assert _none_failed(users)
    assert {ask(url) for _ in range(6)} == {(200, "C")}
    assert len(_instances(hivemind)) == 2

    tiny_app.write(app, instances=3, body="D")
    said = hivemind("update", app, "--rolling", "--yes")
    assert (said.code, "its template does" in said.err, "Without --rolling" in said.err) == (REFUSED, True, True), (
        said.err
    )
    assert hivemind("destroy", app, "--yes").code == 0
    assert hivemind.processes() == []


def _none_failed(users: Users) -> bool:
    result = users.result
    assert result.failed == 0, result.outcomes
    return result.requests > 0


def _instances(hivemind: Terminal) -> set[str]:
    """The machines that run the application."""
    client = boto3.client(
        "ec2",
        endpoint_url=hivemind.emulator()["endpoint"],
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    wanted = [
        {"Name": "tag:hivemind:role", "Values": ["app"]},
        {"Name": "instance-state-name", "Values": ["pending", "running"]},
    ]
    found = client.describe_instances(Filters=wanted)["Reservations"]
    return {machine["InstanceId"] for one in found for machine in one["Instances"]}
