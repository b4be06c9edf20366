"""Laravel and Lumen: artisan, the settings of `.env.example`, and what the version takes where nothing is set."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hivemind.infer.dotenv import Setting
from hivemind.infer.engines import engine_of_word
from hivemind.infer.facts import EnvRead, Fact, Store, fact
from hivemind.infer.php.project import App, Project
from hivemind.infer.php.routes import laravel_routes
from hivemind.infer.php.servers import PORT, WORKERS, built_in, for_development, served
from hivemind.infer.php.source import php_lines
from hivemind.model.findings import Question, Quote

ENTRY = "artisan"
PUBLIC = "public/index.php"
DEFAULTS_TO_SQLITE = 11
"""From this version on a fresh app keeps its data in SQLite."""

KEEPS_VARIABLES = 9
"""From this version on `serve` can be told to hand over all variables and to use several workers."""

DEFAULT = re.compile(r"^['\"]default['\"]\s*=>\s*env\(\s*['\"]DB_CONNECTION['\"]\s*,\s*['\"](\w{1,30})['\"]")
CACHES = ("CACHE_STORE", "CACHE_DRIVER", "QUEUE_CONNECTION", "SESSION_DRIVER", "BROADCAST_DRIVER")
ENVIRONMENT = {"APP_ENV": "production", "APP_DEBUG": "false", "LOG_CHANNEL": "stderr"}


def find_laravel(project: Project) -> App | None:
    """The folder as an app of Laravel or Lumen; None when it is none, or one that only runs on a command line."""
    framework = project.package("laravel/framework", "laravel/lumen-framework")
    if not project.has(ENTRY) or not (framework or project.has("bootstrap/app.php")) or not project.has(PUBLIC):
        return None
    name = "lumen" if framework and framework.name == "laravel/lumen-framework" else "laravel"
    quote = framework.quote if framework else project.quote(ENTRY)
    started, questions = _started(project, name, quote)
    known = project.settings()
    key = known["APP_KEY"].quote if "APP_KEY" in known else quote
    return App(
        name,
        quote,
        {**started, **_migrated(project), **_processes(project, known, started["start"])},
        routes=laravel_routes(project.tree, project.folder),
        stores=(*_database(project, known, quote), *_caches(known)),
        reads=(EnvRead("APP_KEY", True, None, key),),
        questions=questions,
        environment=ENVIRONMENT if project.package("laravel/octane") else {**ENVIRONMENT, **WORKERS},
        reads_source=False,
    )


def _started(project: Project, name: str, quote: Quote) -> tuple[dict[str, Fact], tuple[Question, ...]]:
    if octane := project.package("laravel/octane"):
        command = "php artisan octane:start --host=0.0.0.0 --port=$PORT"
        facts = {
            "start": fact(command, "Octane serves the app", octane.quote),
            "port": fact(PORT, "Octane listens on it by itself", octane.quote, confidence="likely"),
        }
        return facts, ()
    version = project.version("laravel/framework")
    options = " --no-reload" if version >= KEEPS_VARIABLES else ""
    command = built_in("public") if name == "lumen" else f"php artisan serve --host=0.0.0.0 --port=$PORT{options}"
    return served(command, f"artisan and public/ are {name}'s", quote), (for_development(command, "public"),)


def _migrated(project: Project) -> dict[str, Fact]:
    migration = project.first("database/migrations/*.php")
    if not migration:
        return {}
    return {"migrate": fact("php artisan migrate --force", "Laravel keeps migrations here", migration)}


def _database(project: Project, known: Mapping[str, Setting], quote: Quote) -> tuple[Store, ...]:
    """The connection of the example, else the one that the configuration falls back to, else the version's."""
    if said := known.get("DB_CONNECTION"):
        return _store(said.value, f"{said.quote.file} connects to it", said.quote)
    path = project.file("config/database.php")
    for line in php_lines(project.tree, path):
        if found := DEFAULT.match(line.code):
            quoted = project.tree.quote(path, line.number)
            return _store(found[1], "config/database.php falls back to it", quoted)
    if not project.first("database/migrations/*.php"):
        return ()
    version = project.version("laravel/framework")
    engine = "sqlite" if version >= DEFAULTS_TO_SQLITE else "mysql"
    return _store(engine, f"Laravel {version or ''} uses it where nothing is set".replace("  ", " "), quote)


def _store(connection: str, why: str, quote: Quote) -> tuple[Store, ...]:
    engine = engine_of_word(connection)
    return (Store(engine, "configured", why, quote),) if engine else ()


def _caches(known: Mapping[str, Setting]) -> tuple[Store, ...]:
    found = (known[name] for name in CACHES if name in known)
    return tuple(
        Store(engine, "configured", f"{said.quote.file} keeps something in it", said.quote)
        for said in found
        if (engine := engine_of_word(said.value)) in ("redis", "memcached")
    )[:1]


def _processes(project: Project, known: Mapping[str, Setting], start: Fact) -> dict[str, Fact]:
    """A worker beside the web server, where the app puts work on a queue."""
    horizon, job = project.package("laravel/horizon"), project.first("app/Jobs/*.php")
    queue = known.get("QUEUE_CONNECTION")
    if not horizon and not (job and queue and queue.value not in ("sync", "null", "")):
        return {}
    command = "php artisan horizon" if horizon else "php artisan queue:work --tries=3"
    processes = {"web": str(start.value), "worker": command}
    quotes = [quote for quote in (horizon.quote if horizon else None, job) if quote]
    return {"processes": fact(processes, "the app puts work on a queue", *quotes)}
