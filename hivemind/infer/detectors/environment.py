"""Which variables the app needs from the spec, and which it can do without.

What the code reads decides; a variable that only a file beside the code names counts by what that file says of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from hivemind.infer.detectors import cache, database
from hivemind.infer.facts import EnvRead, Fact, Reading, Service, fact, question
from hivemind.model.findings import StoreNeed

GIVEN = re.compile(
    r"^(PORT|HOST|DATABASE_URL|WEB_CONCURRENCY|HOME|PATH|USER|LOGNAME|HOSTNAME|SHELL|PWD|LANG|TZ|TMPDIR|TEMP|TMP|CI"
    r"|TERM|EDITOR|DYNO|XDG_\w+|NO_COLOR|FORCE_COLOR|COLUMNS"
    r"|FLASK_(APP|ENV|DEBUG|RUN_HOST|RUN_PORT)|PYTHON[A-Z]+|VIRTUAL_ENV|GUNICORN_CMD_ARGS|DJANGO_SETTINGS_MODULE"
    r"|NODE_(ENV|OPTIONS|PATH|EXTRA_CA_CERTS|TLS_REJECT_UNAUTHORIZED|APP_INSTANCE)|npm_\w+|INIT_CWD|NEXT_RUNTIME"
    r"|NEXT_PHASE|NEXT_TELEMETRY_DISABLED|NITRO_(PORT|HOST)|NUXT_(PORT|HOST)|BROWSER|VITEST|JEST_WORKER_ID|PUBLIC_URL"
    r"|RAILS_(ENV|LOG_TO_STDOUT|SERVE_STATIC_FILES)|RACK_ENV|BUNDLE_\w+|GEM_(HOME|PATH)"
    r"|RUBY(OPT|LIB)|PUMA_\w+|PIDFILE|SPRING_PROFILES_ACTIVE|SERVER_PORT|JAVA_(HOME|OPTS|TOOL_OPTIONS)|JDK_\w+"
    r"|MAVEN_OPTS|GRADLE_\w+|QUARKUS_HTTP_(PORT|HOST)"
    r"|ASPNETCORE_(ENVIRONMENT|URLS|HTTP_PORTS|HTTPS_PORTS|HTTPS_PORT)|DOTNET_[A-Z_]+|NUGET_\w+"
    r"|GO(PATH|ROOT|ENV|FLAGS|GC|MAXPROCS|OS|ARCH)|GIN_MODE|CGO_ENABLED|CARGO_\w+|RUST_(LOG|BACKTRACE)|OUT_DIR"
    r"|MIX_ENV|PHX_SERVER|RELEASE_\w+|ERL_\w+|ELIXIR_\w+|DENO_\w+|COMPOSER_\w+|COMPOSE_\w+|DOCKER_\w+"
    r"|(HM|AWS|LC|PG)[A-Z]*_?[A-Z_]*)$"
)
"""Variables that the machine, the server or HiveMind sets, so that nobody has to."""
OF_SERVER = re.compile(r"^(?:MYSQL|MARIADB|POSTGRES|POSTGRESQL|MONGO|MONGODB|MSSQL|ORACLE)_")
OF_DATABASE = re.compile(rf"{OF_SERVER.pattern}|^(?:DB|DATABASE|SQL)_")
"""Variables about a database by their name."""
PLATFORM = re.compile(r"^(HEROKU|RAILWAY|RENDER|FLY|VERCEL|NETLIFY|GITHUB|GITLAB|K_SERVICE|GAE)(_\w+)?$")
"""Variables by which code asks where it runs; none of those places is here."""


def detect(service: Service) -> Reading:
    """Facts about `env_required` and `env_optional`; a question for each required one that the spec does not set.

    A variable that the database or the cache is asked about by is not asked about again.
    """
    needed = _database(service)
    reads = [read for read in service.reads if not _is_given(read, needed) and not PLATFORM.match(read.name)]
    forgiven = {read.name for read in reads if not read.required or _is_forgiven(read, reads, needed)}
    required = _first_by_name([read for read in reads if read.name not in forgiven])
    optional = _first_by_name([read for read in reads if read.name in forgiven])
    told = " ".join(asked.why for detect in (database.detect, cache.detect) for asked in detect(service).questions)
    missing = [r for name, r in required.items() if name not in service.spec.env and f"in {name}: {{secret" not in told]
    return Reading(
        {
            "env_required": _names(required, "it fails without them"),
            "env_optional": _names(optional, "it has another way without them"),
        },
        tuple(
            question("env", f"{read.quote.file}:{read.quote.line} needs {read.name}; set it in app.env", read.name)
            for read in missing
        ),
    )


def _database(service: Service) -> StoreNeed:
    found = database.detect(service).facts.get("database")
    return found.value if found and isinstance(found.value, StoreNeed) else StoreNeed()


def _is_given(read: EnvRead, needed: StoreNeed) -> bool:
    """Whether nobody has to set it; DATABASE_URL is only given where a server is."""
    is_own = read.name == "DATABASE_URL" and needed.need == "embedded"
    return bool(GIVEN.match(read.name)) and not is_own


def _is_forgiven(read: EnvRead, reads: Sequence[EnvRead], needed: StoreNeed) -> bool:
    """Whether it is only another way to say something, or about a database that the app can do without."""
    is_file = read.name.endswith("_FILE") and any(other.name == read.name.removesuffix("_FILE") for other in reads)
    is_optional = needed.need == "optional" and OF_DATABASE.match(read.name)
    return bool(is_file or is_optional or (needed.need == "embedded" and OF_SERVER.match(read.name)))


def _first_by_name(reads: list[EnvRead]) -> dict[str, EnvRead]:
    found: dict[str, EnvRead] = {}
    for read in reads:
        found.setdefault(read.name, read)
    return dict(sorted(found.items()))


def _names(reads: dict[str, EnvRead], why: str) -> Fact:
    return fact(tuple(reads), why if reads else "none was found", *(read.quote for read in reads.values()))
