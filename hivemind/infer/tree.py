"""The one door to a repository's files: listed once, read with caps, never followed outside.

Paths are POSIX and relative to the root. A name that holds control characters or is not UTF-8 cannot be shown to a
person or quoted as evidence, so such files are left out, as are the trees that somebody else wrote or a tool made
(virtual environments, packages, caches, build output) and whatever git ignores and does not track. The walk is breadth
first: where a repository is larger than the cap, it is the deepest files that are missing, and `truncated` says so.
"""

from __future__ import annotations

import os
import re
import sys
from bisect import bisect_left
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import translate
from functools import cached_property
from pathlib import Path
from typing import TypeVar, cast

from hivemind.infer.ignored import GITIGNORE, Ignored
from hivemind.model.findings import Quote

T = TypeVar("T")

MAX_FILES = 100_000
MAX_DEPTH = 40
MAX_FILE_BYTES = 1 << 20
MAX_TOTAL_BYTES = 32 << 20
MAX_LINE = 4096
MAX_QUOTE = 160
EVERYTHING = "*"
WILDCARD = re.compile(r"[*?\[]")
LAST = chr(sys.maxunicode)

FOREIGN = frozenset({
    ".git", ".hg", ".svn", ".hivemind", ".venv", ".tox", ".nox", ".eggs", ".terraform", ".idea",
    ".mypy_cache", ".pytest_cache", ".ruff_cache", ".next", ".nuxt", ".cache", "__pycache__",
    "node_modules", "bower_components", "site-packages", "vendor", "third_party", "build", "dist", "target",
})  # fmt: skip
"""Folders whose content the team did not write."""
PINNED = "hivemind.lock"
"""What inference said before is no evidence for what it says."""


@dataclass(frozen=True)
class Observed:
    """What an answer may depend on: files read, paths looked for (found or not), patterns searched below a folder."""

    read: frozenset[str]
    looked_for: frozenset[str]
    searched: frozenset[tuple[str, str]]


