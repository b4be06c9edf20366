"""`config/database.yml`: the adapter that production uses, read line by line since Rails evaluates it before parsing.

Sections may take over another's settings (`<<: *default`). In an expression of Ruby the last literal is what it falls
back to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from hivemind.infer.facts import Dependency, within
from hivemind.infer.lines import Line, code_lines, quote
from hivemind.infer.tree import Tree

FILES = (
    "config/database.yml", "config/database.yml.example", "config/database.yml.sample", "config/database.example.yml",
    "config/database.yml.erb", "config/database.yml.dist",
)  # fmt: skip
"""The file, else the example that it is copied from."""

SECTION = re.compile(r"^[\"']?(\w{1,60})[\"']?:\s*(?:&(\w{1,60}))?")
INHERITED = re.compile(r"^<<:\s*\[?\s*\*(\w{1,60})")
SETTING = re.compile(r"^(adapter|url):\s*(.*)$")
NAME = re.compile(r"[A-Za-z][a-z0-9_]{2,30}")
DRIVERS = {
    "postgresql": "pg", "postgres": "pg", "postgis": "pg", "mysql2": "mysql2", "mysql": "mysql2", "trilogy": "trilogy",
    "sqlite3": "sqlite3", "sqlite": "sqlite3", "sqlserver": "tiny_tds", "oracle_enhanced": "ruby-oci8",
    "cockroachdb": "pg",
}  # fmt: skip
"""Adapter, or scheme of a URL → the gem that speaks for it."""


@dataclass
class Section:
    """The settings under one environment, and whose it takes over."""

    settings: list[Line] = field(default_factory=list)
    inherits: list[str] = field(default_factory=list)


def production_driver(tree: Tree, folder: str) -> Dependency | None:
    """The gem that production's adapter needs, quoted by the adapter's line; None when the file does not tell."""
    sections = _sections(tree, _path(tree, folder))
    for line in _settings(sections, "production", 0):
        if gem := _gem(line):
            return Dependency(gem, frozenset(), quote(tree, line))
    return None


def has_production(tree: Tree, folder: str) -> bool:
    """Whether the file says anything of production."""
    return "production" in _sections(tree, _path(tree, folder))


def _path(tree: Tree, folder: str) -> str:
    return next((path for name in FILES if tree.exists(path := within(folder, name))), within(folder, FILES[0]))


def _sections(tree: Tree, path: str) -> dict[str, Section]:
    """The sections by their names, and by the anchors they go by."""
    found: dict[str, Section] = {}
    current = Section()
    for line in code_lines(tree, path):
        is_top = not tree.lines(path)[line.number - 1][:1].isspace()
        if is_top and (named := SECTION.match(line.code)):
            current = Section()
            found |= dict.fromkeys(filter(None, named.groups()), current)
        elif inherited := INHERITED.match(line.code):
            current.inherits.append(inherited[1])
        elif SETTING.match(line.code):
            current.settings.append(line)
    return found


def _settings(sections: dict[str, Section], name: str, depth: int) -> list[Line]:
    """A section's own settings, then those it takes over."""
    section = sections.get(name)
    if not section or depth > 4:
        return []
    inherited = [line for other in section.inherits for line in _settings(sections, other, depth + 1)]
    return [*section.settings, *inherited]


def _gem(line: Line) -> str | None:
    setting = SETTING.match(line.code)
    names = [DRIVERS[name] for name in NAME.findall(setting[2]) if name in DRIVERS] if setting else []
    return names[-1] if names else None
