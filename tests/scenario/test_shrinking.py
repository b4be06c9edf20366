"""Production becomes stage-1 and production again while people use it: no request fails, nothing is left behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scenario.counted_app import CountedApp
from scenario.terminal import Terminal
from scenario.users import Users

pytestmark = pytest.mark.proof


def test_production_shrinks_and_grows_under_its_users(hivemind: Terminal, tmp_path: Path) -> None:
    app = CountedApp(tmp_path / "app", tmp_path / "log")
    app.write("one", stage="production", instances=2)
    said = hivemind("apply", app.folder, "--yes")
    assert said.code == 0, said.out + said.err
    with Users(said.last_line.removeprefix("URL: ")) as users:
        app.write("one", stage="stage-1", instances=1)
        plan = json.loads(hivemind("plan", app.folder, "--json").out)
        purposes = [step["purpose"] for step in plan["steps"] if step["kind"] == "update-stack"]
        assert purposes == ["widen", "change"]
        said = hivemind("apply", app.folder, "--yes")
        assert said.code == 0, said.out + said.err
        assert "no changes" in hivemind("plan", app.folder).out

        app.write("two", stage="production", instances=2)
        said = hivemind("apply", app.folder, "--yes")
        assert said.code == 0, said.out + said.err
    assert users.result.failed == 0, users.result.outcomes
    assert users.result.requests > 100
    assert "no changes" in hivemind("plan", app.folder).out
    assert hivemind("destroy", app.folder, "--yes").code == 0
    assert hivemind.processes() == []
