"""The servers that run an application in production, and the ones that are only for development.

A load balancer keeps its connections open for 60 s, so a server must keep them longer, or it closes one that is just
being used and the visitor gets a 502. Settings come through the environment, which is weaker than the command line, so
what the team wrote there still counts.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping

from hivemind.infer.facts import Code
from hivemind.infer.python.apps import App
from hivemind.infer.python.frameworks import Interface

REQUIREMENTS: Mapping[str, str] = {
    "gunicorn": "gunicorn>=22,<25",
    "uvicorn": "uvicorn[standard]>=0.30,<1",
    "hypercorn": "hypercorn>=0.17,<1",
    "daphne": "daphne>=4,<5",
    "waitress-serve": "waitress>=3,<4",
}
"""By program. Gunicorn: from 22 on requests cannot be smuggled; from 25 on it wants to write a control socket into the
home folder."""

BROUGHT: Mapping[str, tuple[str, ...]] = {
    "gunicorn": ("gunicorn",),
    "uvicorn": ("uvicorn", "python-fasthtml", "chainlit", "gradio", "nicegui", "reflex", "fastmcp", "mcp"),
    "hypercorn": ("hypercorn", "quart"),
    "daphne": ("daphne",),
    "waitress-serve": ("waitress",),
}
"""The packages with which a program comes along."""

WITH_EXTRA = {"fastapi": {"standard", "all"}, "litestar": {"standard"}, "channels": {"daphne"}}
"""Packages that bring their server under an extra."""

KEEP_ALIVE = "--keep-alive 75"
THREADS = "--worker-class gthread --threads 8"
GUNICORN_CONFIG = "gunicorn.conf.py"
DEVELOPMENT = re.compile(r"\bflask\b.*\brun\b|\bmanage\.py runserver\b|\bfastapi dev\b|\buvicorn\b.*\s--reload\b")
SCRIPT = re.compile(r"^(?:\S*/)?python[0-9.]*\s+(?:-u\s+)?([A-Za-z0-9_./-]+\.py)\b")
RUNS_ITSELF = re.compile(r"\bapp\w*\.run\(")
"""What a script does whose server is the framework's own; one that serves through waitress or gevent does not."""

PORTS: Mapping[str, int] = {
    "gunicorn": 8000, "uvicorn": 8000, "hypercorn": 8000, "daphne": 8000, "granian": 8000, "sanic": 8000,
    "fastapi": 8000, "waitress-serve": 8080, "flask": 5000, "uwsgi": 8000, "aiohttp": 8080,
}  # fmt: skip
"""Where a program listens when nothing tells it."""


def start_command(app: App, code: Code, has_config: bool) -> tuple[str, str]:
    """The command for the server the project has, else for the usual one; and why."""
    match app.interface:
        case "asgi":
            return _asgi(app, code)
        case "sanic":
            factory = " --factory" if app.is_factory else ""
            load = app.target.removesuffix("()")
            return f"sanic {load}{factory} --host=0.0.0.0 --port=$PORT", f"{app.target} served by Sanic itself"
        case "aiohttp":
            worker = "--worker-class aiohttp.GunicornWebWorker"
            return f"gunicorn {worker} {_quoted(app)}", f"{app.target} served by gunicorn with aiohttp's worker"
        case _:
            return _wsgi(app, code, has_config)


def server_of(interface: Interface, code: Code) -> str:
    """The program among the project's own that serves the interface; empty when it has none."""
    order = ("uvicorn", "hypercorn", "daphne", "granian") if interface == "asgi" else ("gunicorn", "waitress-serve")
    return next((program for program in order if brings(code, program)), "")


def brings(code: Code, program: str) -> bool:
    """Whether the project's packages bring a server along."""
    if code.depends_on(*BROUGHT.get(program, (program,))):
        return True
    of = "daphne" if program == "daphne" else "uvicorn"
    return program == of and any(
        d.extras & WITH_EXTRA.get(d.name, set())
        for d in code.dependencies
        if (d.name == "channels") == (of == "daphne")
    )


def _wsgi(app: App, code: Code, has_config: bool) -> tuple[str, str]:
    server = server_of("wsgi", code)
    if server == "waitress-serve":
        load = f"--call {app.target.removesuffix('()')}" if app.is_factory else app.target
        why = f"{app.target} served by waitress, which the project has"
        return f"waitress-serve --listen=0.0.0.0:$PORT {load}", why
    options = "--bind 0.0.0.0:$PORT " if has_config else ""
    options += _worker(code)
    whose = "which the project has" if server else "which is added: the project has only a development server"
    return f"gunicorn {options}{_quoted(app)}", f"{app.target} served by gunicorn, {whose}"


def _worker(code: Code) -> str:
    """Flask-SocketIO wants one worker of the kind it was given."""
    if not code.depends_on("flask-socketio"):
        return ""
    if code.depends_on("eventlet"):
        return "--worker-class eventlet --workers 1 "
    if code.depends_on("gevent-websocket"):
        return "--worker-class geventwebsocket.gunicorn.workers.GeventWebSocketWorker --workers 1 "
    return "--worker-class gevent --workers 1 " if code.depends_on("gevent") else "--workers 1 --threads 100 "


def _asgi(app: App, code: Code) -> tuple[str, str]:
    server = server_of("asgi", code)
    load = app.target.removesuffix("()")
    has = "which the project has"
    match server:
        case "hypercorn":
            return (
                f"hypercorn {_quoted(app)} --bind 0.0.0.0:$PORT --keep-alive 75",
                f"{app.target} served by hypercorn, {has}",
            )
        case "daphne":
            return f"daphne -b 0.0.0.0 -p $PORT {load}", f"{app.target} served by daphne, {has}"
        case "granian":
            factory = " --factory" if app.is_factory else ""
            command = f"granian --interface asgi --host 0.0.0.0 --port $PORT{factory} {load}"
            return command, f"{app.target} served by granian, {has}"
        case _:
            factory = " --factory" if app.is_factory else ""
            whose = has if server else "which is added: the project has no server"
            return f"uvicorn {load}{factory} --host 0.0.0.0 --port $PORT", f"{app.target} served by uvicorn, {whose}"


def in_folder(command: str, below: str) -> str:
    """The same command for an application whose modules are imported from a folder below the service's."""
    options = {"gunicorn": f"--chdir {below}", "uvicorn": f"--app-dir {below}", "granian": f"--working-dir {below}"}
    program, _, rest = command.partition(" ")
    return f"{program} {options[program]} {rest}" if program in options else command


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


def server_environment(command: str, has_config: bool) -> Mapping[str, str]:
    """Settings that keep connections longer than the load balancer; a gunicorn file of the project's own chooses the
    workers, and so does the worker class of a command."""
    if runs(command, "gunicorn"):
        chosen = has_config or bool(re.search(r"\s(-k|--worker-class|--threads)\b", command))
        return {"GUNICORN_CMD_ARGS": KEEP_ALIVE if chosen else f"{KEEP_ALIVE} {THREADS}"}
    return {"UVICORN_TIMEOUT_KEEP_ALIVE": "75"} if runs(command, "uvicorn") else {}


def _quoted(app: App) -> str:
    return f"'{app.target}'" if app.is_factory else app.target
