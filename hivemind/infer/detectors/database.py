"""Which database the code needs: by its ORM's settings, its drivers, the files beside it, the URLs it knows.

The strongest of these that names a server decides; where it names several, the others may confirm one. PostgreSQL is
provisioned. Any other server is named and asked for as a URL by secret. SQLite is embedded: its file lies on an
instance, and ends with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hivemind.infer.detectors.stores import (
    drivers_of,
    falls_back_embedded,
    is_given,
    read_of,
    stores_of,
    url_variable,
)
from hivemind.infer.engines import DATABASES, EMBEDDED, engine_of_word
from hivemind.infer.facts import EnvRead, Fact, Reading, Service, fact, question
from hivemind.model.findings import Confidence, Question, Quote, StoreNeed

POSTGRES = "postgres"
SERVERS = DATABASES - EMBEDDED
MYSQLS = frozenset({"mysql", "mariadb"})
RELATIONAL = MYSQLS | {"postgres", "mssql", "oracle"}
"""Of these an app uses one, however many it has drivers of."""
VARIABLES = ("DATABASE_URL", "POSTGRES_URL", "POSTGRESQL_URL", "SQLALCHEMY_DATABASE_URI", "DB_URL", "DATABASE_URI")
NAMED = {"MONGODB_URI": "mongodb", "MONGO_URI": "mongodb", "MONGO_URL": "mongodb", "MONGODB_URL": "mongodb",
         "MYSQL_URL": "mysql", "JAWSDB_URL": "mysql", "CLEARDB_DATABASE_URL": "mysql"}  # fmt: skip
"""Variables whose name says the engine."""
SPRING = "SPRING_DATASOURCE_URL"
SECRETS = (*VARIABLES, *NAMED, SPRING)

BUILT_IN = ("python", "php")
"""Languages that bring SQLite along."""

BY_SECRET = "if the server is used, give its URL as a secret in app.env"
EPHEMERAL = "its file lies on an instance, and every release starts with an empty one"


@dataclass(frozen=True)
class Sign:
    """Why an engine is believed to be used."""

    why: str
    quotes: tuple[Quote, ...]
    confidence: Confidence = "certain"
    switch: str = ""


Signs = Mapping[str, Sign]
"""Engine → the first sign of it."""


def detect(service: Service) -> Reading:
    """A fact about `database`; questions for what is not provisioned or would not last."""
    driven = _driven(service)
    configured, switched = _configured(service, driven), _switched(service)
    levels = (configured or switched, driven, _declared(service), _written(service))
    # A variable such as DATABASE_URL may hold the path of what is embedded, where no server's driver is there.
    is_inside = _among(configured, EMBEDDED) or (_among(driven, EMBEDDED) and not _among(driven, SERVERS))
    trusted = levels[:3] if is_inside else levels
    servers = next((found for level in (levels[0], switched, *trusted[1:]) if (found := _among(level, SERVERS))), {})
    embedded = next((found for level in levels if (found := _among(level, EMBEDDED))), {})
    if servers:
        return _with_server(service, servers, embedded, levels)
    if embedded:
        return _embedded(embedded)
    if service.candidate is None:
        why = "no detector reads this language yet; set `database: {engine: postgres}` or `{engine: none}`"
        return Reading(questions=(question("database", why, POSTGRES, "none"),))
    return Reading({"database": fact(StoreNeed(), "no database driver, URL or variable was found")})


def _with_server(service: Service, servers: Signs, embedded: Signs, levels: tuple[Signs, ...]) -> Reading:
    engine, read = _confirmed(servers, levels), _read(service)
    is_embedded = bool(_among(levels[0], EMBEDDED))
    if is_embedded and not read and not _is_settled(service, engine, levels):
        return _instead_of(servers, levels)
    why, beside = servers[engine].why, _asked_for(service, _others(engine, servers, levels))
    is_open = bool(embedded) and engine not in levels[0] and read is None
    if engine not in levels[2] and (is_embedded or is_open or falls_back_embedded(service.code, read)):
        instead = next(iter(embedded), "sqlite")
        why = f"{why}, but {_condition(read)} the code uses {_title(instead)}"
        settle = f"set `database: {{engine: {POSTGRES}}}` or none" if engine == POSTGRES else BY_SECRET
        asked = question("database", f"{why}: {EPHEMERAL}; {settle}", engine, instead)
        return Reading({"database": _store(engine, "optional", servers[engine], why, read)}, (asked, *beside))
    if read:
        why = f"{why}, and the code reads {read.name}"
    missing = _asked_for(service, [] if engine == POSTGRES else [engine])
    questions = (*missing, *beside, *_switched_off(service, servers[engine]))
    return Reading({"database": _store(engine, "required", servers[engine], why, read)}, questions)


def _read(service: Service) -> EnvRead | None:
    """The read of the URL's variable, other than by settings that are off."""
    off = {store.quote.file for store in service.code.stores if store.strength == "switched"}
    always = tuple(read for read in service.code.reads if read.quote.file not in off)
    return read_of(replace(service.code, reads=always), VARIABLES)


def _is_settled(service: Service, engine: str, levels: tuple[Signs, ...]) -> bool:
    """Whether the settings name this server, or the files beside the code do and no other that could take its place."""
    if service.candidate and service.candidate.language in BUILT_IN and not levels[1].keys() & {engine, *MYSQLS}:
        return engine in levels[2]  # without its driver the settings for it can only be another way
    rivals = (RELATIONAL if engine in RELATIONAL else {engine}) - (MYSQLS if engine in MYSQLS else {engine})
    return engine in levels[0] or (engine in levels[2] and not rivals & levels[2].keys())


