"""A folder of Ruby as the detectors look at it: its gems, and the files that every kind of app is told by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hivemind.infer.facts import Dependency, Fact, Route
from hivemind.infer.folder import Folder
from hivemind.infer.ruby.gemfile import Gemfile
from hivemind.model.findings import Question, Quote
from hivemind.model.spec import ServiceKind


@dataclass(frozen=True)
class Project(Folder):
    """The folder and its Gemfile, if it has one."""

    gemfile: Gemfile | None

    def gem(self, *names: str) -> Dependency | None:
        """The first of these gems that the app asks for."""
        return self.gemfile.gem(*names) if self.gemfile else None

    def version(self, gem: str) -> tuple[int, ...]:
        """The numbers of a gem's version, as far as they are known."""
        text = self.gemfile.version(gem) if self.gemfile else ""
        return tuple(int(part) for part in text.split(".")[:2] if part.isdecimal())


@dataclass(frozen=True)
class App:
    """An application that was found: what it says of itself beside what holds for all of Ruby."""

    framework: str | None
    kind: ServiceKind
    quote: Quote
    facts: Mapping[str, Fact]
    routes: tuple[Route, ...] = ()
    questions: tuple[Question, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Quote] = field(default_factory=dict)
    """Variables it fails without, though no line of its own reads them."""

    hints: Mapping[str, str] = field(default_factory=dict)
