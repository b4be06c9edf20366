"""The Gemfile and its lock: which gems the app itself asks for, and which Ruby.

Gems of groups that only developers install do not count. Nothing is evaluated: a gem behind a condition counts, since
which way the condition goes is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hivemind.infer.facts import Dependency, within
from hivemind.infer.lines import Line, code_lines, quote
from hivemind.infer.tree import MAX_LINE, Tree
from hivemind.model.findings import Quote

NAMES = ("Gemfile", "gems.rb")
LOCKS = {"Gemfile": "Gemfile.lock", "gems.rb": "gems.locked"}
DEVELOPERS = frozenset({"development", "test", "ci", "lint", "linters", "rubocop", "doc", "docs", "debug", "console"})

GEM = re.compile(r"^gem[ (]\s*[\"']([\w.-]{1,80})[\"'](.*)$")
GROUP = re.compile(r"^group[ (](.*?)\)?\s*do\b")
INLINE_GROUP = re.compile(r"(?::groups?\s*=>|\bgroups?:)\s*(\[[^\]]*\]|%[iw][\[({][^\])}]*|:\w+|[\"']\w+[\"'])")
WORD = re.compile(r"\w+")
OPENS = re.compile(r"^(?:if|unless|case|begin|def|while)\b|\bdo(?:\s*\|[^|]*\|)?$")
RUBY = re.compile(r"^ruby[ (]\s*(.*)$")
PRODUCTION = frozenset({"production"})
LITERAL = re.compile(r"[\"']([^\"']{1,40})[\"']")
GEMSPEC_DEPENDENCY = re.compile(r"\.add_(?:runtime_)?dependency[ (]\s*[\"']([\w.-]{1,80})[\"']")
LOCKED = re.compile(r"^ {4}([\w.-]{1,80}) \(([^)]{1,40})\)$")
LOCKED_RUBY = re.compile(r"^\s+ruby ([0-9]+\.[0-9]+(?:\.[0-9]+)?)")

Groups = frozenset[str]


@dataclass(frozen=True)
class Gemfile:
    """What a project asks Bundler for; `ruby` is what stands after `ruby`, `for_production` is asked for only there."""

    path: str
    gems: tuple[Dependency, ...]
    constraints: Mapping[str, str] = field(default_factory=dict)
    ruby: tuple[str, Quote] | None = None
    locked: tuple[str, ...] = ()
    lock: str = ""
    for_production: frozenset[str] = frozenset()

    def gem(self, *names: str) -> Dependency | None:
        """The first of these gems that the app asks for."""
        asked = {gem.name: gem for gem in self.gems}
        return next((asked[name] for name in names if name in asked), None)

    def version(self, name: str) -> str:
        """The locked version of a gem, else the first number of its constraint; empty when neither is there."""
        for line in self.locked:
            if (found := LOCKED.match(line)) and found[1] == name:
                return found[2]
        number = re.search(r"[0-9]+(?:\.[0-9]+)*", self.constraints.get(name, ""))
        return number[0] if number else ""

    def has_locked(self, name: str) -> bool:
        """Whether the gem is installed, asked for by the app or by another gem."""
        return any(line.startswith(f"    {name} (") for line in self.locked)

    @property
    def locked_ruby(self) -> tuple[str, int] | None:
        """The version under RUBY VERSION in the lock, and its line."""
        for number, line in enumerate(self.locked, start=1):
            if (found := LOCKED_RUBY.match(line)) and self.locked[number - 2] == "RUBY VERSION":
                return found[1], number
        return None

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platforms that the lock was made for."""
        if "PLATFORMS" not in self.locked:
            return ()
        below = self.locked[self.locked.index("PLATFORMS") + 1 :]
        return tuple(line.strip() for line in below[: below.index("")] if line) if "" in below else ()


def load(tree: Tree, folder: str) -> Gemfile | None:
    """The folder's Gemfile; None when there is none."""
    name = next((name for name in NAMES if tree.exists(within(folder, name))), None)
    if not name:
        return None
    path, lock = within(folder, name), within(folder, LOCKS[name])
    gems: list[Dependency] = []
    constraints: dict[str, str] = {}
    ruby: tuple[str, Quote] | None = None
    for_production: set[str] = set()
    for line, around in _lines(tree, path):
        if found := GEM.match(line.code):
            groups = (*around, _inline_groups(found[2]))
            if any(group and group <= DEVELOPERS for group in groups):
                continue
            gems.append(Dependency(found[1], frozenset(), quote(tree, line)))
            constraints.setdefault(found[1], found[2])
            for_production |= {found[1]} if PRODUCTION in groups else set()
        elif found := RUBY.match(line.code):
            ruby = ruby or (found[1], quote(tree, line))
        elif line.code.startswith("gemspec"):
            gems += _of_gemspec(tree, folder)
    locked = tree.lines(lock)
    return Gemfile(path, tuple(gems), constraints, ruby, locked, lock if locked else "", frozenset(for_production))


def _lines(tree: Tree, path: str) -> list[tuple[Line, tuple[Groups, ...]]]:
    """The lines of code, each with the groups of the blocks around it; a block that is no group's has none."""
    nested: list[Groups] = []
    found: list[tuple[Line, tuple[Groups, ...]]] = []
    for line in _whole(code_lines(tree, path, block=("=begin", "=end"))):
        if line.code in ("end", "end)"):
            nested = nested[:-1]
            continue
        found.append((line, tuple(nested)))
        group = GROUP.match(line.code)
        if group or OPENS.search(line.code):
            nested.append(_groups(group[1]) if group else frozenset())
    return found


def _whole(lines: list[Line]) -> list[Line]:
    """The lines with those joined that a comma continues."""
    found: list[Line] = []
    for line in lines:
        if found and found[-1].code.endswith(",") and len(found[-1].code) < MAX_LINE:
            found[-1] = replace(found[-1], code=f"{found[-1].code} {line.code}")
        else:
            found.append(line)
    return found


def _inline_groups(options: str) -> Groups:
    group = INLINE_GROUP.search(options)
    return _groups(group[1]) if group else frozenset()


def _groups(text: str) -> Groups:
    return frozenset(WORD.findall(text)) - {"i", "w", "optional", "true", "false"}


def _of_gemspec(tree: Tree, folder: str) -> list[Dependency]:
    """What the project's own gemspec asks for."""
    specs = [path for path in tree.find("*.gemspec", folder) if path.rpartition("/")[0] in (folder, "")][:1]
    lines = [line for path in specs for line in code_lines(tree, path)]
    found = ((line, GEMSPEC_DEPENDENCY.search(line.code)) for line in lines)
    return [Dependency(name[1], frozenset(), quote(tree, line)) for line, name in found if name]
