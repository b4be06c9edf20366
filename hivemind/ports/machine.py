"""The doors to this machine and its time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from hivemind.model.release import Release


@dataclass(frozen=True)
class Answer:
    """What a probe got: `status` 0 means no HTTP answer, and `body` then says why. At most 64 KiB of body."""

    status: int
    body: str
    seconds: float


class Probe(Protocol):
    """Asks a URL as a user would."""

    def get(self, url: str, headers: Mapping[str, str], timeout: float) -> Answer:
        """One GET without following redirects; never raises."""


class Clock(Protocol):
    """Time."""

    def now(self) -> datetime:
        """Now, in UTC."""

    def wait(self, seconds: float) -> None:
        """Let time pass."""


class Outlooks(Protocol):
    """What plans came to before, on this machine: a text by a name; losing one costs a moment."""

    def read(self, name: str) -> str | None:
        """The text; None when none is kept."""

    def write(self, name: str, text: str) -> None:
        """Keep a text."""


class Bundles(Protocol):
    """Source bundles on this machine."""

    def make(self) -> Release:
        """Bundle the application's files, reproducibly; the same files give the same digest."""

    def path(self, digest: str) -> Path | None:
        """The bundle's file, if this machine has it."""
