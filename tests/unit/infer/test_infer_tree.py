"""The tree: what is listed, what is read, and what is never reached."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hivemind.infer import tree as tree_module
from hivemind.infer.tree import MAX_FILE_BYTES, Observed, Tree


def test_lists_files_sorted_and_relative(plant):
    tree = plant({"b.txt": "", "a/z.py": "", "a/b/c.py": ""})
    assert tree.files == ("a/b/c.py", "a/z.py", "b.txt")
    assert tree.folders == {".", "a", "a/b"}


@pytest.mark.parametrize("folder", [".git", "node_modules", "__pycache__", ".venv", "vendor", "sub/node_modules/x"])
def test_leaves_out_what_the_team_did_not_write(plant, folder):
    assert plant({f"{folder}/app.py": "", "app.py": ""}).files == ("app.py",)


def test_leaves_out_a_virtual_environment_whatever_its_name(plant):
    assert plant({"stuff/pyvenv.cfg": "", "stuff/lib/app.py": "", "app.py": ""}).files == ("app.py",)


def test_leaves_out_names_that_cannot_be_shown(plant):
    tree = plant({"a\nb.py": "", "\x1b[31m.py": "", "ok ;'$.py": ""})
    Path(os.fsdecode(os.fsencode(tree.root) + b"/\xff.py")).touch()
    assert tree.files == ("ok ;'$.py",)


def test_follows_no_link_out_of_the_root_and_no_linked_folder(plant, tmp_path):
    (tmp_path / "secret").write_text("s3cret")
    tree = plant({"inside.txt": "in", "sub/x": ""})
    (tree.root / "out").symlink_to(tmp_path / "secret")
    (tree.root / "up").symlink_to(tmp_path)
    (tree.root / "loop").symlink_to("loop")
    (tree.root / "near").symlink_to("inside.txt")
    assert tree.files == ("inside.txt", "near", "sub/x")
    assert tree.read("out") is None
    assert tree.read("../secret") is None
    assert tree.read("near") == "in"


def test_opens_no_pipe(plant):
    tree = plant({"a": ""})
    os.mkfifo(tree.root / "pipe")
    assert tree.files == ("a",)
    assert tree.read("pipe") is None


def test_replaces_bytes_that_are_not_utf8(plant):
    assert plant({"a": b"caf\xe9"}).read("a") == "caf\ufffd"


def test_reads_by_the_byte_order_mark(plant):
    tree = plant({"a": "flask\n".encode("utf-16"), "b": b"\xef\xbb\xbfflask\n"})
    assert tree.read("a") == tree.read("b") == "flask\n"


@pytest.mark.parametrize("content", [b"\x00\x01", b"x" * (MAX_FILE_BYTES + 1)])
def test_does_not_read_what_is_binary_or_too_large(plant, content):
    assert plant({"a": content}).read("a") is None


def test_stops_reading_at_the_total(plant, monkeypatch):
    monkeypatch.setattr(tree_module, "MAX_TOTAL_BYTES", 10)
    tree = plant({"a": "12345678", "b": "12345678"})
    assert tree.read("a") == "12345678"
    assert tree.read("b") is None


def test_misses_the_deepest_files_where_there_are_too_many(plant, monkeypatch):
    monkeypatch.setattr(tree_module, "MAX_FILES", 2)
    tree = plant({"z.py": "", "y.py": "", "a/a.py": ""})
    assert tree.files == ("y.py", "z.py")
    assert tree.truncated


def test_does_not_descend_for_ever(plant):
    tree = plant({"/".join(["d"] * 60) + "/x": "", "x": ""})
    assert tree.files == ("x",)
    assert tree.truncated


def test_observes_what_is_absent(plant):
    tree = plant({"a": ""})
    tree.exists("b")
    tree.read("c")
    tree.find("*.py", "sub")
    assert tree.observed == Observed(frozenset(), frozenset({"b", "c"}), frozenset({("sub", "*.py")}))


def test_observes_what_is_read_and_that_everything_was_listed(plant):
    tree = plant({"a": ""})
    assert tree.read("a") == ""
    assert tree.files == ("a",)
    assert tree.observed == Observed(frozenset({"a"}), frozenset({"a"}), frozenset({(".", "*")}))


def test_finds_below_a_folder_the_shallowest_first(plant):
    tree = plant({"a/x/1.py": "", "a/2.py": "", "b/3.py": "", "ab/4.py": ""})
    assert tree.find("*.py", "a") == ("a/2.py", "a/x/1.py")


def test_counts_lines_as_compilers_do(plant):
    tree = plant({"a": "one\r\ntwo\x0c\u2028still two\rthree"})
    assert tree.quote("a", 3).text == "three"


def test_quotes_steer_no_terminal_and_are_checked(plant):
    tree = plant({"a": "  \x1b[2Jgone  "})
    quote = tree.quote("a", 1)
    assert quote.text == "\ufffd[2Jgone"
    assert tree.holds(quote)
    assert not tree.holds(quote.model_copy(update={"text": "something else"}))
    assert not tree.holds(quote.model_copy(update={"file": "b"}))


def test_an_absent_root_is_an_empty_tree(tmp_path):
    assert Tree(tmp_path / "nowhere").files == ()


@pytest.mark.parametrize(
    "pattern, found",
    [
        ("*.py", ("b.py", "a/c.py", "a/x.d/e.py")),
        ("*", ("Makefile", "b.py", "c.pyi", "a/c.py", "a/x.d/e.py", "a/x.d/f")),
        ("Makefile", ("Makefile",)),
        ("*/c.*", ("a/c.py",)),
        ("?.py[i]", ("c.pyi",)),
        ("*.d/*", ("a/x.d/e.py", "a/x.d/f")),
        ("a/x.d/f", ("a/x.d/f",)),
        ("*.PY", ()),
    ],
)
def test_finds_what_a_pattern_matches(plant, pattern, found):
    tree = plant(dict.fromkeys(("Makefile", "b.py", "c.pyi", "a/c.py", "a/x.d/e.py", "a/x.d/f"), ""))
    assert tree.find(pattern) == found
    assert tree.find(pattern) == found
