"""Which variables the app needs from the spec, and which it can do without.

What the code reads decides; a variable that only a file beside the code names counts by what that file says of it.
"""

from __future__ import annotations

import re

from hivemind.infer.facts import EnvRead, Fact, Reading, Service, fact, question

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
PLATFORM = re.compile(r"^(HEROKU|RAILWAY|RENDER|FLY|VERCEL|NETLIFY|GITHUB|GITLAB|K_SERVICE|GAE)(_\w+)?$")
"""Variables by which code asks where it runs; none of those places is here."""


def detect(service: Service) -> Reading:
    """Facts about `env_required` and `env_optional`; a question for each required one that the spec does not set."""
    reads = [read for read in service.reads if not GIVEN.match(read.name) and not PLATFORM.match(read.name)]
    forgiven = {read.name for read in reads if not read.required}
    required = _first_by_name([read for read in reads if read.name not in forgiven])
    optional = _first_by_name([read for read in reads if read.name in forgiven])
    missing = [read for name, read in required.items() if name not in service.spec.env]
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


def _first_by_name(reads: list[EnvRead]) -> dict[str, EnvRead]:
    found: dict[str, EnvRead] = {}
    for read in reads:
        found.setdefault(read.name, read)
    return dict(sorted(found.items()))


def _names(reads: dict[str, EnvRead], why: str) -> Fact:
    return fact(tuple(reads), why if reads else "none was found", *(read.quote for read in reads.values()))
