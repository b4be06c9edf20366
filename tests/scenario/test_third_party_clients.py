"""`aws cloudformation deploy`, `sceptre` and `sam deploy`, as they come from PyPI, against the local cloud.

They know of it by AWS_ENDPOINT_URL alone. What they say by their exit codes is held against what is there: the value
that the template sets, read through boto3.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.scenario.clients import CLIENTS, Client, NotToBeHad
from tests.scenario.emulator_cloud import Cloud, running

pytestmark = [pytest.mark.slow, pytest.mark.proof]

LOGS = "Resources:\n  Logs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: client, RetentionInDays: %s}}\n"
BAD = "  Bad: {Type: AWS::EC2::Subnet, DependsOn: Logs, Properties: {VpcId: vpc-none, CidrBlock: 10.0.0.0/24}}\n"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """One local cloud for all of them."""
    with running(Path(tmp_path_factory.mktemp("clients")) / "home") as cloud:
        yield cloud


@pytest.fixture(scope="module", params=CLIENTS)
def client(request: pytest.FixtureRequest) -> Client:
    """One of them, installed."""
    found = CLIENTS[request.param]
    try:
        found.executable()
    except NotToBeHad as reason:
        pytest.skip(str(reason))
    return found


@dataclass
class Desk:
    """Where somebody works with a client on a cloud."""

    client: Client
    cloud: Cloud
    folder: Path

    def write(self, template: str) -> None:
        """Put the template, and whatever else the client wants, in the folder."""
        for name, text in {**self.client.files, self.client.template: template}.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def run(self, commands: tuple[str, ...]) -> tuple[int, str]:
        """The exit code of the last command, and what all of them said."""
        said, code = [], 0
        for command in commands:
            words = [str(self.client.executable()), *command.split()]
            ran = subprocess.run(words, cwd=self.folder, env=self._environment(), capture_output=True, text=True)
            said.append(ran.stdout + ran.stderr)
            code = ran.returncode
        return code, "\n".join(said)

    def days(self) -> int | None:
        """The retention of the template's log group, None when there is none."""
        found = self.cloud.client("logs").describe_log_groups(logGroupNamePrefix="client")["logGroups"]
        return int(found[0]["retentionInDays"]) if found else None

    def status(self) -> str:
        """The stack's, the newest of its name."""
        found = self.cloud.client("cloudformation").list_stacks()["StackSummaries"]
        return next(str(each["StackStatus"]) for each in found if each["StackName"] == "client")

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "AWS_ENDPOINT_URL": self.cloud.status.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "SAM_CLI_TELEMETRY": "0",
            "NO_PROXY": "127.0.0.1",
        }


def test_a_client_creates_changes_fails_and_deletes(client: Client, cloud: Cloud, tmp_path: Path) -> None:
    desk = Desk(client, cloud, tmp_path)

    desk.write(LOGS % 7)
    code, said = desk.run(client.create)
    assert (code, desk.days(), desk.status()) == (0, 7, "CREATE_COMPLETE"), said

    desk.write(LOGS % 14)
    code, said = desk.run(client.update)
    assert (code, desk.days(), desk.status()) == (0, 14, "UPDATE_COMPLETE"), said

    desk.write(LOGS % 30 + BAD)
    code, said = desk.run(client.update)
    assert (code, desk.days(), desk.status()) == (client.failing, 14, "UPDATE_ROLLBACK_COMPLETE"), said

    code, said = desk.run(client.delete)
    assert (code, desk.days(), desk.status()) == (0, None, "DELETE_COMPLETE"), said


def test_a_client_is_told_that_a_template_cannot_be(client: Client, cloud: Cloud, tmp_path: Path) -> None:
    desk = Desk(client, cloud, tmp_path)
    desk.write("Resources: {Queue: {Type: AWS::SQS::Queue}}\n")
    code, said = desk.run(client.create)
    assert code == client.failing, said
    assert "Unrecognized resource types: [AWS::SQS::Queue]" in said
    assert desk.days() is None
