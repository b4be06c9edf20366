"""Requirements files as pip reads them: comments, continuations, extras, markers, includes, editable lines."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import islice

from hivemind.infer.facts import Dependency
from hivemind.infer.tree import MAX_LINE, Tree
from hivemind.model.findings import Quote

MAX_INCLUDES = 20
MAX_REQUIREMENTS = 2000

NAME = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?")
EGG = re.compile(r"[#&]egg=([A-Za-z0-9._-]+)(?:\[([^\]]*)\])?")
OPTION = re.compile(r"^(-[a-z]|--[a-z-]+)[\s=]*")
INCLUDE = ("-r", "--requirement")
EDITABLE = ("-e", "--editable")
COMMENT = re.compile(r"(?:^|\s)#.*$")
PLATFORM = re.compile(r"""^\(?\s*(sys_platform|platform_system|os_name)\s*(==|!=)\s*["']([^"']*)["']\s*\)?$""")
LINUX = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}


def requirements(tree: Tree, path: str) -> tuple[Dependency, ...]:
    """The packages that a requirements file asks for on Linux, those of the files it includes too."""
    return tuple(islice(_read(tree, path, set()), MAX_REQUIREMENTS))


def includes(tree: Tree, path: str) -> tuple[str, ...]:
    """The files that a requirements file includes, itself first."""
    seen: set[str] = set()
    for _ in islice(_read(tree, path, seen), MAX_REQUIREMENTS):
        pass
    return (path, *sorted(seen - {path}))


def dependency(text: str, quote: Quote) -> Dependency | None:
    """One PEP 508 requirement; None when it does not apply on Linux or names no package."""
    requirement, _, marker = text.partition(";")
    if marker and not applies_on_linux(marker):
        return None
    found = NAME.match(requirement.strip())
    return _named(found, quote) if found else None


def applies_on_linux(marker: str) -> bool:
    """Whether a marker may hold on Linux; only plain comparisons of the platform can deny it."""
    if " or " in marker:
        return True
    for clause in marker.split(" and "):
        found = PLATFORM.match(clause.strip())
        if found and (LINUX[found[1]] == found[3]) != (found[2] == "=="):
            return False
    return True


def normalised(name: str) -> str:
    """A package's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _read(tree: Tree, path: str, seen: set[str]) -> Iterator[Dependency]:
    if path in seen or len(seen) >= MAX_INCLUDES:
        return
    seen.add(path)
    for number, line in _logical_lines(tree.lines(path)):
        option = OPTION.match(line)
        rest = line[option.end() :] if option else line
        if option and option[1] in INCLUDE:
            yield from _read(tree, posixpath.normpath(posixpath.join(posixpath.dirname(path), rest)), seen)
        elif (not option or option[1] in EDITABLE) and (found := _parse(rest, tree.quote(path, number))):
            yield found


def _logical_lines(lines: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Lines without comments, continued ones joined, with the number of their first line."""
    joined, first = "", 0
    for number, line in enumerate(lines, start=1):
        first = first if joined else number
        if line.endswith("\\") and len(joined) < MAX_LINE:
            joined += line[:-1]
            continue
        text = COMMENT.sub("", joined + line).strip()
        joined = ""
        if text:
            yield first, text


def _parse(target: str, quote: Quote) -> Dependency | None:
    """What a line asks for; a path gives None, and a URL unless it names its egg."""
    if found := EGG.search(target):
        return _named(found, quote)
    is_place = target.startswith((".", "/")) or "://" in target.partition("@")[0]
    return None if is_place else dependency(target.partition(" --")[0], quote)


def _named(found: re.Match[str], quote: Quote) -> Dependency:
    extras = frozenset(e.strip().lower() for e in (found[2] or "").split(",") if e.strip())
    return Dependency(normalised(found[1]), extras, quote)
