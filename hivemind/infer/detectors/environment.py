"""Which variables the code needs from the spec, and which it can do without."""

from __future__ import annotations

import re

from hivemind.infer.facts import EnvRead, Fact, Reading, Service, fact, question

GIVEN = re.compile(
    r"^(PORT|HOST|DATABASE_URL|WEB_CONCURRENCY|HOME|PATH|USER|LOGNAME|HOSTNAME|SHELL|PWD|LANG|TZ|TMPDIR|TEMP|TMP|CI"
    r"|FLASK_(APP|ENV|DEBUG|RUN_HOST|RUN_PORT)|PYTHON[A-Z]+|VIRTUAL_ENV|GUNICORN_CMD_ARGS"
    r"|(HM|AWS|LC|PG)[A-Z]*_?[A-Z_]*)$"
)
"""Variables that the machine, the server or HiveMind sets, so that nobody has to."""


def detect(service: Service) -> Reading:
    """Facts about `env_required` and `env_optional`; a question for each required one that the spec does not set."""
    reads = [read for read in service.code.reads if not GIVEN.match(read.name)]
    forgiven = {read.name for read in reads if not read.required}
    required = _first_by_name([read for read in reads if read.name not in forgiven])
    optional = _first_by_name([read for read in reads if read.name in forgiven])
    missing = [read for name, read in required.items() if name not in service.spec.env]
    return Reading(
        {
            "env_required": _names(required, "the code fails without them"),
            "env_optional": _names(optional, "the code has another way without them"),
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
