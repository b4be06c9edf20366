"""`Pipfile`: the packages it asks for on Linux, and the Python it wants."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from hivemind.infer.facts import Dependency
from hivemind.infer.python.requirements import applies_on_linux, normalised
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote

MAX_TEXT = 128 << 10
MAX_PACKAGES = 1000


def pipfile_dependencies(tree: Tree, path: str) -> tuple[Dependency, ...]:
    """`[packages]`, without those that do not apply on Linux."""
    listed = _table(tree, path, "packages")
    found: list[Dependency] = []
    for name, wanted in list(listed.items())[:MAX_PACKAGES]:
        details = wanted if isinstance(wanted, dict) else {}
        if _applies(details):
            found.append(Dependency(normalised(name), extras_of(details), _line_of(tree, path, name)))
    return tuple(found)


def pipfile_python(tree: Tree, path: str) -> tuple[str, Quote] | None:
    """`python_full_version`, else `python_version`."""
    requires = _table(tree, path, "requires")
    for key in ("python_full_version", "python_version"):
        if isinstance(wanted := requires.get(key), str):
            return wanted, _line_of(tree, path, key)
    return None


def extras_of(details: Mapping[str, Any]) -> frozenset[str]:
    """The extras of a package's table."""
    extras = details.get("extras")
    return frozenset(e.lower() for e in extras if isinstance(e, str)) if isinstance(extras, list) else frozenset()


def _applies(details: Mapping[str, Any]) -> bool:
    markers = details.get("markers")
    platform = details.get("sys_platform")
    is_elsewhere = isinstance(platform, str) and "linux" not in platform and "==" in platform
    return not is_elsewhere and (not isinstance(markers, str) or applies_on_linux(markers))


def _table(tree: Tree, path: str, name: str) -> Mapping[str, Any]:
    text = tree.read(path) or ""
    try:
        document = tomllib.loads(text) if len(text) <= MAX_TEXT else {}
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}
    found = document.get(name)
    return found if isinstance(found, dict) else {}


def _line_of(tree: Tree, path: str, name: str) -> Quote:
    for number, line in enumerate(tree.lines(path), start=1):
        if line.strip().strip("\"'").startswith(name) and "=" in line:
            return tree.quote(path, number)
    return tree.quote(path)
