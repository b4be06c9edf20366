"""`make bench`: the budgets of the command line, the load balancer beside others, and the control, all measured now.

Bytecode is compiled first. A budget that is missed is said, not failed: machines differ, and what counts is the ratio.
"""

from __future__ import annotations

import compileall
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import balancer, control

TOP = Path(__file__).parents[2]
EXAMPLE = "examples/guestbook"
RUNS = 9
BUDGETS = {
    "python -c pass": (None, [sys.executable, "-c", "pass"]),
    "hivemind --version": (0.12, [sys.executable, "-m", "hivemind", "--version"]),
    "hivemind validate": (None, [sys.executable, "-m", "hivemind", "validate", EXAMPLE]),
    "hivemind plan --offline (unchanged)": (0.7, [sys.executable, "-m", "hivemind", "plan", "--offline", EXAMPLE]),
}


def main() -> None:
    compileall.compile_dir(TOP / "hivemind", quiet=2)
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "HIVEMIND_HOME": home}
        for name, (budget, command) in BUDGETS.items():
            seconds = [_timed(command, environment) for _ in range(RUNS)]
            _say(name, statistics.median(seconds), budget)
        _local_cloud(environment)
    balancer.bench()
    control.bench()


def _local_cloud(environment: dict[str, str]) -> None:
    """Start, first apply, second plan, destroy: the whole life of the example, once."""
    hivemind = [sys.executable, "-m", "hivemind"]
    _say("emulator start", _timed([*hivemind, "emulator", "start"], environment), 2.0)
    try:
        _say("first apply (install included)", _timed([*hivemind, "apply", EXAMPLE, "--yes"], environment), 25.0)
        _say("memory of the local cloud (MB, PSS)", _memory(environment["HIVEMIND_HOME"]), 400)
        _say("plan, live, unchanged", _timed([*hivemind, "plan", EXAMPLE], environment), 0.9)
        _say("destroy", _timed([*hivemind, "destroy", EXAMPLE, "--yes"], environment), None)
    finally:
        _timed([*hivemind, "emulator", "stop"], environment)


def _timed(command: list[str], environment: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, cwd=TOP, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def _memory(home: str) -> float:
    """Proportional set size of the daemon and its load balancer: what the local cloud itself costs."""
    total = 0
    for process in Path("/proc").iterdir():
        try:
            command = (process / "cmdline").read_bytes() if process.name.isdigit() else b""
            if b"hivemind.emulator" in command and home.encode() in command + (process / "environ").read_bytes():
                total += sum(int(line.split()[1]) for line in _rollup(process) if line.startswith("Pss:"))
        except OSError:
            continue
    return total / 1024


def _rollup(process: Path) -> list[str]:
    return (process / "smaps_rollup").read_text().splitlines()


def _say(name: str, measured: float, budget: float | None) -> None:
    verdict = "" if budget is None else f"budget {budget:g}  {'ok' if measured <= budget else 'MISSED'}"
    print(f"{name:<40} {measured:8.2f}   {verdict}", flush=True)


if __name__ == "__main__":
    main()
