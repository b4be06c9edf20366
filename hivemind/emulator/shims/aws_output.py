"""How `aws` prints an answer: whole or by a simple query, as JSON or as text."""

from __future__ import annotations

import json
from typing import Any


def write(value: Any, query: str, form: str) -> None:
    """Print the part of `value` that the dotted `query` names."""
    for name in filter(None, query.split(".")):
        value = value.get(name) if isinstance(value, dict) else None
    print(as_text(value) if form == "text" else json.dumps(value, indent=4))  # noqa: T201


def as_text(value: Any) -> str:
    """`--output text`: bare values, tabs between those of a record in the order of their names."""
    match value:
        case None:
            return "None"
        case bool():
            return str(value)
        case dict():
            return "\t".join(as_text(value[name]) for name in sorted(value))
        case list():
            return "\t".join(as_text(item) for item in value)
        case _:
            return str(value)
