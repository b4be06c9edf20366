"""The files of one commit in a folder of their own, without ever running git or touching the repository.

What git would run on a checkout (filters, hooks) is not run: every file is as the commit holds it. The folder is a
repository again, which borrows the objects of the first, so that a release made there knows its commit.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from hivemind.errors import UsageError

if TYPE_CHECKING:
    from dulwich.objects import Commit
    from dulwich.repo import Repo


@contextmanager
def checkout(repository: Path, version: str) -> Iterator[Path]:
    """A folder with the tree of that branch, tag or commit, gone afterwards; raises UsageError where there is none."""
    from dulwich.repo import Repo

    with Repo(str(repository)) as source, tempfile.TemporaryDirectory(prefix="hivemind-") as folder:
        commit = _commit(source, version)
        _fill(Path(folder), source, commit)
        yield Path(folder)


def _commit(source: Repo, version: str) -> Commit:
    from dulwich.errors import NotCommitError
    from dulwich.objectspec import parse_commit

    try:
        if not version:
            raise KeyError(version)
        return parse_commit(source, version)
    except (KeyError, ValueError, NotCommitError) as error:
        raise UsageError(
            f"the repository has no version `{version}`",
            where=str(source.path),
            hint="Name a branch, a tag or a commit that is fetched, or a release that `hivemind status` lists.",
        ) from error


def _fill(folder: Path, source: Repo, commit: Commit) -> None:
    from dulwich.index import build_index_from_tree
    from dulwich.refs import HEADREF
    from dulwich.repo import Repo

    with Repo.init(str(folder)) as copy:
        copy.object_store.add_alternate_path(str(Path(source.object_store.path).resolve()))
        copy.refs[HEADREF] = commit.id
        build_index_from_tree(copy.path, copy.index_path(), copy.object_store, commit.tree)
