"""Golden files: what a reader sees is committed and compared; `pytest --update` rewrites it for review.

A test hands the fixture `golden` the file and the text it should hold:

    def test_report(golden: Golden) -> None:
        golden(Path(__file__).with_name("report.txt"), report(problems))
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

Golden: TypeAlias = Callable[[Path, str], None]


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare a text with the file that holds it, to the byte; under --update write the file instead."""
    return _rewrite if request.config.getoption("--update") else _compare


def _rewrite(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _compare(path: Path, text: str) -> None:
    assert path.exists(), f"{path} is missing: run `pytest --update` and review what it writes"
    expected = path.read_bytes().decode("utf-8")
    assert text == expected, f"{path} is not current: run `pytest --update` and review the difference"
