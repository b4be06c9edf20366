"""The CloudWatch agent's shim takes what the local cloud can do, and says what it cannot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hivemind.emulator.shims.cloudwatch_agent import main

LOGS = {"logs_collected": {"files": {"collect_list": [{"file_path": "/var/log/app.log", "log_group_name": "app"}]}}}


def fetch(folder: Path, config: Any) -> int:
    path = folder / "agent.json"
    path.write_text(config if isinstance(config, str) else json.dumps(config))
    return main(["-a", "fetch-config", "-m", "ec2", "-c", f"file:{path}"])


def test_logs_and_traces_are_taken(tmp_path: Path) -> None:
    assert fetch(tmp_path, {"agent": {}, "logs": LOGS, "traces": {"traces_collected": {"xray": {}}}}) == 0


@pytest.mark.parametrize("config, words", [
    ({"logs": LOGS, "metrics": {"metrics_collected": {"mem": {}}}}, "does not collect metrics"),
    ({"logs": {"logs_collected": {"files": {"collect_list": [{"file_path": "/x"}]}}}}, "log_group_name"),
    ({}, "logs"),
    ("{", "JSONDecodeError"),
])  # fmt: skip
def test_what_the_agent_cannot_do_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], config: Any, words: str
) -> None:
    assert fetch(tmp_path, config) == 1
    assert words in capsys.readouterr().err
