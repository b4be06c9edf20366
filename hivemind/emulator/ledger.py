"""The ledger: every long-lived child is written down, so that the next start can end what a crash left behind.

A child that was started a moment before the crash may not be written down yet. So the daemon carries MARK with its
state folder in its environment, its children inherit it, and whoever carries it belongs to that daemon.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from hivemind.emulator.home import read_json, write_json
from hivemind.emulator.processes import Process, alive, end, identify, marked

MARK = "EMULATOR_STATE"


class Ledger:
    """One small file per recorded process, under `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def record(self, pid: int, what: str) -> None:
        """Write a child down as soon as it is started; `what` is for people."""
        process = identify(pid)
        if process is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_json(self.folder / f"{pid}.json", {"pid": pid, "started": process.started, "what": what})

    def strike(self, pid: int) -> None:
        """Forget a child that has ended."""
        with suppress(FileNotFoundError):
            (self.folder / f"{pid}.json").unlink()

    def living(self) -> tuple[Process, ...]:
        """The recorded processes that still run."""
        return tuple(process for process, _ in self._entries() if alive(process))

    def roots(self) -> dict[str, int]:
        """What each recorded process that still runs is, with its pid."""
        living = {process.pid for process in self.living()}
        entries = [read_json(path) for path in self.folder.glob("*.json")]
        return {str(entry["what"]): entry["pid"] for entry in entries if entry.get("pid") in living}

    def end_all(self, grace: float = 0.0) -> int:
        """End every process that is recorded or marked, with its descendants; returns how many still ran."""
        entries = list(self._entries())
        left = {process.pid for process, _ in entries if alive(process)}
        left |= set(marked(f"{MARK}={self.folder.parent}".encode())) - {os.getpid()}
        if left:
            end(left, grace)
        for _, path in entries:
            with suppress(FileNotFoundError):
                path.unlink()
        return len(left)

    def _entries(self) -> Iterator[tuple[Process, Path]]:
        for path in sorted(self.folder.glob("*.json")):
            entry = read_json(path)
            if {"pid", "started"} <= entry.keys():
                yield Process(int(entry["pid"]), str(entry["started"])), path
