"""A spec's text → the same text with a few values of one environment set; comments, order and quoting stay."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ruamel.yaml import YAML

Value = str | bool | int
WIDTH = 1 << 16
"""Columns: no line of the author's is folded."""


def with_environment(text: str, environment: str, values: Mapping[str, Value]) -> str:
    """`values` by dotted key (`monitoring.xray`) set under that environment, which comes about where it is missing."""
    return with_values(text, {f"environments.{environment}.{key}": value for key, value in values.items()})


def with_values(text: str, values: Mapping[str, Value]) -> str:
    """`values` by dotted key from the top (`database.size`); what leads there comes about where it is missing."""
    from ruamel.yaml.comments import CommentedMap

    yaml = _yaml(text)
    document = yaml.load(text)
    if not isinstance(document, CommentedMap):
        document = CommentedMap()
    for key, value in values.items():
        *parents, last = key.split(".")
        inner: Any = document
        for parent in parents:
            if not isinstance(inner.get(parent), CommentedMap):
                inner[parent] = CommentedMap(_long_form(parent, inner.get(parent)))
            inner = inner[parent]
        inner[last] = value
    written = io.StringIO()
    yaml.dump(document, written)
    return written.getvalue()


def _long_form(key: str, value: object) -> Mapping[str, object]:
    """What a word stood for (`database: postgres`), so that more can be said beside it."""
    return {"engine": value} if key == "database" and isinstance(value, str) else {}


def _yaml(text: str) -> YAML:
    """A writer that indents as the author did."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = WIDTH
    indented = re.search(r"^\S[^#\n]*:\s*(?:#.*)?\n(?:\s*#.*\n|\s*\n)*( +)[^\s#-]", text, re.MULTILINE)
    dash = re.search(r"^\S[^#\n]*:\s*(?:#.*)?\n( *)- ", text, re.MULTILINE)
    offset = len(dash[1]) if dash else 2
    yaml.indent(mapping=len(indented[1]) if indented else 2, sequence=offset + 2, offset=offset)
    return yaml
