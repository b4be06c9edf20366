"""Which files make up an application, without ever running git.

In a repository: what git tracks plus what it does not ignore. Elsewhere: a walk that honours `.gitignore` files. The
git program is not asked, because it would run what a repository's own configuration names (`core.fsmonitor` for one);
the index and the ignore files are read in-process instead. Sockets, pipes and devices are no part of an application.
"""

from __future__ import annotations

import os
import sys
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from stat import S_ISDIR
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dulwich.ignore import IgnoreFilterManager
    from dulwich.objects import ObjectID
    from dulwich.repo import Repo

OURS = frozenset({"hivemind.yaml", "hivemind.lock", "generated", ".hivemind", ".hivemind-release"})
"""Names at the top of a project that describe the deployment and are no part of the application."""
NEVER = frozenset({".git", "node_modules", "__pycache__", ".venv", ".tox", ".mypy_cache", ".pytest_cache"})
"""Untracked directories that are made by tools and never belong to a release."""
LAST = chr(sys.maxunicode)
"""Sorts after whatever may follow in a path."""


@dataclass(frozen=True)
class Listing:
    """The application's files (sorted, relative POSIX paths) and how they stand to the commit."""

    files: tuple[str, ...]
    commit: str | None
    committed: dict[str, str]
    """Blob id (git's sha1, hex) by path, as the commit has it."""


def application_files(root: Path) -> Listing:
    """List the application in `root`; a repository that cannot be read counts as none."""
    repository = _repository(root)
    if repository is None:
        return Listing(tuple(sorted(_walk(root, _ignores(root), ""))), None, {})
    with repository:
        prefix = root.resolve().relative_to(Path(repository.path).resolve()).as_posix()
        prefix = "" if prefix == "." else f"{prefix}/"
        from dulwich.ignore import IgnoreFilterManager

        found = set(_walk(root, IgnoreFilterManager.from_repo(repository), prefix)) | set(
            _tracked(repository, root, prefix)
        )
        commit, committed = _commit(repository, prefix)
        return Listing(tuple(sorted(found)), commit, committed)


def repository_root(start: Path) -> Path | None:
    """The enclosing directory that holds `.git`, if there is one."""
    resolved = start.resolve()
    return next((folder for folder in (resolved, *resolved.parents) if (folder / ".git").exists()), None)


def _repository(root: Path) -> Repo | None:
    from dulwich.errors import NotGitRepository
    from dulwich.repo import Repo, UnsupportedExtension, UnsupportedVersion

    top = repository_root(root)
    if top is None:
        return None
    try:
        return Repo(str(top))
    except (NotGitRepository, UnsupportedVersion, UnsupportedExtension, OSError):
        return None


def _ignores(root: Path) -> IgnoreFilterManager:
    from dulwich.ignore import IgnoreFilterManager

    return IgnoreFilterManager(str(root.resolve()), [], False)


def _walk(root: Path, ignores: IgnoreFilterManager, prefix: str) -> Iterator[str]:
    """Files below `root` that are not ignored; `prefix` is where `root` lies in what the ignore files speak of."""
    for folder, folders, names in os.walk(root):
        at = Path(folder).relative_to(root).as_posix()
        at = "" if at == "." else f"{at}/"
        for name in tuple(folders):
            path = Path(folder, name)
            if path.is_symlink():
                names.append(name)
            if path.is_symlink() or _skipped(path, f"{at}{name}") or ignores.is_ignored(f"{prefix}{at}{name}/"):
                folders.remove(name)
        for name in names:
            if _belongs(Path(folder, name), f"{at}{name}") and not ignores.is_ignored(f"{prefix}{at}{name}"):
                yield f"{at}{name}"


def _belongs(file: Path, path: str) -> bool:
    return (file.is_symlink() or file.is_file()) and file.name != ".git" and not _ours(path)


def _skipped(folder: Path, path: str) -> bool:
    return folder.name in NEVER or _ours(path) or (folder / "pyvenv.cfg").exists()


def _ours(path: str) -> bool:
    return PurePosixPath(path).parts[0] in OURS


def _tracked(repository: Repo, root: Path, prefix: str) -> Iterator[str]:
    """What the index holds below the prefix and the disk still has; submodules are directories, so they fall out."""
    index = Path(repository.index_path())
    found = index.stat() if index.exists() else None
    names = _names(index, found.st_mtime_ns, found.st_size) if found else ()
    for path in names[bisect_left(names, prefix) : bisect_left(names, prefix + LAST) if prefix else None]:
        inside = path.removeprefix(prefix)
        if not _ours(inside) and os.path.lexists(root / inside) and not _is_folder(root / inside):
            yield inside


@lru_cache(maxsize=4)
def _names(index: Path, modified: int, size: int) -> tuple[str, ...]:
    """What an index holds, sorted: read once for all the applications of a repository."""
    from dulwich.index import Index

    return tuple(sorted(os.fsdecode(name) for name in Index(str(index))))


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _commit(repository: Repo, prefix: str) -> tuple[str | None, dict[str, str]]:
    from dulwich.objects import Commit

    try:
        head = repository.head()
    except KeyError:
        return None, {}
    commit = repository[head]
    if not isinstance(commit, Commit):
        return None, {}
    below = _below(repository, commit.tree, prefix)
    entries = repository.object_store.iter_tree_contents(below) if below else ()
    blobs = {os.fsdecode(e.path or b""): os.fsdecode(e.sha) for e in entries if e.sha is not None}
    return os.fsdecode(head), blobs


def _below(repository: Repo, tree: ObjectID, prefix: str) -> ObjectID | None:
    """The commit's tree at a folder; None where it has none."""
    from dulwich.errors import NotTreeError
    from dulwich.object_store import tree_lookup_path

    if not prefix:
        return tree
    try:
        mode, found = tree_lookup_path(repository.get_object, tree, os.fsencode(prefix.rstrip("/")))
    except (KeyError, NotTreeError):
        return None
    return found if S_ISDIR(mode) else None
