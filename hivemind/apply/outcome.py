"""What a handler answers when it is asked to bring a step about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Finished:
    """The step is done, now or long since; `result` is small and holds no secret."""

    result: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Waiting:
    """Not yet: ask again in `after` seconds at the latest; `note` says what for."""

    after: float
    note: str


@dataclass(frozen=True)
class Stopped:
    """It cannot be done; `evidence` holds the lines that show why, the cause first."""

    message: str
    hint: str
    evidence: tuple[str, ...] = ()


Outcome = Finished | Waiting | Stopped
