"""What git ignores is no part of the repository, unless git tracks it; and nothing outside says what is ignored."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from hivemind.infer.tree import Tree


def tracked(root: Path, *paths: str) -> None:
    """Make `root` a repository whose index holds those paths."""
    from dulwich.repo import Repo

    with Repo.init(str(root)) as repository:
        repository.get_worktree().stage([os.fsencode(path) for path in paths])


@pytest.mark.parametrize(
    "patterns, listed",
    [
        ("*.log\n", {"a.py", "sub/b.py"}),
        ("*.log\n!keep.log\n", {"a.py", "sub/b.py", "sub/keep.log"}),
        ("/a.py\n", {"sub/b.py", "x.log", "sub/keep.log"}),
        ("sub/\n", {"a.py", "x.log"}),
        ("sub/\n!sub/b.py\n", {"a.py", "x.log"}),
        ("sub/*\n!sub/b.py\n", {"a.py", "x.log", "sub/b.py"}),
        ("# a.py\n\n \n", {"a.py", "x.log", "sub/b.py", "sub/keep.log"}),
        ("**/keep.log\n", {"a.py", "x.log", "sub/b.py"}),
        ("[\n!\n/\n", {"a.py", "x.log", "sub/b.py", "sub/keep.log"}),
    ],
)
def test_a_gitignore_is_obeyed(plant, patterns, listed):
    tree = plant({"a.py": "", "x.log": "", "sub/b.py": "", "sub/keep.log": "", ".gitignore": patterns})
    assert set(tree.files) == listed | {".gitignore"}


def test_a_deeper_gitignore_wins(plant):
    tree = plant({".gitignore": "*.cfg\n", "sub/.gitignore": "!app.cfg\n", "app.cfg": "", "sub/app.cfg": ""})
    assert set(tree.files) == {".gitignore", "sub/.gitignore", "sub/app.cfg"}


def test_what_git_tracks_is_listed_whatever_is_ignored(plant):
    tree = plant(
        {".gitignore": "*.js\nout/\n", "main.js": "", "other.js": "", "out/page.html": "", "out/more.html": ""}
    )
    tracked(tree.root, "main.js", "out/page.html")
    found = Tree(tree.root).files
    assert "main.js" in found
    assert "out/page.html" in found
    assert "other.js" not in found


def test_what_is_tracked_and_gone_is_not_listed(plant):
    tree = plant({"a.py": "", "b.py": ""})
    tracked(tree.root, "a.py", "b.py")
    (tree.root / "b.py").unlink()
    assert Tree(tree.root).files == ("a.py",)


@pytest.mark.parametrize(
    "index", [b"", b"DIRC", b"DIRC\x00\x00\x00\x02\xff\xff\xff\xff", b"\x00" * 4096, os.urandom(512)]
)
def test_a_damaged_index_leaves_the_patterns_to_decide(plant, index):
    tree = plant({".gitignore": "*.js\n", "a.js": "", "a.py": ""})
    (tree.root / ".git").mkdir()
    (tree.root / ".git/index").write_bytes(index)
    assert Tree(tree.root).files == (".gitignore", "a.py")


def test_nothing_outside_the_root_is_read(plant, tmp_path):
    (tmp_path / "patterns").write_text("*.py\n")
    tree = plant({"a.py": "", "sub/b.py": ""})
    (tree.root / ".gitignore").symlink_to(tmp_path / "patterns")
    (tree.root / "sub/.git").write_text(f"gitdir: {tmp_path}\n")
    assert {"a.py", "sub/b.py"} <= set(Tree(tree.root).files)


def test_a_pipe_for_a_gitignore_blocks_nobody(plant):
    tree = plant({"a.py": ""})
    os.mkfifo(tree.root / ".gitignore")
    assert Tree(tree.root).files == ("a.py",)


def test_a_pattern_made_to_take_for_ever_is_left_out(plant):
    tree = plant({".gitignore": "*a" * 40 + "b\n", "a" * 200 + ".py": ""})
    assert len(tree.files) == 2


def test_a_repository_cannot_name_a_program_to_run(plant, tmp_path):
    tree = plant({"a.py": ""})
    subprocess.run(["git", "init", "-q", str(tree.root)], check=True)
    subprocess.run(["git", "-C", str(tree.root), "config", "core.fsmonitor", f"touch {tmp_path}/ran"], check=True)
    assert Tree(tree.root).files == ("a.py",)
    assert not (tmp_path / "ran").exists()
