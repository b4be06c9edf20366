"""What a rule is: metadata a reader can judge it by, and one method that finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Protocol

from hivemind.model.plan import Severity
from hivemind.policy.view import View


@dataclass(frozen=True)
class Fault:
    """One place that breaks a rule: what is wrong there in a few words, and what to write instead."""

    where: str
    title: str
    fix: str


class Rule(Protocol):
    """One rule. `why` says what an attacker or a bad day makes of it; `source` is who else says so."""

    id: ClassVar[str]
    title: ClassVar[str]
    why: ClassVar[str]
    source: ClassVar[str]
    severity: ClassVar[Severity]

    def check(self, view: View) -> Iterator[Fault]:
        """The places that break the rule; what cannot be told counts as broken."""
