"""What the agents found out about a repository, each fact with the reason and the line it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from hivemind.model.record import Record
from hivemind.model.spec import SecretRef, ServiceKind

Language = Literal[
    "python", "node", "deno", "go", "java", "ruby", "php", "dotnet", "rust", "elixir",
    "static", "cpp", "gleam", "shell", "docker",
]  # fmt: skip
Need = Literal["required", "optional", "embedded", "none"]
Source = Literal["spec", "human", "rules", "claude"]
Confidence = Literal["certain", "likely", "fallback"]


class Quote(Record):
    """A line of the repository, checked against the file; lines count from 1, 0 is the whole file."""

    file: str
    line: int
    text: str


class Evidence(Record):
    """Why a fact is believed: who says so, in one sentence, resting on which lines."""

    source: Source
    why: str
    confidence: Confidence = "certain"
    quotes: tuple[Quote, ...] = ()


class StoreNeed(Record):
    """A database or a cache, and how much the service depends on it."""

    engine: str = "none"
    need: Need = "none"


class Question(Record):
    """Something the rules cannot tell: the field it is about and the candidates, best first."""

    field: str
    why: str
    candidates: tuple[str, ...] = ()


class ServiceFindings(Record):
    """Everything needed to build, start and check one service; commands are shell lines run in `path`."""

    name: str
    kind: ServiceKind
    path: str
    language: Language
    framework: str | None = None
    runtime: str = ""
    """The version alone, as in `3.12`; empty where the language has none, as files alone do not."""
    package_manager: str | None = None
    install: tuple[str, ...] = ()
    build: tuple[str, ...] = ()
    start: str
    migrate: str | None = None
    port: int = 8080
    port_env: str | None = "PORT"
    health_path: str = "/"
    live_path: str | None = None
    database: StoreNeed = StoreNeed()
    cache: StoreNeed = StoreNeed()
    env: Mapping[str, str | SecretRef] = {}
    """The spec's own environment over what the server needs (keep-alive and the like)."""
    env_required: tuple[str, ...] = ()
    env_optional: tuple[str, ...] = ()
    processes: Mapping[str, str] = {}

    @property
    def checked_path(self) -> str:
        """What the load balancer asks.

        With a live path the group of instances replaces what the balancer calls unhealthy, so that path is asked, which
        does not look at the database.
        """
        return self.live_path or self.health_path


class Findings(Record):
    """The repository as HiveMind will deploy it: spec over inference. `evidence` is keyed `<service>.<field>`."""

    services: tuple[ServiceFindings, ...]
    evidence: Mapping[str, Evidence] = {}
    unsure: tuple[Question, ...] = ()

    @property
    def needs_database(self) -> bool:
        """Whether any service needs a PostgreSQL that we provision."""
        return any(s.database.engine == "postgres" and s.database.need == "required" for s in self.services)

    @property
    def has_web(self) -> bool:
        """Whether any service answers HTTP."""
        return any(s.kind == "web" for s in self.services)
