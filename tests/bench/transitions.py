"""Transitions under load: every one by the command line, on the local cloud, while requests pass without a pause.

Each begins with a steady phase to compare with. A request that fails is counted, whatever failed it; nothing is
retried. The budgets: none fails, p99 at most 4 times the steady one while building beside it, 2 times while traffic
moves and drains.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from tests.bench.loadgen import LoadGenerator, Result
from tests.scenario.counted_app import CountedApp
from tests.scenario.terminal import Terminal

REQUESTS = 50_000
CONNECTIONS, PAUSE = 16, 0.008
STEADY = 8_000
BUILDING, SHIFTING = 4.0, 2.0
"""How many times the steady p99 is allowed beside the build, and while traffic moves."""
WORDS = (("send the traffic", "shift"), ("empty ", "drain"), ("upload ", "build"), ("change ", "change"))
"""What a step that begins says, and the phase that begins with it."""
AT_ONCE = "{strategy: blue_green, bake: 5s}"
CANARY = "{strategy: canary, steps: [10, 50], bake: 5s}"


@dataclass(frozen=True)
class App:
    """The application, and the terminal it is deployed from."""

    sources: CountedApp
    terminal: Terminal

    def write(self, release: str, *, stage: str = "stage-1", transition: str = AT_ONCE, **other: int) -> None:
        """The sources of a release and the spec; `other` are instances and port."""
        self.sources.write(release, stage=stage, transition=transition, **{"instances": 2, **other})

    async def run(self, load: LoadGenerator, *arguments: str) -> None:
        """Run a verb, marking the load's phases by the steps that it tells; raises RuntimeError when it fails."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "hivemind", *arguments, "--yes",
            cwd=self.sources.folder, env=self.terminal.environment, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        said = []
        while process.stdout and (line := (await process.stdout.readline()).decode()):
            said.append(line)
            name = next((phase for words, phase in WORDS if f" {words}" in line and "…" in line), "")
            if name and name != load.result().phases[-1].name:
                load.phase(name)
        if await process.wait():
            raise RuntimeError("".join(said[-30:]))


def bench(requests: int = REQUESTS) -> None:
    """Every transition, printed."""
    first = "" if _comes_first() else "; the generator waits for a processor like everyone: run as root to see it not"
    print(f"transitions under load (at least {requests} requests to each, {CONNECTIONS} connections{first}):")
    with tempfile.TemporaryDirectory() as folder:
        app = App(CountedApp(Path(folder) / "app", Path(folder) / "log"), Terminal(Path(folder) / "home"))
        try:
            app.write("one")
            url = app.terminal("apply", app.sources.folder, "--yes").last_line.removeprefix("URL: ")
            for name, prepare, arguments in TRANSITIONS:
                prepare(app)
                say(name, asyncio.run(under_load(url, requests, lambda load, a=arguments: app.run(load, *a))))  # type: ignore[misc]
        finally:
            app.terminal("destroy", app.sources.folder, "--yes")
            app.terminal("emulator", "stop")


def _comes_first() -> bool:
    """Users ask from machines of their own: where that is allowed, whoever asks never waits for a processor here."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(1))
    except (AttributeError, PermissionError):
        return False
    return True


async def under_load(url: str, requests: int, act: Callable[[LoadGenerator], Awaitable[None]]) -> Result:
    """A steady phase, the transition, and as many requests after it as are missing."""
    async with LoadGenerator(url, connections=CONNECTIONS, pause=PAUSE) as load:
        await _made(load, STEADY // 4)
        load.phase("steady")
        await _made(load, STEADY)
        load.phase("build")
        await act(load)
        load.phase("after")
        await _made(load, requests)
    return load.result()


def say(name: str, result: Result) -> None:
    """One line: failures, and p99 by phase beside the steady one."""
    steady = result["steady"].quantile(0.99)
    phases = {phase.name for phase in result.phases}
    times = {
        phase: max(p.quantile(0.99) for p in result.phases if p.name == phase) / steady
        for phase in ("build", "change", "shift", "drain")
        if phase in phases
    }
    ok = not result.failed and all(
        times.get(phase, 0.0) <= (BUILDING if phase == "build" else SHIFTING) for phase in times
    )
    told = "  ".join(f"{phase} x {ratio:.1f}" for phase, ratio in times.items())
    wrong = {outcome: number for outcome, number in result.outcomes.items() if outcome != "200"}
    print(f"  {name:<24} {result.failed:>4} of {result.requests} failed  p99 {steady * 1000:.1f} ms: {told}"
          f"  {'ok' if ok else 'MISSED'}  {wrong or ''}", flush=True)  # fmt: skip


async def _made(load: LoadGenerator, requests: int) -> None:
    while load.result().requests < requests:
        await asyncio.sleep(0.05)


TRANSITIONS: tuple[tuple[str, Callable[[App], None], tuple[str, ...]], ...] = (
    ("blue-green", lambda app: app.write("two"), ("apply",)),
    ("canary 10/50/100", lambda app: app.write("three", transition=CANARY), ("apply",)),
    ("in place: 2 to 3", lambda app: app.write("three", transition=CANARY, instances=3), ("apply",)),
    ("another port", lambda app: app.write("three", transition=AT_ONCE, instances=3, port=9000), ("apply",)),
    ("rollback", lambda app: None, ("rollback",)),
    ("upgrade to production", lambda app: app.write("three", stage="production", instances=3), ("apply",)),
)


if __name__ == "__main__":
    bench()
