"""Somebody changes things by hand in the cloud: it is found, put back, or said in the spec."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from scenario import tiny_app
from scenario.terminal import Terminal

pytestmark = [pytest.mark.slow, pytest.mark.proof]
FOUND = 1


def test_a_change_by_hand_is_found_put_back_or_said(hivemind: Terminal, tmp_path: Path) -> None:
    app = tiny_app.write(tmp_path / "tiny")
    assert hivemind("apply", app, "--yes").code == 0
    said = hivemind("drift", app)
    assert (said.code, said.last_line) == (0, "tiny:local is as its templates say."), said.out + said.err
    by_hand = Hand(hivemind.emulator()["endpoint"])
    by_hand.keep_logs_for(400)
    by_hand.keep_at_least(2)

    found = hivemind("drift", app, "--json")
    assert found.code == FOUND
    told = {each["logical_id"]: each["properties"] for each in json.loads(found.out)["resources"]}
    assert told["LogGroup"] == [{"path": "RetentionInDays", "said": "14", "found": "400"}]
    assert told["BlueGroup"] == [{"path": "MinSize", "said": "1", "found": "2"}]

    adopted = hivemind("drift", app, "--adopt", "--yes")
    assert adopted.code == FOUND
    assert "No key of the spec says RetentionInDays" in adopted.err
    assert "instances: 2" in (app / "hivemind.yaml").read_text()
    assert "change in place" in hivemind("plan", app).out

    back = hivemind("drift", app, "--revert", "--yes")
    assert (back.code, back.last_line) == (0, "tiny:local is as its templates say."), back.out + back.err
    assert by_hand.kept() == (14, 1)
    assert hivemind("apply", app, "--yes").code == 0
    assert by_hand.kept() == (14, 2)


class Hand:
    """Whoever has the console open."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint

    def keep_logs_for(self, days: int) -> None:
        group = self._group_of_logs()["logGroupName"]
        self._client("logs").put_retention_policy(logGroupName=group, retentionInDays=days)

    def keep_at_least(self, count: int) -> None:
        name = self._group()["AutoScalingGroupName"]
        self._client("autoscaling").update_auto_scaling_group(
            AutoScalingGroupName=name, MinSize=count, DesiredCapacity=count
        )

    def kept(self) -> tuple[int, int]:
        return self._group_of_logs()["retentionInDays"], self._group()["MinSize"]

    def _group(self) -> Any:
        (found,) = self._client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
        return found

    def _group_of_logs(self) -> Any:
        found = self._client("logs").describe_log_groups()["logGroups"]
        return next(group for group in found if "local-web" in group["logGroupName"])

    def _client(self, service: str) -> Any:
        keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
        return boto3.client(service, "us-east-1", endpoint_url=self._endpoint, **keys)  # type: ignore[call-overload]
