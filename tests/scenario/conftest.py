"""What every scenario starts from: a terminal in a home of its own; nothing a scenario starts outlives it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from scenario.counted_app import CountedApp
from scenario.killed import Deployment
from scenario.terminal import Terminal


@pytest.fixture
def hivemind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """A terminal whose home is gone afterwards, with every process that it started."""
    terminal = Terminal(tmp_path_factory.mktemp("hive") / "home")
    yield terminal
    terminal("emulator", "stop")
    for pid in terminal.processes():
        os.kill(pid, signal.SIGKILL)


@pytest.fixture
def deployment(hivemind: Terminal, tmp_path: Path) -> Deployment:
    """An application of one release, deployed, to be killed in its next transitions."""
    made = Deployment(CountedApp(tmp_path / "app", tmp_path / "migrations"), hivemind)
    made.write(1)
    made.run("apply", "--yes")
    return made
