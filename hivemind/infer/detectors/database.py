"""Which database the code needs: by its drivers, by how it reads the URL, by the URLs it falls back to.

PostgreSQL is provisioned. Any other server is named and asked for as a URL by secret. SQLite is embedded: its file
lies on an instance, and ends with it.
"""

from __future__ import annotations

from hivemind.infer.detectors.stores import drivers_of, falls_back_to, is_given, read_of, url_variable
from hivemind.infer.facts import Code, Dependency, EnvRead, Fact, Reading, Service, fact, question
from hivemind.model.findings import Question, Quote, StoreNeed

POSTGRES, SQLITE = "postgres", "sqlite"

DRIVERS = {
    "psycopg": POSTGRES, "psycopg-binary": POSTGRES, "psycopg2": POSTGRES, "psycopg2-binary": POSTGRES,
    "asyncpg": POSTGRES, "pg8000": POSTGRES, "aiopg": POSTGRES,
    "pymysql": "mysql", "mysqlclient": "mysql", "mysql-connector-python": "mysql", "aiomysql": "mysql",
    "pymongo": "mongodb", "mongoengine": "mongodb", "motor": "mongodb", "flask-pymongo": "mongodb",
    "pyodbc": "mssql", "pymssql": "mssql", "oracledb": "oracle",
    "sqlite3": SQLITE, "aiosqlite": SQLITE,
}  # fmt: skip
VARIABLES = ("DATABASE_URL", "POSTGRES_URL", "SQLALCHEMY_DATABASE_URI", "DB_URL")
SECRETS = ("DATABASE_URL", "MYSQL_URL", "MONGO_URL", "MONGODB_URI", "MONGO_URI", "DB_URL", "DATABASE_URI")

EPHEMERAL = "its file lies on an instance, and every release starts with an empty one"


def detect(service: Service) -> Reading:
    """A fact about `database`; questions for what is not provisioned or would not last."""
    if service.candidate is None:
        why = "no detector reads this language yet; set `database: {engine: postgres}` or `{engine: none}`"
        return Reading(questions=(question("database", why, POSTGRES, "none"),))
    code = service.code
    drivers = drivers_of(code, DRIVERS)
    read = read_of(code, VARIABLES)
    others = [engine for engine in drivers if engine not in (POSTGRES, SQLITE)]
    if POSTGRES in drivers:
        return _with_postgres(service, drivers[POSTGRES], read, others)
    if others:
        first = drivers[others[0]]
        why = f"{first.name} speaks to {others[0]}"
        return Reading({"database": _store(others[0], "required", why, first.quote)}, _asked_for(service, others))
    if server := _implied(code, read):
        return Reading({"database": server})
    return _without_server(code, drivers.get(SQLITE))


def _with_postgres(service: Service, driver: Dependency, read: EnvRead | None, others: list[str]) -> Reading:
    quotes = (driver.quote, read.quote) if read else (driver.quote,)
    questions = _asked_for(service, others)
    if read and falls_back_to(service.code, read, SQLITE):
        why = f"{driver.name} is asked for, but without {read.name} the code uses SQLite"
        asked = question(
            "database", f"{why}: {EPHEMERAL}; set `database: {{engine: postgres}}` or none", POSTGRES, SQLITE
        )
        return Reading({"database": _store(POSTGRES, "optional", why, *quotes)}, (asked, *questions))
    why = f"{driver.name} is asked for" + (f", and the code reads {read.name}" if read else "")
    return Reading({"database": _store(POSTGRES, "required", why, *quotes)}, questions)


def _implied(code: Code, read: EnvRead | None) -> Fact | None:
    """PostgreSQL without a driver that could be seen: by a URL in the code, or a URL that must be given."""
    written = next((url for url in code.urls if url.scheme.startswith(POSTGRES)), None)
    if written:
        return _store(POSTGRES, "required", "the code holds a PostgreSQL URL", written.quote, is_certain=False)
    if read and read.required:
        return _store(POSTGRES, "required", f"the code cannot do without {read.name}", read.quote, is_certain=False)
    return None


def _without_server(code: Code, driver: Dependency | None) -> Reading:
    written = next((url.quote for url in code.urls if url.scheme == SQLITE), None)
    quote = driver.quote if driver else written
    if not quote:
        return Reading({"database": fact(StoreNeed(), "no database driver, URL or variable was found")})
    asked = question("database", f"the code keeps data in SQLite: {EPHEMERAL}", SQLITE, POSTGRES)
    return Reading({"database": _store(SQLITE, "embedded", "the code uses SQLite", quote)}, (asked,))


def _asked_for(service: Service, engines: list[str]) -> tuple[Question, ...]:
    if not engines or is_given(service, *SECRETS):
        return ()
    return tuple(
        question(
            "database",
            f"{engine} is not provisioned: give its URL as a secret in app.env, "
            f"as in {url_variable(service.code, engine, VARIABLES[0])}: {{secret: name}}",
            engine,
        )
        for engine in engines
    )


def _store(engine: str, need: str, why: str, *quotes: Quote, is_certain: bool = True) -> Fact:
    value = StoreNeed.model_validate({"engine": engine, "need": need})
    return fact(value, why, *quotes, confidence="certain" if is_certain else "likely")
