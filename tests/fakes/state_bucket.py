"""A state bucket in memory; `seconds` is its clock, and `away` makes every call fail as an unreachable one does."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from threading import Lock

from hivemind.errors import CloudError
from hivemind.ports import Kept


class FakeStateBucket:
    """`before_write` is called once, by the next write: a test lets another be first there."""

    address = "s3://acme-state/team"

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, str, float]] = {}
        self.seconds = 0.0
        self.away = False
        self.mute = False
        """The next write arrives, and its answer does not."""
        self.before_write: Callable[[], None] = lambda: None
        self._versions = count(1)
        self._one = Lock()

    def read(self, key: str) -> Kept | None:
        self._answer(key)
        found = self.objects.get(key)
        return Kept(found[0], found[1], self.seconds - found[2]) if found else None

    def write(self, key: str, content: bytes, replaces: str | None) -> str | None:
        self._answer(key)
        first, self.before_write = self.before_write, lambda: None
        first()
        with self._one:
            present = self.objects[key][1] if key in self.objects else None
            if present != replaces:
                return None
            version = f'"{next(self._versions)}"'
            self.objects[key] = (content, version, self.seconds)
            if self.mute:
                self.mute = False
                raise CloudError("no answer from AWS", hint="Run again.", where=key, code="mute")
            return version

    def keys(self, folder: str) -> tuple[str, ...]:
        self._answer(folder)
        return tuple(sorted(key for key in self.objects if key.startswith(folder)))

    def delete(self, key: str) -> None:
        self._answer(key)
        self.objects.pop(key, None)

    def _answer(self, key: str) -> None:
        if self.away:
            raise CloudError("no answer from AWS", hint="Check the network, then run again.", where=key, code="away")
