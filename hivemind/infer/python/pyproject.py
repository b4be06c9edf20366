"""`pyproject.toml` as PEP 621 and PEP 518 define it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hivemind.infer.facts import Dependency, within
from hivemind.infer.python.requirements import dependency
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote

FILE = "pyproject.toml"
MAX_TEXT = 128 << 10
MAX_DEPENDENCIES = 1000
MAX_DOTS = 5000
"""Parsing a dotted key takes time by the square of its parts."""


@dataclass(frozen=True)
class Pyproject:
    """A parsed `pyproject.toml`; `error` says why it could not be parsed."""

    tree: Tree
    path: str
    document: Mapping[str, Any]
    error: str = ""

    @property
    def dependencies(self) -> tuple[Dependency, ...]:
        """`project.dependencies`, without those that do not apply on Linux."""
        listed = self.project.get("dependencies")
        texts = (
            [text for text in listed[:MAX_DEPENDENCIES] if isinstance(text, str)] if isinstance(listed, list) else []
        )
        found = (dependency(text, self.quote(text)) for text in texts)
        return tuple(d for d in found if d is not None)

    @property
    def lists_dependencies(self) -> bool:
        """Whether the PEP 621 table says what is needed, itself or through its build backend."""
        return isinstance(self.project.get("dependencies"), list) or self.is_dynamic

    @property
    def is_dynamic(self) -> bool:
        """Whether the build backend supplies the dependencies."""
        dynamic = self.project.get("dynamic")
        return isinstance(dynamic, list) and "dependencies" in dynamic

    @property
    def is_package(self) -> bool:
        """Whether the project says how it is built, so that `pip install .` is meant to work."""
        return "build-system" in self.document and bool(self.project)

    @property
    def requires_python(self) -> str:
        """`project.requires-python`, or nothing."""
        found = self.project.get("requires-python")
        return found if isinstance(found, str) else ""

    @cached_property
    def project(self) -> Mapping[str, Any]:
        """The `[project]` table."""
        return self.table("project")

    def table(self, *keys: str) -> Mapping[str, Any]:
        """A nested table; empty when absent or something else."""
        found: object = self.document
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        return found if isinstance(found, dict) else {}

    def quote(self, text: str) -> Quote:
        """The first line that holds the text, else the file."""
        whole = self.tree.read(self.path) or ""
        place = whole.find(text)
        return self.tree.quote(self.path, whole.count("\n", 0, place) + 1 if place >= 0 else 0)


def load(tree: Tree, folder: str) -> Pyproject | None:
    """The folder's `pyproject.toml`, or None; one that cannot be parsed is empty and says why."""
    path = within(folder, FILE)
    text = tree.read(path)
    if text is None:
        return None
    if len(text) > MAX_TEXT or text.count(".") > MAX_DOTS:
        return Pyproject(tree, path, {}, error="it is too long or too deep")
    try:
        return Pyproject(tree, path, tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return Pyproject(tree, path, {}, error=str(error))
