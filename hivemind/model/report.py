"""What `hivemind infer` reports: the findings as far as they go; what could not be told is null or empty."""

from __future__ import annotations

from collections.abc import Mapping

from hivemind.model.findings import Evidence, Language, Question, StoreNeed
from hivemind.model.record import Record
from hivemind.model.spec import ServiceKind


class ServiceReport(Record):
    """One service; commands are shell lines run in `path`, `port` and `health_path` are null for a worker."""

    name: str
    kind: ServiceKind
    path: str
    language: Language | None = None
    framework: str | None = None
    runtime: str | None = None
    package_manager: str | None = None
    install: tuple[str, ...] = ()
    build: tuple[str, ...] = ()
    start: str | None = None
    migrate: str | None = None
    port: int | None = None
    port_env: str | None = None
    health_path: str | None = None
    live_path: str | None = None
    database: StoreNeed = StoreNeed()
    cache: StoreNeed = StoreNeed()
    env_required: tuple[str, ...] = ()
    env_optional: tuple[str, ...] = ()
    processes: Mapping[str, str] = {}


class InferenceReport(Record):
    """A repository as the rules read it; `evidence` is keyed `<service>.<field>`, as are the questions' fields."""

    services: tuple[ServiceReport, ...]
    evidence: Mapping[str, Evidence] = {}
    unsure: tuple[Question, ...] = ()
