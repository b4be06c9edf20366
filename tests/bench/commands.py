"""The command line, each command as a median, and the whole life of the example on the local cloud, once."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import memory
from tests.bench.report import say

TOP = Path(__file__).parents[2]
EXAMPLE = "examples/guestbook"
RUNS = 9
HIVEMIND = [sys.executable, "-m", "hivemind"]
BUDGETS = {
    "python -c pass": (None, [sys.executable, "-c", "pass"]),
    "hivemind --version": (0.12, [*HIVEMIND, "--version"]),
    "hivemind validate": (None, [*HIVEMIND, "validate", EXAMPLE]),
    "hivemind plan --offline (unchanged)": (0.7, [*HIVEMIND, "plan", "--offline", EXAMPLE]),
}


def bench() -> None:
    """Every command, then the life of the example."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "HIVEMIND_HOME": home}
        for name, (budget, command) in BUDGETS.items():
            say(name, statistics.median(_timed(command, environment) for _ in range(RUNS)), budget)
        _life(environment)


def _life(environment: dict[str, str]) -> None:
    say("emulator start", _timed([*HIVEMIND, "emulator", "start"], environment), 2.0)
    try:
        say("first apply (install included)", _timed([*HIVEMIND, "apply", EXAMPLE, "--yes"], environment), 25.0)
        say("memory of the local cloud (MB, PSS)", memory.of_local_cloud(Path(environment["HIVEMIND_HOME"])), 400)
        say("plan, live, unchanged", _timed([*HIVEMIND, "plan", EXAMPLE], environment), 0.9)
        say("destroy", _timed([*HIVEMIND, "destroy", EXAMPLE, "--yes"], environment))
    finally:
        _timed([*HIVEMIND, "emulator", "stop"], environment)


def _timed(command: list[str], environment: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, cwd=TOP, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began
