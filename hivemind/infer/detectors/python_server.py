"""What the server in the start command needs: to be installed, and to outlive the load balancer's patience."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hivemind.infer.facts import Fact, Reading, Service, fact, question
from hivemind.infer.python.packages import PIP
from hivemind.infer.python.servers import (
    GUNICORN_CONFIG,
    REQUIREMENTS,
    RUNS_ITSELF,
    brings,
    is_development,
    runs,
    script_of,
    server_environment,
)

GIVEN_PORT = re.compile(r"\$\{?PORT\b")


FOR_DEVELOPMENT = ("flask", "dash", "bottle", "quart")
"""Frameworks whose own server is only for development."""


def detect(service: Service) -> Reading:
    """Facts about `install`, `env` and `port_env`; a question when the server is one for development."""
    if not service.candidate or service.candidate.language != "python" or service.spec.kind != "web":
        return Reading()
    if is_development(service.command) or _is_own_server(service):
        return _with_development_server(service)
    return Reading(_with_server(service))


def _with_server(service: Service) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    has_config = service.tree.exists(service.file(GUNICORN_CONFIG)) or " -c" in service.command
    if settings := server_environment(service.command, has_config):
        why = "the server must keep connections longer than the load balancer's 60 s, or visitors get 502s"
        facts["env"] = fact({**_environment(service), **settings}, why)
    program = next((name for name in REQUIREMENTS if runs(service.command, name)), "")
    install = service.facts.get("install")
    if install and program and not brings(service.code, program):
        # A line of its own: in one command with hashed requirements pip would refuse what has no hash.
        commands = (*_commands(install), *_added(service, program))
        why = f"{install.evidence.why}; {program} is added, since the start command runs it and nothing asks for it"
        facts["install"] = fact(commands, why, *install.evidence.quotes)
    return facts


def _added(service: Service, program: str) -> tuple[str, ...]:
    wanted = [REQUIREMENTS[program]]
    if "UvicornWorker" in service.command and not brings(service.code, "uvicorn"):
        wanted.append(REQUIREMENTS["uvicorn"])
    return (f"{PIP} {' '.join(repr(one) for one in wanted)}",)


def _with_development_server(service: Service) -> Reading:
    """Left as the team wrote it; `flask run` at least is told where to listen."""
    inferred = service.facts.get("start")
    better = (str(inferred.value),) if inferred and inferred.value != service.command else ()
    why = f"`{service.command}` starts a development server: slow, and often deaf to other machines"
    asked = (question("start", f"{why}; set app.start to a production server", *better),)
    said = service.start.evidence.why if service.start else ""
    facts = {"start": fact(service.command, f"{said}; {why}", *service.said_of_start)}
    if runs(service.command, "flask"):
        why = "flask run reads its address from FLASK_RUN_HOST and FLASK_RUN_PORT"
        facts["env"] = fact({**_environment(service), "FLASK_RUN_HOST": "0.0.0.0"}, why)
        facts["port_env"] = fact("FLASK_RUN_PORT", why)
    elif "PORT" not in {read.name for read in service.code.reads} and not GIVEN_PORT.search(service.command):
        facts["port_env"] = fact(None, "the code reads no PORT")
    return Reading(facts, asked)


def _is_own_server(service: Service) -> bool:
    """Whether the command runs a script that calls the framework's own server."""
    framework = service.facts.get("framework")
    if framework and framework.value not in FOR_DEVELOPMENT:
        return False
    script = script_of(service.command)
    text = service.tree.read(service.file(script)) if script else None
    return bool(text and RUNS_ITSELF.search(text))


def _environment(service: Service) -> Mapping[str, object]:
    found = service.facts.get("env")
    return found.value if found and isinstance(found.value, dict) else {}


def _commands(install: Fact) -> tuple[str, ...]:
    return tuple(str(c) for c in install.value) if isinstance(install.value, tuple) else ()
