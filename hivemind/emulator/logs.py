"""The CloudWatch agent of all instances: one thread that ships new lines of the files that agents registered."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PERIOD = 0.3
CHUNK = 1 << 20
MAX_EVENT = 256 * 1024


@dataclass
class Tail:
    """One file on its way to one stream; `offset` counts the bytes already shipped."""

    instance: str
    region: str
    path: Path
    group: str
    stream: str
    offset: int = 0


class Shipper:
    """Ships whole lines within about half a second; `backend` is the logs backend of a region."""

    def __init__(self, backend: Callable[[str], Any], changed: Callable[[], None]) -> None:
        self._backend = backend
        self._changed = changed
        self._lock = threading.Lock()
        self._some = threading.Event()
        self.tails: list[Tail] = []

    def register(self, instance: str, region: str, collect: Sequence[Mapping[str, str]]) -> None:
        """Take over an agent's configuration: what it listed before and does not now is no longer shipped."""
        with self._lock:
            known = {(tail.path, tail.group, tail.stream): tail for tail in self.tails if tail.instance == instance}
            fresh = [_tail(instance, region, entry) for entry in collect]
            kept = [tail for tail in self.tails if tail.instance != instance]
            self.tails = [*kept, *(known.get((tail.path, tail.group, tail.stream), tail) for tail in fresh)]
        for tail in fresh:
            self._backend(region).ensure_log_group(tail.group)
        self._changed()
        self.wake()

    def forget(self, instance: str) -> None:
        """Ship what is left of an instance's files and let go of them."""
        self.ship([tail for tail in self.tails if tail.instance == instance])
        with self._lock:
            self.tails = [tail for tail in self.tails if tail.instance != instance]

    def wake(self) -> None:
        """There may be something to ship."""
        self._some.set()

    def run(self, over: threading.Event) -> None:
        """Ship until `over`; sleeps as long as there is no file at all."""
        while not over.is_set():
            if not self.tails:
                self._some.clear()
                self._some.wait(5)
                continue
            self.ship(self.tails)
            over.wait(PERIOD)

    def ship(self, tails: Sequence[Tail]) -> None:
        """One round over some files."""
        for tail in tails:
            try:
                with self._lock:
                    shipped = self._ship(tail)
                if shipped:
                    self._changed()
            except Exception:
                traceback.print_exc()

    def _ship(self, tail: Tail) -> bool:
        lines = _new_lines(tail)
        backend = self._backend(tail.region)
        # As an agent that may not create log groups: lines of a group that was deleted are lost.
        if not lines or tail.group not in backend.groups:
            return False
        backend.ensure_log_stream(tail.group, tail.stream)
        moment = int(time.time() * 1000)
        events = [{"timestamp": moment, "message": line} for line in lines]
        backend.put_log_events(tail.group, tail.stream, events)
        return True


def _tail(instance: str, region: str, entry: Mapping[str, str]) -> Tail:
    stream = entry.get("log_stream_name") or "{instance_id}"
    for name in ("{instance_id}", "{hostname}", "{local_hostname}", "{ip_address}"):
        stream = stream.replace(name, instance)
    return Tail(instance, region, Path(entry["file_path"]), entry["log_group_name"], stream)


def _new_lines(tail: Tail) -> list[str]:
    """Whole lines past the offset, which moves on; a file that shrank is read from its start."""
    try:
        size = tail.path.stat().st_size
        if size < tail.offset:
            tail.offset = 0
        if size == tail.offset:
            return []
        with tail.path.open("rb") as file:
            file.seek(tail.offset)
            content = file.read(CHUNK)
    except OSError:
        return []
    whole = content.rfind(b"\n") + 1 or (len(content) if len(content) >= MAX_EVENT else 0)
    tail.offset += whole
    return [line.decode(errors="replace") for line in content[:whole].splitlines() if line.strip()]
