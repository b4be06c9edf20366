"""A folder of Ruby as the detectors look at it: its gems, and the files that every kind of app is told by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hivemind.infer.facts import Dependency, Fact, Route, within
from hivemind.infer.ruby.gemfile import Gemfile
from hivemind.infer.tree import Tree
from hivemind.model.findings import Question, Quote
from hivemind.model.spec import ServiceKind


@dataclass(frozen=True)
class Project:
    """The folder and its Gemfile, if it has one."""

    tree: Tree
    folder: str
    gemfile: Gemfile | None

    def file(self, name: str) -> str:
        """A file of the folder as a path of the tree."""
        return within(self.folder, name)

    def has(self, name: str) -> bool:
        """Whether the folder holds the file."""
        return self.tree.exists(self.file(name))

    def text(self, name: str) -> str:
        """The file's text; empty where it cannot be read."""
        return self.tree.read(self.file(name)) or ""

    def gem(self, *names: str) -> Dependency | None:
        """The first of these gems that the app asks for."""
        return self.gemfile.gem(*names) if self.gemfile else None

    def version(self, gem: str) -> tuple[int, ...]:
        """The numbers of a gem's version, as far as they are known."""
        text = self.gemfile.version(gem) if self.gemfile else ""
        return tuple(int(part) for part in text.split(".")[:2] if part.isdecimal())

    def quote(self, name: str, line: int = 0) -> Quote:
        """A line of a file of the folder."""
        return self.tree.quote(self.file(name), line)


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
