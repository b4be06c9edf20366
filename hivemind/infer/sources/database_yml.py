"""Rails' config/database.yml, read by line: it is a template, and often no YAML before it is filled in."""

from __future__ import annotations

import re

from hivemind.infer.engines import engine_of_word
from hivemind.infer.facts import Store
from hivemind.infer.tree import Tree

SECTION = re.compile(r"^([a-z_]+):")
SETTING = re.compile(r"""^\s+(?:adapter:\s*["']?(?:<%=.*?["'])?|url:\s*["']?)([a-z0-9_]+)""")


def read_database_yml(tree: Tree, path: str) -> tuple[Store, ...]:
    """The adapter of production, else the one that every environment shares."""
    found: dict[str, Store] = {}
    section = ""
    for number, line in enumerate(tree.lines(path), start=1):
        if heading := SECTION.match(line):
            section = heading[1]
        elif (setting := SETTING.match(line)) and (engine := engine_of_word(setting[1])):
            why = f"config/database.yml connects to {engine}"
            found.setdefault(section, Store(engine, "configured", why, tree.quote(path, number)))
    return tuple(found[name] for name in ("production", "default", "defaults") if name in found)[:1]
