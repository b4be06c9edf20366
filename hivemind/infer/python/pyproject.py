"""`pyproject.toml` as PEP 621 and PEP 518 define it, and as poetry wrote it before them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hivemind.infer.facts import Dependency, within
from hivemind.infer.python.pipfile import extras_of
from hivemind.infer.python.requirements import applies_on_linux, dependency, normalised
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote

FILE = "pyproject.toml"
PRODUCTION = ("production", "prod", "deploy", "deployment", "server", "web")
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

    @cached_property
    def dependencies(self) -> tuple[Dependency, ...]:
        """What production installs on Linux: `project.dependencies`, poetry's, and those of a production extra."""
        extras = self.project.get("optional-dependencies")
        extra = extras.get(self.production_extra) if isinstance(extras, dict) else None
        texts = [*_texts(self.project.get("dependencies")), *_texts(extra)]
        found = [dependency(text, self.quote(text)) for text in texts]
        found += self._of_poetry("dependencies")
        for group in self.production_groups:
            found += self._of_poetry("group", group, "dependencies")
        return tuple({d.name: d for d in reversed(found) if d is not None}.values())[::-1]

    @property
    def production_extra(self) -> str:
        """An extra whose name says that production wants it; empty when there is none."""
        found = [name for place in (self.project.get("optional-dependencies"), self.table("tool", "poetry", "extras"))
                 if isinstance(place, dict) for name in PRODUCTION if name in place]  # fmt: skip
        return found[0] if found else ""

    @property
    def production_groups(self) -> tuple[str, ...]:
        """Poetry's groups whose name says that production wants them."""
        return tuple(name for name in PRODUCTION if name in self.table("tool", "poetry", "group"))

    @property
    def entries(self) -> Mapping[str, str]:
        """Commands that the project installs, by name: `module:function`."""
        found = {**self.table("tool", "poetry", "scripts"), **self.table("project", "scripts")}
        return {name: target for name, target in found.items() if isinstance(target, str) and ":" in target}

    def has(self, *keys: str) -> bool:
        """Whether a table is there at all, even an empty one."""
        return keys[-1] in self.table(*keys[:-1])

    def _of_poetry(self, *keys: str) -> list[Dependency | None]:
        """A table of poetry's: a version, a table or several tables by name; an optional one belongs to an extra."""
        found: list[Dependency | None] = []
        for name, wanted in list(self.table("tool", "poetry", *keys).items())[:MAX_DEPENDENCIES]:
            tables = [one for one in (wanted if isinstance(wanted, list) else [wanted]) if isinstance(one, dict)]
            if name.lower() != "python" and (not tables or any(_is_wanted(table) for table in tables)):
                extras = frozenset(extra for table in tables for extra in extras_of(table))
                found.append(Dependency(normalised(name), extras, self.line_of(name)))
        return found

    def line_of(self, key: str) -> Quote:
        """The line that assigns the key, else the file."""
        for number, line in enumerate(self.tree.lines(self.path), start=1):
            if line.strip().lstrip("\"'").startswith(key) and "=" in line:
                return self.tree.quote(self.path, number)
        return self.tree.quote(self.path)

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


def _texts(listed: object) -> list[str]:
    return [text for text in listed[:MAX_DEPENDENCIES] if isinstance(text, str)] if isinstance(listed, list) else []


def _is_wanted(table: Mapping[str, Any]) -> bool:
    """Whether a package's table applies to a plain installation on Linux."""
    markers, platform = table.get("markers"), table.get("platform")
    is_elsewhere = isinstance(platform, str) and not platform.startswith("linux")
    return not (
        table.get("optional") is True or is_elsewhere or (isinstance(markers, str) and not applies_on_linux(markers))
    )


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
