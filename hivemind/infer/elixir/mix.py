"""mix.exs, read line by line: the application's name, its packages, its releases and aliases.

An umbrella keeps its applications below `apps`; their packages are its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hivemind.infer.facts import Dependency, within
from hivemind.infer.lines import Line, code_lines, quote
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote

FILE = "mix.exs"
MAX_APPS = 20

APP = re.compile(r"\bapp:\s*:(\w{1,60})")
ELIXIR = re.compile(r"\belixir:\s*\"([^\"]{1,60})\"")
DEPENDENCY = re.compile(r"^\{\s*:(\w{1,60})\s*,(.*)$")
ONLY = re.compile(r"\bonly:\s*(\[[^\]]*\]|:\w+)")
WORD = re.compile(r"\w+")
UMBRELLA = re.compile(r"\bapps_path:\s*\"([\w./-]{1,60})\"")
RELEASES = re.compile(r"\breleases:\s*\[?\s*(?:(\w{1,60}):)?")
RELEASE = re.compile(r"^(\w{1,60}):\s*\[")
ALIAS = re.compile(r"\"?([a-z_]+(?:\.[a-z_]+)+)\"?:\s*\[?")
STARTS = re.compile(r"\bmod:\s*\{")
DEVELOPERS = frozenset({"dev", "test", "docs", "lint", "ci", "bench"})


@dataclass(frozen=True)
class Mix:
    """What a project says of itself; `starts` is the line that names its application's module."""

    path: str
    app: str
    dependencies: tuple[Dependency, ...]
    elixir: tuple[str, Quote] | None = None
    starts: Quote | None = None
    umbrella: str = ""
    release: str = ""
    aliases: frozenset[str] = frozenset()

    def asks_for(self, *names: str) -> Dependency | None:
        """The first of these packages that the app asks for."""
        asked = {one.name: one for one in self.dependencies}
        return next((asked[name] for name in names if name in asked), None)


def load(tree: Tree, folder: str) -> Mix | None:
    """The folder's project; None when there is none."""
    path = within(folder, FILE)
    if not tree.exists(path):
        return None
    lines = code_lines(tree, path)
    umbrella = _first(lines, UMBRELLA)
    below = _applications(tree, folder, umbrella) if umbrella else []
    everything = [*lines, *below]
    elixir = next(((found[1], quote(tree, line)) for line in lines if (found := ELIXIR.search(line.code))), None)
    starts = next((quote(tree, line) for line in everything if STARTS.search(line.code)), None)
    aliases = frozenset(found[1] for line in everything if (found := ALIAS.match(line.code)))
    return Mix(
        path,
        _first(lines, APP),
        _dependencies(tree, everything),
        elixir,
        starts,
        umbrella,
        _release(lines),
        aliases,
    )


def _applications(tree: Tree, folder: str, umbrella: str) -> list[Line]:
    """The lines of the projects of an umbrella."""
    paths = tree.find(f"{umbrella}/*/{FILE}", folder)[:MAX_APPS]
    return [line for path in paths for line in code_lines(tree, path)]


def _dependencies(tree: Tree, lines: list[Line]) -> tuple[Dependency, ...]:
    """The packages, without those that only developers get."""
    found: dict[str, Dependency] = {}
    for line in lines:
        named = DEPENDENCY.match(line.code.lstrip("[ "))
        if named and "in_umbrella" not in named[2] and not _is_for_developers(named[2]):
            found.setdefault(named[1], Dependency(named[1], frozenset(), quote(tree, line)))
    return tuple(found.values())


def _is_for_developers(options: str) -> bool:
    only = ONLY.search(options)
    names = set(WORD.findall(only[1])) if only else set()
    return bool(names) and names <= DEVELOPERS


def _release(lines: list[Line]) -> str:
    """The first release that the project defines; empty where it leaves that to its name."""
    for place, line in enumerate(lines):
        if (found := RELEASES.search(line.code)) and "releases()" not in line.code:
            below = (inner for later in lines[place + 1 : place + 3] if (inner := RELEASE.match(later.code)))
            first = next(below, None)
            return found[1] or (first[1] if first else "")
    return ""


def _first(lines: list[Line], pattern: re.Pattern[str]) -> str:
    return next((found[1] for line in lines if (found := pattern.search(line.code))), "")
