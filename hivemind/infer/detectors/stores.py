"""How a database or cache shows in the code: the packages that speak to it, and the variables that hold its URL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hivemind.infer.facts import Code, Dependency, EnvRead, Service
from hivemind.model.findings import Quote
from hivemind.model.spec import SecretRef

Drivers = Mapping[str, str]
"""Package → engine, over all languages."""

NEAR = 2
"""Lines within which a fallback belongs to the read it follows: `os.environ.get("URL") or "sqlite:///x.db"`."""


def drivers_of(code: Code, drivers: Drivers) -> dict[str, Dependency]:
    """Engine → the first package that speaks to it, in the order of the manifest."""
    found: dict[str, Dependency] = {}
    for dependency in code.dependencies:
        for engine in (drivers.get(dependency.name), *(_engine_of(extra) for extra in dependency.extras)):
            if engine:
                found.setdefault(engine, dependency)
    return {engine: found[engine] for engine in found if engine in drivers.values()}


def read_of(code: Code, variables: Sequence[str]) -> EnvRead | None:
    """The read of a URL variable that asks most: a required one before one with a default."""
    reads = [read for read in code.reads if read.name in variables]
    return min(reads, key=lambda read: not read.required, default=None)


def falls_back_to(code: Code, read: EnvRead, scheme: str) -> bool:
    """Whether the code uses a URL of that scheme where the variable is not set."""
    if (read.default or "").startswith(scheme):
        return True
    nearby = (url.quote for url in code.urls if url.scheme == scheme)
    return not read.required and any(_is_near(quote, read.quote) for quote in nearby)


def url_variable(code: Code, engine: str, default: str) -> str:
    """The variable that holds the engine's URL: one the code reads whose name says so, else `default`."""
    names = [read.name for read in code.reads if read.name.upper().endswith(("_URL", "_URI", "_DSN"))]
    return next((name for name in names if engine[:5] in name.lower()), default)


def is_given(service: Service, *endings: str) -> bool:
    """Whether the spec already gives a secret under a name with such an ending."""
    secrets = (name for name, value in service.spec.env.items() if isinstance(value, SecretRef))
    return any(name.upper().endswith(endings) for name in secrets)


def _engine_of(extra: str) -> str:
    """`sqlalchemy[postgresql-psycopg]` and `celery[redis]` bring the driver along."""
    return "postgres" if extra.startswith("postgres") else extra


def _is_near(one: Quote, other: Quote) -> bool:
    return one.file == other.file and 0 <= one.line - other.line <= NEAR
