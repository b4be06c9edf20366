"""`package.json`, and the other JSON files of JavaScript's tools, read with patience: comments, commas, wrong types."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hivemind.infer.facts import Dependency, within
from hivemind.infer.node.tokens import PUNCT, STRING, tokenize
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote

FILE = "package.json"
MAX_TEXT = 256 << 10
MAX_ENTRIES = 1000


@dataclass(frozen=True)
class Manifest:
    """A parsed manifest; `error` says why it could not be parsed."""

    tree: Tree
    path: str
    document: Mapping[str, Any]
    error: str = ""

    @property
    def folder(self) -> str:
        """Where it lies."""
        return self.path.rpartition("/")[0] or "."

    @cached_property
    def scripts(self) -> Mapping[str, str]:
        """The scripts that are one line of text."""
        return {name: text.strip() for name, text in self.strings("scripts").items() if text.strip().isprintable()}

    @cached_property
    def dependencies(self) -> tuple[Dependency, ...]:
        """What the app needs when it runs."""
        names = [name for table in ("dependencies", "optionalDependencies") for name in self.strings(table)]
        return tuple(Dependency(name, frozenset(), self.quote_package(name)) for name in names)

    @cached_property
    def packages(self) -> frozenset[str]:
        """Everything it asks for, for development too."""
        tables = ("dependencies", "optionalDependencies", "devDependencies", "peerDependencies")
        return frozenset(name for table in tables for name in self.strings(table))

    def has(self, *names: str) -> str:
        """The first of these packages that it asks for, for whatever purpose; empty when none."""
        return next((name for name in names if name in self.packages), "")

    def runs_with(self, name: str) -> bool:
        """Whether the package is there when the app runs, and not only to develop it."""
        return name in self.strings("dependencies")

    def version_of(self, name: str) -> str:
        """The range a package is asked for in."""
        tables = ("dependencies", "devDependencies", "peerDependencies")
        return next((v for table in tables if (v := self.strings(table).get(name))), "")

    def text(self, *keys: str) -> str:
        """A nested string; empty when absent or something else."""
        found = self.value(*keys)
        return found.strip() if isinstance(found, str) else ""

    def value(self, *keys: str) -> object:
        """Whatever lies under these keys."""
        found: object = self.document
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        return found

    def strings(self, *keys: str) -> Mapping[str, str]:
        """A table's entries whose value is text."""
        found = self.value(*keys)
        entries = list(found.items())[:MAX_ENTRIES] if isinstance(found, dict) else []
        return {str(name): value for name, value in entries if isinstance(value, str)}

    def quote(self, text: str, after: str = "") -> Quote:
        """The first line that holds the text, behind a word if one is given; else the file."""
        whole = self.tree.read(self.path) or ""
        start = max(whole.find(after), 0) if after else 0
        place = whole.find(text, start)
        return self.tree.quote(self.path, whole.count("\n", 0, place) + 1 if place >= 0 else 0)

    def quote_package(self, name: str) -> Quote:
        """The line that asks for a package."""
        return self.quote(f'"{name}":', "ependencies")

    def quote_script(self, name: str) -> Quote:
        """The line of a script."""
        return self.quote(f'"{name}":', '"scripts"')


def load(tree: Tree, folder: str, name: str = FILE) -> Manifest | None:
    """The folder's manifest, or None when there is none; one that cannot be parsed is empty and says why."""
    path = within(folder, name)
    text = tree.read(path)
    if text is None:
        return None
    document, error = parse_json(text)
    return Manifest(tree, path, document, error)


def parse_json(text: str) -> tuple[Mapping[str, Any], str]:
    """A JSON object with comments and trailing commas allowed, and what is wrong with it."""
    if len(text) > MAX_TEXT:
        return {}, "it is too long"
    try:
        found = _loads(text)
    except (ValueError, RecursionError) as error:
        return {}, str(error)
    return (found, "") if isinstance(found, dict) else ({}, "it is no object")


def _loads(text: str) -> object:
    """JSON as it is; where that fails, what is left of it without comments and commas before a bracket."""
    try:
        return json.loads(text)
    except ValueError:
        kept: list[str] = []
        for token in tokenize(text):
            if token.kind == PUNCT and token.text in "]}" and kept[-1:] == [","]:
                kept.pop()
            kept.append(json.dumps(token.text) if token.kind == STRING else token.text)
        return json.loads("".join(kept))
