"""A repository on a fake GitHub."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes.github import GitHub

PERSON = ("-c", "user.name=dev", "-c", "user.email=dev@example.com")


@pytest.fixture
def github(tmp_path: Path) -> Iterator[GitHub]:
    """`main` holds app.py; the branch `change` alters it and adds `new.py`."""
    git = tmp_path / "repository"
    git.mkdir()
    for words in (["init", "-q", "-b", "main"], ["config", "receive.denyCurrentBranch", "ignore"]):
        subprocess.run(["git", *words], cwd=git, check=True)
    for branch, files in (("main", {"app.py": "1"}), ("change", {"app.py": "2", "new.py": "1"})):
        for name, text in files.items():
            (git / name).write_text(text)
        words = [] if branch == "main" else [["checkout", "-q", "-b", branch]]
        for command in [*words, ["add", "."], [*PERSON, "commit", "-qm", branch]]:
            subprocess.run(["git", *command], cwd=git, check=True)
    with GitHub(git / ".git").serving() as made:
        yield made
        assert made.unknown == []
