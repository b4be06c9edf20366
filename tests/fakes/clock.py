"""A clock that tests move: waiting takes no time, and lets the fake world get on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class FakeClock:
    """Starts at a fixed moment; `on_wait` is called after each wait, as the world goes on meanwhile."""

    def __init__(self, on_wait: Callable[[], None] = lambda: None) -> None:
        self._now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
        self._on_wait = on_wait
        self.waited = 0.0

    def now(self) -> datetime:
        return self._now

    def wait(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self.waited += seconds
        self._on_wait()
