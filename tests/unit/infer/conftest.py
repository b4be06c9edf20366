"""Repositories written on the spot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from hivemind.infer.tree import Tree

Plant = Callable[[Mapping[str, str | bytes]], Tree]


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    """Write files below a fresh folder and open it as a tree."""

    def write(files: Mapping[str, str | bytes]) -> Tree:
        for name, content in files.items():
            path = tmp_path / "repository" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        (tmp_path / "repository").mkdir(exist_ok=True)
        return Tree(tmp_path / "repository")

    return write
