"""CloudWatch's one thread: samples each minute, evaluates alarms every few seconds, keeps the store small and saved.

What was measured is saved beside the cloud's memory and not in it: it changes each minute and is large, and a minute
of it may be lost by a crash without harm.
"""

from __future__ import annotations

import pickle
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hivemind.emulator.home import write_bytes
from hivemind.emulator.metrics.evaluator import Evaluator
from hivemind.emulator.metrics.sampler import Sampler
from hivemind.emulator.metrics.store import HOUR, MINUTE, Store

TICK_SECONDS = 5
SAVE_SECONDS = 300
VERSION = 1


def utc_now() -> datetime:
    """The clock of a running cloud."""
    return datetime.now(UTC)


@dataclass
class Watch:
    """The metrics of every region, and what looks at them; `file` keeps them over a restart."""

    file: Path
    sampler: Sampler
    evaluator: Evaluator
    backends: Callable[[], tuple[tuple[str, Any], ...]]
    """CloudWatch's own backends, by region."""
    now: Callable[[], datetime] = utc_now
    _kick: threading.Event = field(default_factory=threading.Event)
    _stores: dict[str, Store] = field(default_factory=dict)
    _sampled: int = 0
    _saved: float = 0
    _pruned: float = 0

    def store(self, region: str) -> Store:
        """The metrics of a region."""
        return self._stores.setdefault(region, Store())

    def wake(self) -> None:
        """Tick at once: an alarm was put, or it is over."""
        self._kick.set()

    def run(self, over: threading.Event) -> None:
        """Tick until `over`: every few seconds, and when a minute is full."""
        self._sampled = int(time.time()) // MINUTE
        self._saved = self._pruned = time.time()
        while not over.is_set():
            self._kick.wait(min(TICK_SECONDS, MINUTE - time.time() % MINUTE + 0.01))
            self._kick.clear()
            try:
                self.tick(self.now())
            except Exception:
                traceback.print_exc()

    def tick(self, now: datetime) -> None:
        """What is due now."""
        moment = now.timestamp()
        if int(moment) // MINUTE != self._sampled:
            self._sampled = int(moment) // MINUTE
            for sample in self.sampler.sample(moment):
                self.store(sample.region).put(sample.metric, sample.unit, sample.at, sample.bucket())
        for region, backend in self.backends():
            if backend.alarms:
                self.evaluator.evaluate(backend, self.store(region), now)
        self._keep(moment)

    def save(self) -> None:
        """Save what was measured."""
        dumped = {region: store.dump() for region, store in list(self._stores.items())}
        write_bytes(self.file, pickle.dumps({"version": VERSION, "stores": dumped}))

    def load(self) -> None:
        """Take up what was saved; what cannot be read is left behind, since only history is lost."""
        with suppress(FileNotFoundError):
            try:
                saved = pickle.loads(self.file.read_bytes())
                for region, dumped in saved["stores"].items() if saved["version"] == VERSION else ():
                    self.store(region).load(dumped)
            except (pickle.UnpicklingError, EOFError, KeyError, TypeError, ValueError) as problem:
                print(f"the saved metrics could not be read ({problem!r}); they begin anew")  # noqa: T201

    def _keep(self, moment: float) -> None:
        if moment - self._pruned > HOUR:
            self._pruned = moment
            for store in list(self._stores.values()):
                store.prune(moment)
        if moment - self._saved > SAVE_SECONDS:
            self._saved = moment
            if any(store.size() for store in list(self._stores.values())):
                self.save()
