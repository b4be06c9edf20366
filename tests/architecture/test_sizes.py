"""The tail stays short: a file holds one idea, a function fits on a screen, a class has a narrow face."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "hivemind"
FILES = sorted(ROOT.rglob("*.py"))
FILE_LINES, FUNCTION_LINES, PUBLIC_METHODS = 350, 45, 12
DRAWERS = {"utils", "util", "helpers", "helper", "misc", "common", "base", "manager"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_file_is_one_idea(path: Path) -> None:
    text = path.read_text()
    assert path.stem not in DRAWERS, "a drawer without a name"
    assert len(text.splitlines()) <= FILE_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert _lines(node) <= FUNCTION_LINES, node.name
        if isinstance(node, ast.ClassDef) and "Protocol" not in ast.unparse(ast.Tuple(node.bases)):
            public = [
                n for n in node.body if isinstance(n, ast.FunctionDef) and not n.name.startswith("_") and not _reads(n)
            ]
            assert len(public) <= _allowed(path), node.name


def _reads(node: ast.FunctionDef) -> bool:
    """A property is a name for a value, not something the class does."""
    return any("property" in ast.unparse(decorator) for decorator in node.decorator_list)


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _allowed(path: Path) -> int:
    """A responder has one method per action of the AWS API, because moto calls them by the action's name."""
    return 60 if path.stem == "responder" or "responders" in path.parts else PUBLIC_METHODS
