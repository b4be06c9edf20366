"""Many specs planned offline: seconds and memory at 1, 10, 100 and 1,000, cold and when nothing has changed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench import memory
from tests.bench.report import say
from tests.fakes.many import write

SIZES = (1, 10, 100, 1000)
COLD, WARM, MEGABYTES = 45.0, 5.0, 600


@dataclass(frozen=True)
class Planned:
    """How one size went."""

    count: int
    cold: float
    warm: float
    megabytes: float


def bench() -> None:
    """Every size, in turn."""
    for each in measured(SIZES):
        last = each.count == max(SIZES)
        say(f"plan --offline, {each.count} specs, cold", each.cold, COLD if last else None)
        say(f"plan --offline, {each.count} specs, unchanged", each.warm, WARM if last else None)
        say(f"memory of it (MB, PSS of all processes), {each.count}", each.megabytes, MEGABYTES if last else None)


def measured(sizes: tuple[int, ...]) -> Iterator[Planned]:
    """Every size in a repository of its own, with a home that knows nothing."""
    for count in sizes:
        with tempfile.TemporaryDirectory() as folder:
            top = write(Path(folder) / "many", count)
            git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(top)]
            for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"]):
                subprocess.run([*git, *command], check=True)
            environment = {**os.environ, "HIVEMIND_HOME": f"{folder}/home"}
            cold, megabytes = _timed(top, environment)
            warm, _ = _timed(top, environment)
            yield Planned(count, cold, warm, megabytes)


def _timed(top: Path, environment: dict[str, str]) -> tuple[float, float]:
    """Seconds, and the most megabytes that its processes had together."""
    command = [sys.executable, "-m", "hivemind", "plan", str(top), "--offline", "-e", "staging"]
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    most = [0.0]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.25):
            most[0] = max(most[0], memory.of_processes(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    code = process.wait()
    took = time.perf_counter() - began
    over.set()
    watcher.join()
    if code:
        raise RuntimeError(f"{command} ended with {code}")
    return took, most[0]
