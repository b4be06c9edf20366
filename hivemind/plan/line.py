"""A line of a report: plain words and a style, so that a terminal can colour it and a test can compare it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Style = Literal["heading", "add", "modify", "remove", "replace", "note", "warn", "block", "money", "step", "dim"]


@dataclass(frozen=True)
class Line:
    """One line; `indent` counts levels of two spaces. An empty text is a blank line."""

    text: str
    style: Style = "dim"
    indent: int = 0

    def __str__(self) -> str:
        return f"{'  ' * self.indent}{self.text}".rstrip()


BLANK = Line("")
