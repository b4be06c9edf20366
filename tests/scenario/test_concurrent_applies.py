"""Eight people apply the same change at once: one acts, the others are told who does, since when and why."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from scenario import tiny_app
from scenario.terminal import APPLY_SECONDS, Said, Terminal, ask

from hivemind.state.files import FileStore

pytestmark = [pytest.mark.slow, pytest.mark.proof]
PEOPLE, ROUNDS = 8, 50
REFUSED = 4
HELD = re.compile(r"\S+ holds this deployment since \d{4}-\d\d-\d\dT\S+ \(apply in_place, process \d+\)")
MOVED = ("has changed since it was planned", "somebody else changed this stack while it was planned")
"""What those are told who planned before another's change, and came after it."""


def test_of_eight_applies_at_once_one_acts(
    hivemind: Terminal, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    app = tiny_app.write(tmp_path / "app")
    said = hivemind("apply", app, "--yes")
    assert said.code == 0, said.out + said.err
    url = said.last_line.removeprefix("URL: ")
    store = FileStore(hivemind.home / "deployments" / "tiny" / "local")
    told = 0
    for number in range(ROUNDS):
        tiny_app.write(app, instances=2 - number % 2)
        before = len(operations(store))
        ended = at_once(hivemind, app)
        assert len(operations(store)) == before + 1, [each.out + each.err for each in ended]
        assert store.holder is None
        assert ask(url) == (200, "ok")
        refused = [each for each in ended if each.code]
        other = [
            each.err for each in refused if not (HELD.search(each.err) or any(words in each.err for words in MOVED))
        ]
        assert other == []
        assert {each.code for each in refused} <= {REFUSED}
        told += sum(bool(HELD.search(each.err)) for each in refused)
    assert told > ROUNDS
    record_property("proved", f"{ROUNDS} times {PEOPLE} applies: one acted each time, {told} were told who held it")


def at_once(hivemind: Terminal, app: Path) -> list[Said]:
    """As many processes as people, begun together; how each ended."""
    command = [sys.executable, "-m", "hivemind", "apply", str(app), "--yes"]
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    begun = [subprocess.Popen(command, env=hivemind.environment, text=True, **pipes) for _ in range(PEOPLE)]
    words = [process.communicate(timeout=APPLY_SECONDS) for process in begun]
    return [Said(process.returncode, *said) for process, said in zip(begun, words, strict=True)]


def operations(store: FileStore) -> list[str]:
    return [entry.operation for entry in store.entries() if entry.kind == "run-started"]
