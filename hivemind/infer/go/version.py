"""Which Go builds the program: a pin, go.mod's toolchain, its go line, else the default, in that order."""

from __future__ import annotations

import re

from hivemind.infer.facts import Fact, fact, within
from hivemind.infer.tree import Tree

DEFAULT = "1.25"
PINS = (
    (".go-version", re.compile(r"^\s*(?:go)?([0-9]+\.[0-9]+)")),
    (".tool-versions", re.compile(r"^\s*(?:golang|go)\s+([0-9]+\.[0-9]+)")),
    ("go.mod", re.compile(r"^\s*toolchain\s+go([0-9]+\.[0-9]+)")),
    ("go.mod", re.compile(r"^\s*go\s+([0-9]+\.[0-9]+)")),
    ("go.work", re.compile(r"^\s*go\s+([0-9]+\.[0-9]+)")),
)


def go_version(tree: Tree, *folders: str) -> Fact:
    """The runtime as a minor version, looked for in each folder in turn."""
    for name, pattern in PINS:
        for folder in dict.fromkeys((*folders, ".")):
            path = within(folder, name)
            for number, line in enumerate(tree.lines(path), start=1):
                if found := pattern.match(line):
                    return fact(found[1], f"{name} asks for it", tree.quote(path, number))
    return fact(DEFAULT, "neither go.mod nor a pin names a version; this is the default", confidence="fallback")