class Tree:
    """A repository's files; it remembers everything it was asked."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.truncated = False
        self._real = Path(os.path.realpath(root))
        self._texts: dict[str, str | None] = {}
        self._split: tuple[str, tuple[str, ...]] = ("", ())
        self._looked_for: set[str] = set()
        self._searched: set[tuple[str, str]] = set()
        self._found: dict[tuple[str, str], tuple[str, ...]] = {}
        self._left = MAX_TOTAL_BYTES
        self._worked_out: dict[Hashable, object] = {}

    @property
    def files(self) -> tuple[str, ...]:
        """Every file, sorted."""
        self._searched.add((".", EVERYTHING))
        return self._files

    @property
    def folders(self) -> frozenset[str]:
        """Every folder that holds a file somewhere below; the root is `.`."""
        self._searched.add((".", EVERYTHING))
        return self._folders

    def has_folder(self, path: str) -> bool:
        """Whether a folder holds a file somewhere below; the root always does."""
        if path == ".":
            return True
        self._searched.add((path, EVERYTHING))
        return path in self._folders

    @cached_property
    def _files(self) -> tuple[str, ...]:
        return tuple(sorted(self._walk()))

    @cached_property
    def _folders(self) -> frozenset[str]:
        found = {"."}
        for path in self._files:
            parent = path.rpartition("/")[0]
            while parent and parent not in found:
                found.add(parent)
                parent = parent.rpartition("/")[0]
        return frozenset(found)

    @property
    def observed(self) -> Observed:
        """Everything it was asked so far."""
        return Observed(frozenset(self._texts), frozenset(self._looked_for), frozenset(self._searched))

    def exists(self, path: str) -> bool:
        """Whether a file of that path is listed."""
        self._looked_for.add(path)
        return path in self._listed

    def read(self, path: str) -> str | None:
        """The file as text, bytes that are not UTF-8 replaced by U+FFFD; None when absent, binary or over the caps."""
        if not self.exists(path):
            return None
        if path not in self._texts:
            self._texts[path] = self._load(path)
        return self._texts[path]

    def lines(self, path: str) -> tuple[str, ...]:
        """The file's lines without their ends, counted as compilers count and cut at a cap; empty when unreadable."""
        text = self.read(path)
        if path != self._split[0]:
            ends = (text or "").replace("\r\n", "\n").replace("\r", "\n")
            self._split = path, tuple(line[:MAX_LINE] for line in ends.split("\n")) if text else ()
        return self._split[1]

    def find(self, pattern: str, under: str = ".") -> tuple[str, ...]:
        """The files in the folder `under` whose path below it matches, shallowest first; `*` also spans folders."""
        self._searched.add((under, pattern))
        if (under, pattern) not in self._found:
            self._found[under, pattern] = self._search(pattern, "" if under == "." else f"{under}/")
        return self._found[under, pattern]

    def quote(self, path: str, line: int = 0) -> Quote:
        """A line of the file as evidence, without control characters; line 0 stands for the whole file."""
        lines = self.lines(path)
        text = lines[line - 1] if 0 < line <= len(lines) else ""
        return Quote(file=path, line=line, text=printable(text.strip())[:MAX_QUOTE])

    def once(self, key: Hashable, work_out: Callable[[], T]) -> T:
        """What follows from the files alone, worked out when it is first asked for."""
        if key not in self._worked_out:
            self._worked_out[key] = work_out()
        return cast(T, self._worked_out[key])

    def holds(self, quote: Quote) -> bool:
        """Whether the file really says what is quoted."""
        return self.exists(quote.file) and self.quote(quote.file, quote.line) == quote

    def _search(self, pattern: str, prefix: str) -> tuple[str, ...]:
        """Only files of its extension are compared with a pattern: there may be many, and patterns are asked often."""
        extension = pattern.rpartition(".")[2]
        there = self._files if WILDCARD.search(extension) else self._by_extension.get(extension, ())
        first = bisect_left(there, prefix)
        below = there[first : bisect_left(there, prefix + LAST, first)] if prefix else there
        matches = re.compile(translate(pattern)).match
        found = [path for path in below if matches(path, len(prefix))]
        return tuple(sorted(found, key=lambda path: (path.count("/"), path)))

    @cached_property
    def _by_extension(self) -> Mapping[str, tuple[str, ...]]:
        """The files by what follows the last dot of their path, each group sorted as all of them are."""
        found: dict[str, list[str]] = {}
        for path in self._files:
            found.setdefault(path.rpartition(".")[2], []).append(path)
        return {extension: tuple(paths) for extension, paths in found.items()}

    @cached_property
    def _ignored(self) -> Ignored:
        return Ignored(self._real)

    @cached_property
    def _listed(self) -> frozenset[str]:
        return frozenset(self._files)

    def _walk(self) -> Iterator[str]:
        folders = [""]
        count = 0
        for depth in range(MAX_DEPTH):
            below: list[str] = []
            for folder in sorted(folders):
                for path in self._scan(folder, below):
                    count += 1
                    if count > MAX_FILES:
                        self.truncated = True
                        return
                    yield path
            folders = below
            self.truncated = bool(below) and depth == MAX_DEPTH - 1

    def _scan(self, folder: str, below: list[str]) -> list[str]:
        """The files of one folder; its sub-folders are added to `below`. A virtual environment counts as empty."""
        try:
            with os.scandir(self._real / folder) as entries:
                listed = [entry for entry in entries if is_showable(entry.name)]
        except OSError:
            return []
        if any(entry.name == "pyvenv.cfg" for entry in listed):
            return []
        self._ignored.enter(folder, has_own=any(entry.name == GITIGNORE for entry in listed))
        prefix = f"{folder}/" if folder else ""
        folders = [prefix + e.name for e in listed if e.name not in FOREIGN and e.is_dir(follow_symlinks=False)]
        below.extend(path for path in folders if not self._ignored.folder(path))
        files = [prefix + e.name for e in listed if e.name != PINNED and self._is_ours(e)]
        return [path for path in files if not self._ignored.file(path)]

    def _is_ours(self, entry: os.DirEntry[str]) -> bool:
        """A regular file, or a link to one inside the root."""
        if not entry.is_symlink():
            return entry.is_file(follow_symlinks=False)
        target = Path(os.path.realpath(entry.path))
        return target.is_relative_to(self._real) and target.is_file()

    def _load(self, path: str) -> str | None:
        try:
            with (self._real / path).open("rb") as file:
                data = file.read(min(MAX_FILE_BYTES, self._left) + 1)
        except OSError:
            return None
        if len(data) > min(MAX_FILE_BYTES, self._left):
            return None
        self._left -= len(data)
        return decode(data)


def decode(data: bytes) -> str | None:
    """Text by its byte order mark, else UTF-8 with replacements; None for binary data."""
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    if b"\x00" in data:
        return None
    return data.removeprefix(BOM_UTF8).decode("utf-8", errors="replace")


def is_showable(name: str) -> bool:
    """Whether a file name can be shown on a terminal and written as UTF-8."""
    return name.isprintable()


def printable(text: str) -> str:
    """The text with everything that could steer a terminal replaced."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
