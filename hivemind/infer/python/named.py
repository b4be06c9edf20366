"""The modules that a declared command starts: `app.main` of `uvicorn app.main:app`, `bot` of `python bot.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hivemind.infer.declared import declared_commands
from hivemind.infer.facts import within
from hivemind.infer.python.project import Project, are_identifiers

TARGET = re.compile(r"(?:^|[\s'\"=])((?:[A-Za-z_]\w*\.){0,9}[A-Za-z_]\w*):[A-Za-z_]\w*")
SERVERS = re.compile(r"\b(?:gunicorn|uvicorn|hypercorn|daphne|granian|waitress-serve|sanic|flask)\b")
RUN = re.compile(
    r"\bpython[0-9.]*\s+(?:-[uOB]\s+){0,3}(?:-m\s+((?:[A-Za-z_]\w*\.){0,9}[A-Za-z_]\w*)|([\w./-]+)\.py\b)"
    r"|\b(?:streamlit|chainlit|shiny|fastapi|panel|marimo)\s+(?:run|dev|serve)\s+([\w./-]+)\.py\b"
)
SERVERS_AS_MODULES = frozenset(
    {"gunicorn", "uvicorn", "hypercorn", "flask", "streamlit", "celery", "http.server", "pip"}
)
"""What `python -m` runs that is no module of the project."""


def named_modules(project: Project) -> tuple[str, ...]:
    """Their dotted names, as the commands give them, each once."""
    found = (name for command in declared_commands(project.tree, project.folder) for name in modules_in(command))
    return tuple(dict.fromkeys(found))


def modules_in(command: str) -> Iterator[str]:
    """The modules that a command names."""
    if SERVERS.search(command):
        yield from (found[1] for found in TARGET.finditer(command))
    for found in RUN.finditer(command):
        path = (found[2] or found[3] or "").removeprefix("./").strip("/")
        name = found[1] or path.replace("/", ".")
        if name not in SERVERS_AS_MODULES and are_identifiers(name.split(".")):
            yield name


def is_named(name: str, named: tuple[str, ...]) -> bool:
    """Whether a module is one of those that were named, from whichever folder it is imported."""
    plain = name.removesuffix(".__main__")
    return any(plain == other or plain.endswith(f".{other}") or other.endswith(f".{plain}") for other in named)


def named_root(path: str, named: tuple[str, ...], folder: str) -> str:
    """The folder from which a command with a dotted name imports a file; empty where none names it so."""
    for name in (name for name in named if "." in name):
        for ending in (f"{name.replace('.', '/')}.py", f"{name.replace('.', '/')}/__init__.py"):
            if path == within(folder, ending) or path.endswith(f"/{ending}"):
                return path.removesuffix(ending).rstrip("/") or "."
    return ""
