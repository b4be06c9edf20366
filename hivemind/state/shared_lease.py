"""Who holds a shared deployment: one object that is only ever replaced, never deleted.

It says who, why and since when, and is written again at every beat. The holder lets go by writing it empty. One that
was not written for longer than it lasts belongs to a run that died: whoever replaces that very version holds it then.
How old it is the bucket's clock alone says, so no machine's wrong clock frees what is held. A holder that could not
beat for that long counts itself out, before anybody can have taken over.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from uuid import uuid4

from hivemind.errors import HiveMindError, RefusedError
from hivemind.model.holder import Holder
from hivemind.ports import StateBucket

LASTS = 60.0
"""Seconds after its last beat that a lease is held."""
BEATS = 4
"""Beats in that time."""
MARGIN = 2.0
"""Seconds that S3's times, which are whole ones, may be off together."""


@dataclass
class SharedLease:
    """One lease, from the one that holds or wants it; `now` is a monotonic clock in seconds."""

    bucket: StateBucket
    key: str
    lasts: float = LASTS
    now: Callable[[], float] = time.monotonic
    _version: str | None = None
    _beaten: float = 0.0
    _gone: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def held(self, who: str, why: str, since: str) -> Iterator[None]:
        """Hold it; raises RefusedError naming the holder when somebody else does."""
        said = {"who": who, "why": why, "since": since, "token": uuid4().hex, "lasts": self.lasts}
        self._take(said)
        enough = threading.Event()
        heart = threading.Thread(target=self._beat, args=(said, enough), daemon=True)
        heart.start()
        try:
            yield
        finally:
            enough.set()
            heart.join()
            self._let_go()

    def require(self) -> None:
        """Raises RefusedError when this was held and has been lost."""
        if self._gone.is_set() or (self._version and self.now() - self._beaten > self.lasts):
            raise RefusedError(
                "this run no longer holds the deployment: it could not say that it lives, or somebody took over",
                hint="See what stands now: hivemind status. `hivemind resume` goes on with a run that was cut off.",
                where=f"{self.bucket.address}/{self.key}",
            )

    def holder(self) -> Holder | None:
        """Who holds it, or died holding it; None when the last holder let go of it, or there never was one."""
        found = self.bucket.read(self.key)
        said = _said(found.content) if found else {}
        if found is None or not said:
            return None
        told = {name: str(said.get(name, "unknown")) for name in ("who", "why", "since")}
        return Holder(**told, process=str(said.get("token", "unknown"))[:8], alive=found.age <= _seconds(said))

    def _take(self, said: dict[str, object]) -> None:
        found = self.bucket.read(self.key)
        other = _said(found.content) if found else {}
        if found is not None and other and found.age <= _seconds(other):
            raise self._held_by(other, _seconds(other) - found.age)
        asked = self.now()
        version = self.bucket.write(self.key, json.dumps(said).encode(), found.version if found else None)
        if version is None:
            winner = self.bucket.read(self.key)
            raise self._held_by(_said(winner.content) if winner else {}, self.lasts)
        self._gone.clear()
        self._version, self._beaten = version, asked

    def _beat(self, said: dict[str, object], enough: threading.Event) -> None:
        """Looks before it writes: a beat that arrived although its answer did not has another version."""
        beat = 0
        while not enough.wait(self.lasts / BEATS):
            beat, asked = beat + 1, self.now()
            try:
                present = self.bucket.read(self.key)
                if present is None or _said(present.content).get("token") != said["token"]:
                    self._gone.set()
                    return
                content = json.dumps({**said, "beat": beat}).encode()
                version = self.bucket.write(self.key, content, present.version)
            except HiveMindError:
                continue  # Unreachable: `require` counts us out when that lasts.
            if version is None:
                self._gone.set()
                return
            self._version, self._beaten = version, asked

    def _let_go(self) -> None:
        """What cannot be said now is said by time."""
        if not self._gone.is_set():
            with suppress(HiveMindError):
                self.bucket.write(self.key, b"", self._version)
        self._version = None

    def _held_by(self, said: dict[str, object], left: float) -> RefusedError:
        return RefusedError(
            f"{said.get('who', 'somebody')} holds this deployment since {said.get('since', 'just now')} "
            f"({said.get('why', 'no reason given')})",
            hint=f"Wait until that run has ended; should it have died, this frees itself in {max(left, 1):.0f} s.",
            where=f"{self.bucket.address}/{self.key}",
        )


def _said(content: bytes) -> dict[str, object]:
    """What the object says; a text that nobody here wrote still holds everybody off until it is old."""
    if not content.strip():
        return {}
    try:
        said = json.loads(content)
    except ValueError:
        said = None
    return said if isinstance(said, dict) and said else {"who": "somebody"}


def _seconds(said: dict[str, object]) -> float:
    lasts = said.get("lasts")
    return (float(lasts) if isinstance(lasts, int | float) else LASTS) + MARGIN
