"""Processes by identity: a pid together with its start time, so that a reused pid is never taken for another."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Process:
    """One process; `started` is the kernel's start time (ticks since boot, or `ps` words elsewhere than Linux)."""

    pid: int
    started: str


def identify(pid: int) -> Process | None:
    """The process that has this pid now; None when there is none or it is a zombie."""
    row = _row(pid)
    return Process(pid, row[1]) if row else None


def alive(process: Process) -> bool:
    """Whether this very process still runs."""
    return identify(process.pid) == process


def tree(roots: Iterable[int]) -> tuple[Process, ...]:
    """The roots that live and all their descendants, parents first."""
    table = _table()
    found: dict[int, Process] = {}
    fresh = set(roots) & table.keys()
    while fresh:
        found.update({pid: Process(pid, table[pid][1]) for pid in fresh})
        fresh = {pid for pid, (parent, _) in table.items() if parent in fresh and pid not in found}
    return tuple(found.values())


def marked(marker: bytes) -> tuple[int, ...]:
    """The pids whose environment holds exactly this `NAME=value`; Linux only, elsewhere empty."""
    found = []
    for path in PROC.glob("[0-9]*/environ"):
        with suppress(OSError):
            if marker in path.read_bytes().split(b"\0"):
                found.append(int(path.parent.name))
    return tuple(found)


def working_in(folder: Path) -> tuple[Process, ...]:
    """The processes whose working directory is this folder; Linux only, elsewhere empty."""
    found = []
    for path in PROC.glob("[0-9]*/cwd"):
        with suppress(OSError):
            if path.readlink() == folder and (process := identify(int(path.parent.name))):
                found.append(process)
    return tuple(found)


def send(processes: Iterable[Process], number: signal.Signals) -> None:
    """Signal those that are still the processes they were."""
    for process in processes:
        if alive(process):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process.pid, number)


def end(roots: Iterable[int], grace: float, marker: bytes = b"") -> None:
    """End process trees: TERM, up to `grace` seconds, then KILL until none is left; `marker` finds strays too."""
    pids = tuple(roots)

    def members() -> tuple[Process, ...]:
        return tree((*pids, *(marked(marker) if marker else ())))

    if grace > 0:
        send(members(), signal.SIGTERM)
        _wait(members, grace)
    for _ in range(50):
        rest = members()
        if not rest:
            return
        send(rest, signal.SIGKILL)
        time.sleep(0.02)


def _wait(members: Callable[[], tuple[Process, ...]], grace: float) -> None:
    deadline = time.monotonic() + grace
    while members() and time.monotonic() < deadline:
        time.sleep(0.03)


def _row(pid: int) -> tuple[int, str] | None:
    """Parent and start time of a process that runs."""
    if not PROC.joinpath("self").exists():
        return _table().get(pid)
    try:
        text = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else (int(fields[1]), fields[19])


def _table() -> dict[int, tuple[int, str]]:
    """Every process that runs: pid to parent and start time."""
    if PROC.joinpath("self").exists():
        rows = {int(path.name): _row(int(path.name)) for path in PROC.glob("[0-9]*")}
        return {pid: row for pid, row in rows.items() if row}
    listing = subprocess.run(["ps", "-Ao", "pid=,ppid=,stat=,lstart="], capture_output=True, text=True, check=False)
    lines = [line.split(None, 3) for line in listing.stdout.splitlines()]
    return {int(f[0]): (int(f[1]), f[3]) for f in lines if len(f) == 4 and not f[2].startswith("Z")}