def _instead_of(servers: Signs, levels: tuple[Signs, ...]) -> Reading:
    """What is embedded by default, although there are servers that it could use."""
    engine, sign = next(iter(_among(levels[0], EMBEDDED).items()))
    others = ", ".join(f"{other} ({sign.switch or sign.why})" for other, sign in servers.items())
    why = f"as it is configured the code uses {_title(engine)}: {EPHEMERAL}; it could use {others}"
    asked = question("database", f"{why}; set `database: {{engine: postgres}}` or none", engine, *servers)
    return Reading({"database": _store(engine, "embedded", sign, sign.why, None)}, (asked,))


def _switched_off(service: Service, sign: Sign) -> tuple[Question, ...]:
    """What to ask where nothing switches on the settings that name the server."""
    variable, _, value = sign.switch.partition("=")
    if not variable or variable in service.spec.env:
        return ()
    return (question("env", f"{sign.why}, which nothing switches on; set {variable}: {value} in app.env", variable),)


def _condition(read: EnvRead | None) -> str:
    return f"without {read.name}" if read else "as it is configured"


def _embedded(embedded: Signs) -> Reading:
    engine, sign = next(iter(embedded.items()))
    asked = question("database", f"the code keeps data in {_title(engine)}: {EPHEMERAL}", engine, POSTGRES)
    why = sign.why if engine != "sqlite" else "the code uses SQLite"
    return Reading({"database": _store(engine, "embedded", sign, why, None)}, (asked,))


def _configured(service: Service, driven: Signs) -> Signs:
    """By its ORM; not what is embedded where only a server's driver comes along, the other being for developers."""
    found = stores_of(service, DATABASES, "configured")
    brings_sqlite = service.candidate is not None and service.candidate.language in BUILT_IN
    left_out = set() if brings_sqlite or not _among(driven, SERVERS) else EMBEDDED - driven.keys()
    return {engine: Sign(store.why, (store.quote,)) for engine, store in found.items() if engine not in left_out}


def _switched(service: Service) -> Signs:
    """By settings that are off by default."""
    found = stores_of(service, DATABASES, "switched")
    return {engine: Sign(store.why, (store.quote,), "likely", store.switch) for engine, store in found.items()}


def _driven(service: Service) -> Signs:
    return {
        engine: Sign(_why_driven(engine, driver.name), (driver.quote,))
        for engine, driver in drivers_of(service, DATABASES).items()
    }


def _why_driven(engine: str, package: str) -> str:
    return f"{package} is asked for" if engine in (POSTGRES, "sqlite") else f"{package} speaks to {engine}"


def _declared(service: Service) -> Signs:
    found = stores_of(service, DATABASES, "declared")
    return {engine: Sign(store.why, (store.quote,), "likely") for engine, store in found.items()}


def _written(service: Service) -> Signs:
    """By a URL in the code or an example, or by a variable that the code cannot do without."""
    found: dict[str, Sign] = {}
    for url in service.code.urls:
        if (engine := engine_of_word(url.scheme)) in DATABASES:
            name = "PostgreSQL" if engine == POSTGRES else engine
            found.setdefault(engine, Sign(f"the code holds a {name} URL", (url.quote,), "likely"))
    for engine, store in stores_of(service, DATABASES, "example").items():
        found.setdefault(engine, Sign(store.why, (store.quote,), "likely"))
    for read in service.code.reads:
        engine = NAMED.get(read.name) or (POSTGRES if read.name in VARIABLES else "")
        if engine and read.required and not _among(found, SERVERS):
            found[engine] = Sign(f"the code cannot do without {read.name}", (read.quote,), "likely")
    return found


def _among(signs: Signs, engines: frozenset[str]) -> Signs:
    return {engine: sign for engine, sign in signs.items() if engine in engines}


def _confirmed(servers: Signs, levels: tuple[Signs, ...]) -> str:
    """The one of several that the other signs name too; PostgreSQL where nothing decides, since it is provisioned."""
    left = list(servers)
    for level in levels:
        left = [engine for engine in left if engine in level] or left
    return POSTGRES if POSTGRES in left else left[0]


def _others(engine: str, servers: Signs, levels: tuple[Signs, ...]) -> list[str]:
    """Servers beside the chosen one; of relational ones only those that nothing chose between."""
    is_chosen = len(servers) == 1 or any(engine in level for level in (levels[0], levels[2]))
    alike = RELATIONAL if is_chosen else MYSQLS
    rivals = alike if engine in alike else {engine}
    return [other for other in _among(levels[1], SERVERS) if other not in rivals]


def _asked_for(service: Service, engines: list[str]) -> tuple[Question, ...]:
    if not engines or is_given(service, *SECRETS):
        return ()
    return tuple(
        question(
            "database",
            f"{engine} is not provisioned: give its URL as a secret in app.env, "
            f"as in {url_variable(service, engine, _own_variable(service, engine))}: {{secret: name}}",
            engine,
        )
        for engine in engines
    )


def _own_variable(service: Service, engine: str) -> str:
    """The usual variable of an engine; DATABASE_URL is that of every relational one, unless Spring reads its own."""
    framework = service.facts.get("framework")
    if engine in RELATIONAL and framework and framework.value == "spring-boot":
        return SPRING
    usual = next((name for name, named in NAMED.items() if named == engine), f"{engine.upper()}_URL")
    return VARIABLES[0] if engine in RELATIONAL else usual


def _title(engine: str) -> str:
    return "SQLite" if engine == "sqlite" else engine


def _store(engine: str, need: str, sign: Sign, why: str, read: EnvRead | None) -> Fact:
    value = StoreNeed.model_validate({"engine": engine, "need": need})
    quotes = dict.fromkeys((*sign.quotes, *((read.quote,) if read else ())))
    return fact(value, why, *quotes, confidence=sign.confidence)
