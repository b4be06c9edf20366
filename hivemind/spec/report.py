"""Problems as people read them; an editor or a terminal makes the place a link."""

from __future__ import annotations

from collections.abc import Iterable

from hivemind.errors import Problem


def report(problems: Iterable[Problem]) -> str:
    """Two lines a problem, `file:line:column: message` and its hint, without a closing line break."""
    return "\n".join(f"{problem}\n  hint: {problem.hint}" for problem in problems)
