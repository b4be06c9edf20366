"""A database that the spec no longer wants goes only by its name, under its users, and leaves a snapshot."""

from __future__ import annotations

from pathlib import Path

import boto3
import pytest
from scenario import tiny_app
from scenario.terminal import Terminal, ask
from scenario.users import Users

pytestmark = [pytest.mark.slow, pytest.mark.proof]
REFUSED = 4


def test_a_database_goes_by_its_name_alone_and_leaves_a_snapshot(hivemind: Terminal, tmp_path: Path) -> None:
    app = tiny_app.write(tmp_path / "tiny", body="A")
    spec = app / "hivemind.yaml"
    without = spec.read_text()
    assert "database: {engine: none}" in without
    spec.write_text(without.replace("database: {engine: none}", "database: {engine: postgres}"))
    said = hivemind("apply", app, "--yes")
    assert said.code == 0, said.out + said.err
    url = said.last_line.removeprefix("URL: ")
    spec.write_text(without)
    with Users(url) as users:
        said = hivemind("apply", app, "--yes")
        assert (said.code, "--lose Database" in said.err) == (REFUSED, True), said.out + said.err
        assert _databases(hivemind) == (1, 0)
        said = hivemind("apply", app, "--yes", "--lose", "Database")
        assert said.code == 0, said.out + said.err
    assert users.result.failed == 0, users.result.outcomes
    assert _databases(hivemind) == (0, 1)
    assert ask(url) == (200, "A")
    assert "no changes" in hivemind("plan", app).out
    assert hivemind("doctor", app).last_line == "tiny:local is well."


def _databases(hivemind: Terminal) -> tuple[int, int]:
    """How many there are, and how many snapshots."""
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    endpoint = hivemind.emulator()["endpoint"]
    rds = boto3.client("rds", region_name="us-east-1", endpoint_url=endpoint, **keys)  # type: ignore[call-overload]
    return len(rds.describe_db_instances()["DBInstances"]), len(rds.describe_db_snapshots()["DBSnapshots"])
