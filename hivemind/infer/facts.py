"""What detectors say: facts about fields of `ServiceFindings`, each with the evidence it rests on.

A language detector weighs everything it sees and returns one `Candidate`, or None. Beside its facts the candidate
carries what the code needs in words that no language owns (dependencies, environment reads, routes, URLs), so that the
detectors of needs (health path, database, cache, environment) are written once for all languages.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Literal

from hivemind.infer.tree import MAX_LINE, Tree, printable
from hivemind.model.findings import Confidence, Evidence, Language, Question, Quote
from hivemind.model.spec import ServiceKind, ServiceSpec


@dataclass(frozen=True)
class Fact:
    """The value of one field of `ServiceFindings`, and why."""

    value: object
    evidence: Evidence


StoreStrength = Literal["configured", "switched", "declared", "example"]
Facts = Mapping[str, Fact]
"""Facts by the field of `ServiceFindings` they are about."""


@dataclass(frozen=True)
class Reading:
    """What one source says, and what it leaves open; a question's field is one of `ServiceFindings`.

    A file beside the code also names servers and variables: evidence for the detectors of needs, not yet a fact.
    """

    facts: Facts = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    stores: tuple[Store, ...] = ()
    reads: tuple[EnvRead, ...] = ()


@dataclass(frozen=True)
class Dependency:
    """A package the project asks for, its name normalised as its registry does."""

    name: str
    extras: frozenset[str]
    quote: Quote


@dataclass(frozen=True)
class EnvRead:
    """A variable the code reads. `required`: it fails without; `default` is the literal it falls back to."""

    name: str
    required: bool
    default: str | None
    quote: Quote


@dataclass(frozen=True)
class Route:
    """A GET route without parameters, its prefix included."""

    path: str
    quote: Quote


@dataclass(frozen=True)
class Url:
    """A database or cache URL written in the code."""

    scheme: str
    quote: Quote


@dataclass(frozen=True)
class Store:
    """A database, cache or other server that a file names: `why` completes the sentence about it.

    `configured` by the settings of an ORM, `switched` where they do so in a profile that is off by default, `declared`
    beside the code for its deployment, or only an `example`.
    """

    engine: str
    strength: StoreStrength
    why: str
    quote: Quote
    switch: str = ""
    """The variable and the value that switch it on."""


@dataclass(frozen=True)
class Code:
    """What the source says about its needs, in no language's own words; `stores` are what its ORM is configured for."""

    dependencies: tuple[Dependency, ...] = ()
    reads: tuple[EnvRead, ...] = ()
    routes: tuple[Route, ...] = ()
    urls: tuple[Url, ...] = ()
    stores: tuple[Store, ...] = ()

    def depends_on(self, *names: str) -> Dependency | None:
        """The first of these packages that the project asks for."""
        asked = {d.name: d for d in self.dependencies}
        return next((asked[name] for name in names if name in asked), None)


@dataclass(frozen=True)
class Candidate:
    """One reading of a folder as an app; the heaviest wins. `hints`: what to do where a needed field has no fact.

    `kind` is what the app is: `worker` where nothing in it answers HTTP (a bot, a queue's consumer).
    """

    language: Language
    weight: int
    reading: Reading
    code: Code = Code()
    hints: Mapping[str, str] = field(default_factory=dict)
    kind: ServiceKind = "web"


@dataclass(frozen=True)
class Service:
    """A service as far as it is known when its needs are looked for; `start` is None when nobody could tell.

    `sources` are the files beside its code, the strongest first.
    """

    tree: Tree
    spec: ServiceSpec
    candidate: Candidate | None
    start: Fact | None
    sources: tuple[Reading, ...] = ()

    @property
    def code(self) -> Code:
        """What the source says; nothing where no detector could read it."""
        return self.candidate.code if self.candidate else Code()

    @property
    def command(self) -> str:
        """The command that starts it, as far as it is looked at; empty when it is not known."""
        return str(self.start.value)[:MAX_LINE] if self.start else ""

    @property
    def said_of_start(self) -> tuple[Quote, ...]:
        """The lines that the start command rests on."""
        return self.start.evidence.quotes if self.start else ()

    @property
    def facts(self) -> Facts:
        """What the language detector found."""
        return self.candidate.reading.facts if self.candidate else {}

    @property
    def stores(self) -> tuple[Store, ...]:
        """Every server that its code's settings or the files beside it name."""
        return (*self.code.stores, *(store for source in self.sources for store in source.stores))

    @property
    def reads(self) -> tuple[EnvRead, ...]:
        """The code's reads, then what the strongest file beside it says of each variable that the code leaves out."""
        known = {read.name for read in self.code.reads}
        found = list(self.code.reads)
        for source in self.sources:
            found += [read for read in source.reads if read.name not in known]
            known |= {read.name for read in source.reads}
        return tuple(found)

    def said(self, name: str) -> tuple[Fact, ...]:
        """What the files beside its code say of a field, the strongest first."""
        return tuple(source.facts[name] for source in self.sources if name in source.facts)

    @property
    def questions(self) -> tuple[Question, ...]:
        """What the language detector asks."""
        return self.candidate.reading.questions if self.candidate else ()

    def file(self, name: str) -> str:
        """A file of the service's folder as a path of the tree."""
        return within(self.spec.path, name)


@dataclass(frozen=True)
class Surveyed:
    """One service after the survey; `hints` say what to do about a field that has no fact."""

    spec: ServiceSpec
    facts: Facts
    questions: tuple[Question, ...] = ()
    hints: Mapping[str, str] = field(default_factory=dict)

    def without(self, name: str) -> Surveyed:
        """The same service without one fact."""
        return replace(self, facts={other: found for other, found in self.facts.items() if other != name})

    def having(self, name: str, found: Fact) -> Surveyed:
        """The same service with another fact about a field."""
        return replace(self, facts={**self.facts, name: found})

    def without_questions(self, asked: Set[Question]) -> Surveyed:
        """The same service without what was asked before."""
        return replace(self, questions=tuple(q for q in self.questions if q not in asked))


@dataclass(frozen=True)
class Survey:
    """What was found of a repository; `evidence` is keyed `<service>.<field>`, as are the questions' fields."""

    services: tuple[Surveyed, ...]
    evidence: Mapping[str, Evidence]
    unsure: tuple[Question, ...]


def within(folder: str, name: str) -> str:
    """`name` in `folder`, as a path of the tree."""
    return name if folder == "." else f"{folder}/{name}"


def fact(value: object, why: str, *quotes: Quote, confidence: Confidence = "certain") -> Fact:
    """A fact that rules found."""
    return Fact(value, Evidence(source="rules", why=printable(why), confidence=confidence, quotes=quotes))


def question(about: str, why: str, *candidates: str) -> Question:
    """Something rules cannot tell about a field of `ServiceFindings`."""
    return Question(field=about, why=printable(why), candidates=candidates)
