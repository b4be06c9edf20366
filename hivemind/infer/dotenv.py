"""Files of environment variables (`.env.example` and kin) as a framework reads them: `NAME=value`, one a line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote

ENTRY = re.compile(r"^\s*(?:export\s+)?([A-Za-z_]\w{0,80})\s*=\s*(.*?)\s*$")
QUOTED = re.compile(r"^([\"'])(.*?)\1")


@dataclass(frozen=True)
class Setting:
    """A variable's value, as written, and its line."""

    value: str
    quote: Quote


def settings(tree: Tree, path: str) -> Mapping[str, Setting]:
    """The variables that the file sets; a line behind `#` sets nothing."""
    found: dict[str, Setting] = {}
    for number, line in enumerate(tree.lines(path), start=1):
        if entry := ENTRY.match(line):
            quoted = QUOTED.match(entry[2])
            value = quoted[2] if quoted else re.split(r"\s#", entry[2], maxsplit=1)[0].strip()
            found.setdefault(entry[1], Setting(value, tree.quote(path, number)))
    return found
