"""Back to an earlier release at the command line on the local cloud."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scenario import tiny_app
from scenario.terminal import Terminal, ask

pytestmark = pytest.mark.slow
REFUSED = 4


def test_the_release_before_serves_again_and_every_release_is_listed(hivemind: Terminal, tmp_path: Path) -> None:
    app = tiny_app.write(tmp_path / "tiny", body="A")
    url = hivemind("apply", app, "--yes").last_line.removeprefix("URL: ")
    said = hivemind("rollback", app, "--yes")
    assert (said.code, "is the only one there is" in said.err, "hint:" in said.err) == (REFUSED, True, True), said.err
    tiny_app.write(app, body="B")
    said = hivemind("apply", app, "--yes")
    assert said.code == 0, said.out + said.err
    assert ask(url) == (200, "B")

    said = hivemind("rollback", app, "--yes")
    assert (said.code, said.last_line) == (0, f"URL: {url}"), said.out + said.err
    assert "build release" not in said.out
    assert ask(url) == (200, "A")
    tiny_app.write(app, body="A")
    assert "no changes" in hivemind("plan", app).out

    said = hivemind("status", app)
    _, _, listed = said.out.partition("Releases\n")
    assert ["← serves" in line for line in listed.splitlines()[1:]] == [True, False, False]
    found = json.loads(hivemind("status", app, "--json").out)
    digests = [release["digest"] for release in found["releases"]]
    assert digests[0] == digests[2] != digests[1]
    assert found["services"][0]["serving"] == digests[0]
    assert found["services"][0]["colours"][0]["healthy"] == 1

    said = hivemind("rollback", app, "--to", digests[0][:8], "--yes")
    assert (said.code, "already serves" in said.err) == (REFUSED, True), said.err

    said = hivemind("rollback", app, "--all", "--yes")
    assert said.code == 0, said.out + said.err
    assert hivemind.processes() == []
