"""go.mod and go.work, read line by line: the module's path, its Go version, what it requires, where its members are."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from hivemind.infer.facts import within
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote

FILE, WORKSPACE = "go.mod", "go.work"
MAX_REQUIRED = 2000

REQUIRED = re.compile(r"^(?:require\s+)?([\w.~-]+(?:/[\w.~-]+)+)\s+v[0-9]")
USED = re.compile(r'^(?:use\s+)?"?(\.{1,2}(?:/[\w.@~-]+)*|[\w.@~-]+(?:/[\w.@~-]+)*)"?\s*$')
MAJOR = re.compile(r"/v[0-9]+(?=/|$)")


@dataclass(frozen=True)
class Required:
    """A module of `require`; `name` is without its major version."""

    path: str
    is_indirect: bool
    quote: Quote

    @property
    def name(self) -> str:
        """The path as tables of drivers know it."""
        return plain(self.path)


@dataclass(frozen=True)
class Module:
    """A Go module: the folder that holds go.mod, and what that says."""

    folder: str
    path: str
    quote: Quote
    required: tuple[Required, ...] = ()

    @property
    def name(self) -> str:
        """What `go build` would call the program of its root."""
        return MAJOR.sub("", self.path).rstrip("/").rpartition("/")[2] or "app"


def plain(path: str) -> str:
    """An import path without its major version: `github.com/jackc/pgx/v5` → `github.com/jackc/pgx`."""
    return MAJOR.sub("", path.lower())


def read_module(tree: Tree, folder: str) -> Module | None:
    """The module whose go.mod lies in the folder."""
    path = within(folder, FILE)
    if not tree.exists(path):
        return None
    name, quote = "", tree.quote(path)
    required: list[Required] = []
    for number, line in enumerate(tree.lines(path), start=1):
        code, _, comment = line.partition("//")
        words = code.split()
        if words[:1] == ["module"] and len(words) > 1:
            name, quote = words[1].strip('"'), tree.quote(path, number)
        elif (found := REQUIRED.match(code.strip())) and len(required) < MAX_REQUIRED:
            required.append(Required(found[1], comment.strip() == "indirect", tree.quote(path, number)))
    return Module(folder, name, quote, tuple(required))


def members(tree: Tree, folder: str) -> tuple[str, ...]:
    """The folders of a workspace's modules, as paths of the tree."""
    found: list[str] = []
    for line in tree.lines(within(folder, WORKSPACE)):
        code = line.partition("//")[0].strip()
        used = USED.match(code) if code not in ("use", "go") else None
        place = posixpath.normpath(posixpath.join(folder, used[1])) if used else ""
        if place and not place.startswith("..") and tree.exists(within(place, FILE)):
            found.append(place)
    return tuple(dict.fromkeys(found))
