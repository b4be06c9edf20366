"""What git would not commit: the `.gitignore` files of a tree, and the index that overrules them.

Both are read in-process, and only where they lie inside the tree: the git program would run what a repository's own
configuration names (`core.fsmonitor` for one), and excludes elsewhere on the machine say nothing about the repository.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dulwich.ignore import Pattern

GITIGNORE = ".gitignore"
MAX_IGNORE_BYTES = 64 * 1024
MAX_INDEX_BYTES = 64 << 20
MAX_PATTERNS = 500
MAX_STARS = 3
"""Wildcards in one part of a pattern: each more multiplies the time that a hostile name can take."""


class Ignored:
    """Whether a path below the root is ignored; the folders above it must have been entered before."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._tracked = frozenset(_tracked(root))
        self._tracked_folders = frozenset(folder for path in self._tracked for folder in _above(path))
        self._filters: dict[str, tuple[tuple[int, tuple[Pattern, ...]], ...]] = {}

    def enter(self, folder: str, has_own: bool) -> None:
        """Take a folder's own `.gitignore` into account, if it has one; `""` is the root."""
        parent = self._filters.get(folder.rpartition("/")[0], ()) if folder else ()
        own = self._read(folder) if has_own else ()
        depth = len(folder) + 1 if folder else 0
        self._filters[folder] = ((depth, own), *parent) if own else parent

    def file(self, path: str) -> bool:
        """Whether a file is ignored; what git tracks is not, whatever the patterns say."""
        return path not in self._tracked and self._matches(path, path.rpartition("/")[0])

    def folder(self, path: str) -> bool:
        """Whether nothing in a folder counts."""
        return path not in self._tracked_folders and self._matches(f"{path}/", path.rpartition("/")[0])

    def _matches(self, path: str, folder: str) -> bool:
        """The last pattern of the deepest file that speaks of the path decides; its folders were asked before."""
        for depth, patterns in self._filters[folder]:
            name, is_folder = os.fsencode(path[depth:].rstrip("/")), path.endswith("/")
            for pattern in patterns:
                if pattern.matches(name, is_folder):
                    return pattern.is_exclude
        return False

    def _read(self, folder: str) -> tuple[Pattern, ...]:
        """The patterns of a folder's own file, the last first."""
        from dulwich.ignore import IgnoreFilter, read_ignore_patterns

        data = _regular(self._root / folder / GITIGNORE, MAX_IGNORE_BYTES)
        plain = [one for one in read_ignore_patterns(BytesIO(data or b"")) if _is_plain(one)]
        return tuple(reversed(IgnoreFilter(plain[:MAX_PATTERNS]).patterns))


def _tracked(root: Path) -> Iterator[str]:
    """The paths that the index of a repository at the root holds; none when there is no index that can be read."""
    git = root / ".git"
    data = None if git.is_symlink() or not git.is_dir() else _regular(git / "index", MAX_INDEX_BYTES)
    if data is None:
        return
    from dulwich.index import read_index

    try:
        names = [entry.name for entry in read_index(BytesIO(data))]
    except Exception:  # a damaged index raises whatever its parser stumbles over; then the patterns alone decide
        return
    yield from (os.fsdecode(name) for name in names)


def _regular(path: Path, limit: int) -> bytes | None:
    """The content of a regular file that is no link; None for anything else, and for what is too long."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        data = file.read(limit + 1)
    return data if len(data) <= limit else None


def _is_plain(pattern: bytes) -> bool:
    try:
        pattern.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return all(part.replace(b"**", b"*").count(b"*") <= MAX_STARS for part in pattern.split(b"/"))


def _above(path: str) -> Iterator[str]:
    """`a/b/c` → `a/b`, `a`."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
