"""A folder of PHP as the detectors look at it, and an application that was found in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hivemind.infer.dotenv import Setting, settings
from hivemind.infer.facts import Dependency, EnvRead, Fact, Route, Store
from hivemind.infer.folder import Folder
from hivemind.infer.php.composer import Composer
from hivemind.model.findings import Question, Quote
from hivemind.model.spec import ServiceKind

EXAMPLES = (".env.example", ".env.dist", ".env.sample", ".env")


@dataclass(frozen=True)
class Project(Folder):
    """The folder and its composer.json, if it has one."""

    composer: Composer | None

    def package(self, *names: str) -> Dependency | None:
        """The first of these packages that the app asks for."""
        return self.composer.asks_for(*names) if self.composer else None

    def version(self, package: str) -> int:
        """The major version that a package's constraint begins with; 0 where it names none."""
        constraint = self.composer.requires.get(package, "") if self.composer else ""
        digits = constraint.lstrip("^~>=v ").partition(".")[0].partition("|")[0].strip()
        return int(digits) if digits.isdecimal() else 0

    def settings(self, *names: str) -> Mapping[str, Setting]:
        """The variables of the first of these files, or of the usual examples, that sets any."""
        found = (settings(self.tree, self.file(name)) for name in names or EXAMPLES)
        return next((said for said in found if said), {})

    def first(self, pattern: str) -> Quote | None:
        """The first file of the folder that matches, as evidence."""
        path = next(iter(self.tree.find(pattern, self.folder)), None)
        return self.tree.quote(path) if path else None


@dataclass(frozen=True)
class App:
    """An application that was found: what its framework says beside what holds for all of PHP."""

    framework: str | None
    quote: Quote
    facts: Mapping[str, Fact]
    kind: ServiceKind = "web"
    routes: tuple[Route, ...] = ()
    stores: tuple[Store, ...] = ()
    reads: tuple[EnvRead, ...] = ()
    """Variables that it fails without, though no line of its own says so."""

    questions: tuple[Question, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    reads_source: bool = True
    """Whether what its code connects to counts; where the framework's settings say it, it does not."""
