"""appsettings.json: what a program is configured for where nothing in its environment says otherwise."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from hivemind.infer.facts import within
from hivemind.infer.source import uncommented, unified
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote

FILES = ("appsettings.json", "appsettings.Production.json")
MAX_SETTINGS = 3000
TRAILING = re.compile(r",(\s*[}\]])")

Settings = Mapping[str, tuple[str, Quote]]
"""Value and line by key, levels joined by `:` and in lower case, as .NET compares them."""


def read_settings(tree: Tree, folder: str) -> Settings:
    """The settings of production: the file for it over the one that always holds."""
    found: dict[str, tuple[str, Quote]] = {}
    for name in FILES:
        path = within(folder, name)
        for key, value in _flat(_load(tree.read(path)), 0):
            if len(found) < MAX_SETTINGS:
                found[key.lower()] = value, tree.quote(path, _line(tree, path, key.rpartition(":")[2], value))
    return found


def _load(text: str | None) -> object:
    """JSON with comments and commas behind the last member, both of which .NET takes."""
    try:
        return json.loads(TRAILING.sub(r"\1", uncommented(unified(text or ""), "java")))
    except (ValueError, RecursionError):
        return None


def _flat(value: object, depth: int) -> Iterator[tuple[str, str]]:
    if depth > 20:
        return
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in members:
        if isinstance(inner, dict | list):
            yield from ((f"{key}:{rest}", text) for rest, text in _flat(inner, depth + 1))
        else:
            yield str(key), "" if inner is None else str(inner)


def _line(tree: Tree, path: str, key: str, value: str) -> int:
    """The line with key and value, else the first with the key."""
    lines = [(number, line) for number, line in enumerate(tree.lines(path), start=1) if f'"{key}"' in line]
    return next((number for number, line in lines if value and value in line), lines[0][0] if lines else 0)
