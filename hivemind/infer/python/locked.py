"""Packages kept by uv, poetry, pdm or pipenv, by their locks or by what their own tables ask for.

uv is one program and installs itself into `.venv`. The others bring packages of their own that would meet the
project's, so each gets an environment beside them that is thrown away when its work is done.
"""

from __future__ import annotations

import json
import re

from hivemind.infer.facts import Dependency, within
from hivemind.infer.python.listed import PIP, Packages
from hivemind.infer.python.pipfile import pipfile_dependencies
from hivemind.infer.python.pyproject import Pyproject
from hivemind.infer.python.requirements import normalised
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote

NAME = re.compile(r'^name = "([A-Za-z0-9._-]+)"', re.MULTILINE)
MAX_LOCKED = 5000
TOOLS = {"poetry": "'poetry>=2,<3'", "pdm": "'pdm>=2.29,<3' 'hishel<2'", "pipenv": "'pipenv>=2024'"}
"""pdm does not work with the newest version of what it keeps its cache with."""


def by_uv(tree: Tree, folder: str, pyproject: Pyproject | None, is_locked: bool) -> Packages | None:
    """uv's lock, in the folder or in the workspace above it; without a lock the `[tool.uv]` table."""
    lock = _above(tree, folder, "uv.lock")
    if not pyproject or pyproject.error or (not lock if is_locked else not pyproject.has("tool", "uv")):
        return None
    extra = f" --extra {pyproject.production_extra}" if pyproject.production_extra else ""
    frozen = " --frozen" if lock else ""
    is_member = lock is not None and lock != within(folder, "uv.lock")
    place = 'UV_PROJECT_ENVIRONMENT="$PWD/.venv" ' if is_member else ""
    commands = (f"{PIP} 'uv>=0.5,<1'", f"{place}.venv/bin/uv sync{frozen} --no-dev --inexact{extra}")
    why = "uv.lock pins the packages" if lock else "[tool.uv] says that uv keeps the packages; there is no uv.lock"
    quotes = (tree.quote(lock), *_listed_at(pyproject)) if lock else _listed_at(pyproject)
    return Packages(commands, why, quotes, pyproject.dependencies, "uv", _names(tree, lock))


def by_poetry(tree: Tree, folder: str, pyproject: Pyproject | None, is_locked: bool) -> Packages | None:
    """Poetry's lock, or without one its table; the development groups stay away."""
    lock = _there(tree, folder, "poetry.lock")
    if (
        not pyproject
        or pyproject.error
        or (not lock if is_locked else not pyproject.table("tool", "poetry", "dependencies"))
    ):
        return None
    root = "" if pyproject.table("tool", "poetry", "scripts") else " --no-root"
    groups = "".join(f",{name}" for name in pyproject.production_groups)
    extra = f" --extras {pyproject.production_extra}" if pyproject.production_extra else ""
    run = f"POETRY_VIRTUALENVS_IN_PROJECT=true .venv/poetry/bin/poetry install --only main{groups}{root}"
    why = "poetry.lock pins the packages" if lock else "[tool.poetry] lists the packages; there is no poetry.lock"
    quotes = (tree.quote(lock), *_listed_at(pyproject)) if lock else _listed_at(pyproject)
    commands = _with_tool("poetry", f"{run} --no-interaction{extra}")
    return Packages(commands, why, quotes, pyproject.dependencies, "poetry", _names(tree, lock))


def by_pdm(tree: Tree, folder: str, pyproject: Pyproject | None, is_locked: bool) -> Packages | None:
    """pdm's lock, or without one its table in a project that cannot be built."""
    lock = _there(tree, folder, "pdm.lock")
    if not pyproject or pyproject.error or (not lock if is_locked else not pyproject.has("tool", "pdm")):
        return None
    extra = f" --group {pyproject.production_extra}" if pyproject.production_extra else ""
    run = ".venv/pdm/bin/pdm sync" if lock else ".venv/pdm/bin/pdm install --no-lock"
    why = "pdm.lock pins the packages" if lock else "[tool.pdm] says that pdm keeps the packages; there is no pdm.lock"
    quotes = (tree.quote(lock), *_listed_at(pyproject)) if lock else _listed_at(pyproject)
    commands = _with_tool("pdm", f"{run} --prod --no-self{extra}")
    return Packages(commands, why, quotes, pyproject.dependencies, "pdm", _names(tree, lock))


def by_pipenv(tree: Tree, folder: str, pyproject: Pyproject | None, is_locked: bool) -> Packages | None:
    """Pipenv's lock, or without one its Pipfile."""
    del pyproject
    lock, listed = _there(tree, folder, "Pipfile.lock"), _there(tree, folder, "Pipfile")
    if not lock if is_locked else not listed:
        return None
    run = "sync" if lock and listed else "install --skip-lock" if listed else "install --ignore-pipfile"
    why = "Pipfile.lock pins the packages" if lock else "Pipfile lists the packages; there is no Pipfile.lock"
    quotes = tuple(tree.quote(path) for path in (lock, listed) if path)
    dependencies = pipfile_dependencies(tree, listed) if listed else _of_lock(tree, lock or "")
    commands = _with_tool("pipenv", f"PIPENV_VENV_IN_PROJECT=1 .venv/pipenv/bin/pipenv {run}")
    locked = frozenset(d.name for d in _of_lock(tree, lock)) if lock else frozenset()
    return Packages(commands, why, quotes, dependencies, "pipenv", locked)


def _with_tool(tool: str, run: str) -> tuple[str, ...]:
    """The tool's own environment, its work, and its end."""
    home = f".venv/{tool}"
    return (
        f".venv/bin/python -m venv {home}",
        f"{home}/bin/pip install --disable-pip-version-check {TOOLS[tool]}",
        run,
        f"rm -rf {home}",
    )


def _of_lock(tree: Tree, path: str) -> tuple[Dependency, ...]:
    """The packages of `Pipfile.lock`; nothing of one that is no JSON of that shape."""
    try:
        document = json.loads(tree.read(path) or "")
    except (ValueError, RecursionError):
        return ()
    listed = document.get("default") if isinstance(document, dict) else None
    names = list(listed)[:MAX_LOCKED] if isinstance(listed, dict) else []
    return tuple(Dependency(normalised(name), frozenset(), tree.quote(path)) for name in names)


def _names(tree: Tree, lock: str | None) -> frozenset[str]:
    """Every package that a lock in TOML names."""
    found = NAME.findall(tree.read(lock) or "") if lock else []
    return frozenset(normalised(name) for name in found[:MAX_LOCKED])


def _listed_at(pyproject: Pyproject) -> tuple[Quote, ...]:
    return (pyproject.quote("dependencies"),)


def _there(tree: Tree, folder: str, name: str) -> str | None:
    path = within(folder, name)
    return path if tree.exists(path) else None


def _above(tree: Tree, folder: str, name: str) -> str | None:
    """The file in the folder or the nearest above it."""
    while True:
        if path := _there(tree, folder, name):
            return path
        if folder == ".":
            return None
        folder = folder.rpartition("/")[0] or "."
