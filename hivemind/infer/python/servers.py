"""The servers that run a WSGI app in production, and the ones that are only for development.

A load balancer keeps its connections open for 60 s, so a server must keep them longer, or it closes one that is just
being used and the visitor gets a 502. Settings come through the environment: `GUNICORN_CMD_ARGS` is weaker than the
command line, so what the team wrote there still counts.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping

from hivemind.infer.facts import Code
from hivemind.infer.python.apps import App

GUNICORN_REQUIREMENT = "gunicorn>=22,<25"
"""From 22 on requests cannot be smuggled; from 25 on it wants to write a control socket into the home folder."""

KEEP_ALIVE = "--keep-alive 75"
THREADS = "--worker-class gthread --threads 8"
GUNICORN_CONFIG = "gunicorn.conf.py"
DEVELOPMENT = re.compile(r"\bflask\b.*\brun\b|\bmanage\.py runserver\b")
SCRIPT = re.compile(r"^(?:\S*/)?python[0-9.]*\s+(?:-u\s+)?([A-Za-z0-9_./-]+\.py)\b")
RUNS_ITSELF = re.compile(r"\bapp\w*\.run\(")
"""What a script does whose server is the framework's own; one that serves through waitress or gevent does not."""


def start_command(app: App, code: Code, has_config: bool) -> tuple[str, str]:
    """The command for the server the project has, else for gunicorn; and why."""
    server = code.depends_on("gunicorn", "waitress")
    if server and server.name == "waitress":
        load = f"--call {app.target.removesuffix('()')}" if app.is_factory else app.target
        return (
            f"waitress-serve --listen=0.0.0.0:$PORT {load}",
            f"{app.target} served by waitress, which the project has",
        )
    bind = "--bind 0.0.0.0:$PORT " if has_config else ""
    target = f"'{app.target}'" if app.is_factory else app.target
    whose = "which the project has" if server else "which is added: the project has only a development server"
    return f"gunicorn {bind}{target}", f"{app.target} served by gunicorn, {whose}"


def runs(command: str, program: str) -> bool:
    """Whether a shell line runs the program, also through a path or a wrapper."""
    return any(word.rpartition("/")[2] == program for word in words(command))


def words(command: str) -> list[str]:
    """The words of a shell line; of one with unbalanced quotes, what lies between blanks."""
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()


def is_development(command: str) -> bool:
    """Whether a command names a server made for development."""
    return bool(DEVELOPMENT.search(command))


def script_of(command: str) -> str | None:
    """The file that `python x.py` runs."""
    found = SCRIPT.match(command)
    return found[1] if found else None


def gunicorn_environment(has_config: bool) -> Mapping[str, str]:
    """Settings that keep connections longer than the load balancer; the project's own file chooses the workers."""
    return {"GUNICORN_CMD_ARGS": KEEP_ALIVE if has_config else f"{KEEP_ALIVE} {THREADS}"}
