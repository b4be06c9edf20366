"""How a database or cache shows in the code: the packages that speak to it, and the variables that hold its URL."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from hivemind.infer.engines import EMBEDDED, engine_of_package, engine_of_word
from hivemind.infer.facts import Code, Dependency, EnvRead, Service, Store
from hivemind.model.findings import Quote
from hivemind.model.spec import SecretRef

NEAR = 2
"""Lines within which a fallback belongs to the read it follows: `os.environ.get("URL") or "sqlite:///x.db"`."""


def drivers_of(service: Service, engines: Collection[str]) -> dict[str, Dependency]:
    """Engine → the first package that speaks to it, in the order of the manifest."""
    if not service.candidate:
        return {}
    language, found = service.candidate.language, dict[str, Dependency]()
    for dependency in service.code.dependencies:
        # `sqlalchemy[postgresql-psycopg]`, `celery[redis]` and the feature `sqlx-mysql` bring the driver along
        extras = (engine_of_package(language, extra) or engine_of_word(extra) for extra in sorted(dependency.extras))
        for engine in (engine_of_package(language, dependency.name), *extras):
            if engine in engines:
                found.setdefault(engine, dependency)
    return found


def stores_of(service: Service, engines: Collection[str], *strengths: str) -> dict[str, Store]:
    """Engine → the first file that names it, among those that say it so strongly."""
    found: dict[str, Store] = {}
    for store in service.stores:
        if store.engine in engines and store.strength in strengths:
            found.setdefault(store.engine, store)
    return found


def read_of(code: Code, variables: Sequence[str]) -> EnvRead | None:
    """The read of a URL variable that asks most: a required one before one with a default."""
    reads = [read for read in code.reads if read.name in variables]
    return min(reads, key=lambda read: not read.required, default=None)


def falls_back_to(code: Code, read: EnvRead, engines: Collection[str]) -> bool:
    """Whether the code uses a URL of such an engine where the variable is not set."""
    if engine_of_word((read.default or "").partition("://")[0]) in engines:
        return True
    nearby = (url.quote for url in code.urls if engine_of_word(url.scheme) in engines)
    return not read.required and any(_is_near(quote, read.quote) for quote in nearby)


def falls_back_embedded(code: Code, read: EnvRead | None) -> bool:
    """Whether the code keeps its data in the process itself where the variable is not set."""
    return bool(read and falls_back_to(code, read, EMBEDDED))


def url_variable(service: Service, engine: str, default: str) -> str:
    """The variable that holds the engine's URL: one that is read or named whose name says so, else `default`."""
    names = [read.name for read in service.reads if read.name.upper().endswith(("_URL", "_URI", "_DSN"))]
    return next((name for name in names if engine[:5] in name.lower()), default)


def is_given(service: Service, *endings: str) -> bool:
    """Whether the spec already gives a secret under a name with such an ending."""
    secrets = (name for name, value in service.spec.env.items() if isinstance(value, SecretRef))
    return any(name.upper().endswith(endings) for name in secrets)


def _is_near(one: Quote, other: Quote) -> bool:
    return one.file == other.file and 0 <= one.line - other.line <= NEAR
