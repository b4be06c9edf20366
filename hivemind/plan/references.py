"""Who names whom inside a template."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hivemind.plan.schemas import Steps

_PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.([A-Za-z0-9.]+))?\}")


@dataclass(frozen=True)
class Reference:
    """A property at `path` that names a resource, by id (`attribute` empty) or by one of its attributes."""

    path: Steps
    target: str
    attribute: str = ""


def is_function(value: Any) -> bool:
    """Whether a value is a CloudFormation function, such as `{"Ref": "Vpc"}`."""
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)).startswith(("Ref", "Fn::"))


def references(value: Any, path: Steps = ()) -> Iterator[Reference]:
    """Every reference in a resolved value; `path` leads to the outermost function."""
    if is_function(value):
        for target, attribute in _named(value):
            yield Reference(path, target, attribute)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from references(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from references(inner, (*path, str(index)))


def _named(value: Any) -> Iterator[tuple[str, str]]:
    match value:
        case {"Ref": str(name)}:
            yield name, ""
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            yield name, attribute
        case {"Fn::Sub": str(text)}:
            yield from ((found[1], found[2] or "") for found in _PLACEHOLDER.finditer(text))
        case {"Fn::Sub": [str(text), dict(local)]}:
            yield from (pair for pair in _named({"Fn::Sub": text}) if pair[0] not in local)
            yield from _named(list(local.values()))
        case dict() | list():
            for inner in value.values() if isinstance(value, dict) else value:
                yield from _named(inner)
        case _:
            return
