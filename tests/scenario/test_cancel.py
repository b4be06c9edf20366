"""A run is stopped from another terminal, or gone back from after a kill, at the command line on the local cloud."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from scenario import tiny_app
from scenario.terminal import Said, Terminal, ask

pytestmark = pytest.mark.slow
FAILED, ADDED = 1, "✓ 3/"


def test_a_release_is_cancelled_from_another_terminal_and_the_old_one_serves(
    hivemind: Terminal, tmp_path: Path
) -> None:
    app = tiny_app.write(tmp_path / "tiny", body="A")
    url = hivemind("apply", app, "--yes").last_line.removeprefix("URL: ")
    assert "nothing to cancel" in hivemind("cancel", app, "--yes").out
    tiny_app.write(app, body="B")
    answers: list[Said] = []
    said = hivemind.meanwhile(lambda _: answers.append(hivemind("cancel", app, "--yes")), ADDED, "apply", app, "--yes")
    assert [answer.code for answer in answers] == [0], answers
    assert "tiny:local: stopped" in answers[0].out
    assert (said.code, "cancelled by" in said.err) == (FAILED, True), said.out + said.err
    assert ask(url) == (200, "A")
    assert hivemind("doctor", app).last_line == "tiny:local is well."
    assert "nothing to resume" in hivemind("resume", app).out


@pytest.mark.proof
def test_after_a_kill_it_leads_back_and_the_next_release_goes_through(hivemind: Terminal, tmp_path: Path) -> None:
    app = tiny_app.write(tmp_path / "tiny", body="A")
    url = hivemind("apply", app, "--yes").last_line.removeprefix("URL: ")
    tiny_app.write(app, body="B")
    hivemind.stopped(signal.SIGKILL, ADDED, "apply", app, "--yes")
    assert hivemind("doctor", app).code == 1
    said = hivemind("cancel", app, "--yes")
    assert said.code == 0, said.out + said.err
    assert ask(url) == (200, "A")
    assert hivemind("doctor", app).last_line == "tiny:local is well."
    assert hivemind("apply", app, "--yes").code == 0
    assert ask(url) == (200, "B")
    assert hivemind("destroy", app, "--yes").code == 0
    assert hivemind.processes() == []
