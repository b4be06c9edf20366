"""How the document's own words appear in messages: safe for a terminal, short, and never a credential."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hivemind.spec.credentials import is_credential

UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
"""Control characters, and those that make a text read other than it is: line separators, direction marks, halves."""

_LONGEST = 40

_SYNONYMS = {
    "cmd": "start",
    "command": "start",
    "entrypoint": "start",
    "run": "start",
    "environment": "env",
    "variables": "env",
    "healthcheck": "health",
    "db": "database",
    "replicas": "instances",
    "pg": "postgres",
    "postgresql": "postgres",
    "prod": "production",
}


def shown(text: str) -> str:
    """The text in backticks: cut, escaped, or only named when it looks like a credential."""
    return f"`{_safe(text)}`"


def path(at: Iterable[str]) -> str:
    """A key with its parents: `app.env.PORT`."""
    return f"`{'.'.join(map(_safe, at))}`"


def _safe(text: str) -> str:
    if is_credential(text):
        return "(a credential)"
    cut = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in cut)


def written(value: object) -> str:
    """A value as one writes it in the document, on one line."""
    match value:
        case dict():
            return "{" + ", ".join(f"{name}: {written(part)}" for name, part in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(written, value)) + "]"
        case bool():
            return str(value).lower()
        case _:
            return str(value)


def choices(values: Iterable[str]) -> str:
    """`a, b or c`."""
    *most, last = values
    return f"{', '.join(most)} or {last}" if most else last


def closest(word: str, known: Iterable[str]) -> str | None:
    """What somebody who wrote `word` may have meant."""
    from difflib import get_close_matches

    candidates = tuple(known)
    if _SYNONYMS.get(word) in candidates:
        return _SYNONYMS[word]
    matches = get_close_matches(word[:_LONGEST].lower(), candidates, n=1, cutoff=0.7)
    return matches[0] if matches else None
