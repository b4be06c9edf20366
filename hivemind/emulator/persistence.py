"""The cloud's memory: everything it knows, saved about half a second after a change and at the end.

One pickle of all of moto's backends and our own stores, so that what refers to each other still does. It is replaced
atomically; one that cannot be read is put aside, never thrown away. While it cannot be written (a full disk) the last
good one stays, and saving is tried again.
"""

from __future__ import annotations

import pickle
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from hivemind.emulator import pickling, whole_steps
from hivemind.emulator.home import Home, write_bytes, write_json

VERSION = 1
QUIET_SECONDS = 0.5
LONGEST_PAUSE = 30.0
ATTEMPTS = 20


@dataclass(frozen=True)
class Stores:
    """What is remembered beside moto's backends; `summary` counts what the cloud holds."""

    read: Callable[[], Mapping[str, Any]]
    summary: Callable[[], Mapping[str, int]]


@dataclass
class Memory:
    """Saves on change; `touch` may be called from any thread, as often as one likes."""

    home: Home
    stores: Stores
    _dirty: threading.Event = field(default_factory=threading.Event)
    _saving: threading.Lock = field(default_factory=threading.Lock)
    _trouble: str = ""
    """Why saving failed last; empty once it works."""

    def touch(self) -> None:
        """Something changed."""
        self._dirty.set()

    def run(self, over: threading.Event) -> None:
        """Save after changes until `over`; the busier saving is, the rarer."""
        pause = QUIET_SECONDS
        while not over.is_set():
            if not self._dirty.wait(1):
                continue
            over.wait(pause)
            self._dirty.clear()
            began = time.monotonic()
            if self.try_to_save():
                pause = max(QUIET_SECONDS, 5 * (time.monotonic() - began))
            else:
                self._dirty.set()
                pause = min(2 * pause, LONGEST_PAUSE)

    def try_to_save(self) -> bool:
        """Save now; when that fails say why in the log, once per reason, and return False."""
        try:
            self.save()
        except Exception as problem:
            if repr(problem) != self._trouble:
                traceback.print_exc()
                print(f"the state could not be saved; it is tried again, what is new is in memory only ({problem})")  # noqa: T201
            self._trouble = repr(problem)
            return False
        self._trouble = ""
        return True

    def save(self) -> None:
        """Save now."""
        with self._saving:
            with whole_steps.between():
                content, bodies = _consistent(
                    lambda: {"version": VERSION, "moto": _moto(), **self.stores.read()}, self.home
                )
            write_bytes(self.home.memory, content)
            write_json(self.home.summary, self.stores.summary())
            for path in self.home.objects.iterdir():
                if path.name not in bodies:
                    path.unlink()


def load(home: Home) -> Mapping[str, Any]:
    """What was saved, with moto's backends put in place; empty when there is nothing, or nothing readable."""
    try:
        memory = pickle.loads(home.memory.read_bytes())
        if memory.get("version") != VERSION:
            raise ValueError(f"state of version {memory.get('version')}, this is {VERSION}")
    except FileNotFoundError:
        return {}
    except Exception as problem:
        aside = home.memory.with_name(f"state.unreadable-{int(time.time())}.pickle")
        home.memory.replace(aside)
        print(f"the saved state could not be read ({problem!r}); it was put aside as {aside}, the cloud starts empty")  # noqa: T201
        return {}
    _restore(memory["moto"])
    return memory  # type: ignore[no-any-return]


def _moto() -> dict[str, Any]:
    from moto.core.base_backend import BackendDict

    return {
        services.service_name: {account: dict(regions) for account, regions in list(services.items())}
        for services in list(BackendDict._instances)
        if services.service_name != "cloudformation"  # a stand-in that holds nothing; the engine's stacks are ours
    }


def _restore(saved: Mapping[str, Any]) -> None:
    from moto.backends import get_backend

    for service, accounts in saved.items():
        services = get_backend(service)
        for account, regions in accounts.items():
            for region, backend in regions.items():
                services[account][region] = backend


def _consistent(read: Callable[[], Any], home: Home) -> tuple[bytes, set[str]]:
    """Pickle while other threads go on: a dictionary that changes meanwhile means to try again."""
    for _ in range(ATTEMPTS):
        with suppress(RuntimeError):
            return pickling.dumps(read(), home.objects)
        time.sleep(0.01)
    return pickling.dumps(read(), home.objects)
