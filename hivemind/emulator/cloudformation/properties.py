"""Checks evaluated properties against the type's schema: unknown, missing, read-only or of the wrong shape.

Scalars are accepted in any spelling that CloudFormation converts (`"80"` for 80); values that only the change will
bring, and those that a dynamic reference stands for, are not looked at. The words are those of AWS's property
validation. https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from hivemind.emulator.cloudformation.intrinsics import UNKNOWN, text
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.schemas import Schema

_BOOLEANS = ("true", "false")
_DYNAMIC = "{{resolve:"


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: `#/Tags/0`."""

    at: str
    reason: str

    def __str__(self) -> str:
        return f"{self.at}: {self.reason}"


def problems(schema: Schema, properties: Mapping[str, Json]) -> list[Problem]:
    """Everything wrong with a resource's properties."""
    found = list(_object(schema, schema.document, properties, "#"))
    found += [
        _extraneous("#", name) for name in properties if name in schema.read_only and not _also_writable(schema, name)
    ]
    return found


def _also_writable(schema: Schema, name: str) -> bool:
    return name in schema.paths("createOnlyProperties") or name in (schema.document.get("required") or ())


def _extraneous(at: str, name: str) -> Problem:
    return Problem(at, f"extraneous key [{name}] is not permitted")


def _value(schema: Schema, shape: Mapping[str, Any], value: Json, at: str) -> Iterator[Problem]:
    if value is UNKNOWN or (isinstance(value, str) and _DYNAMIC in value):
        return
    shape = schema.resolve(shape)
    kinds = shape.get("type", ())
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    if kinds and not any(_fits(kind, value) for kind in kinds):
        yield Problem(at, f"expected type: {kinds[0].title()}, found: {_name(value)}")
    elif isinstance(value, dict):
        yield from _object(schema, shape, value, at)
    elif isinstance(value, list):
        yield from _list(schema, shape, value, at)
    else:
        yield from _scalar(shape, value, at)


def _object(schema: Schema, shape: Mapping[str, Any], value: Mapping[str, Json], at: str) -> Iterator[Problem]:
    known = shape.get("properties")
    if not isinstance(known, dict):
        return
    for name in shape.get("required", ()):
        if name not in value:
            yield Problem(at, f"required key [{name}] not found")
    yield from _together(shape, value, at)
    for name, inner in value.items():
        if name in known:
            yield from _value(schema, known[name], inner, f"{at}/{name}")
        elif shape.get("additionalProperties") is False and not shape.get("patternProperties"):
            yield _extraneous(at, name)


def _together(shape: Mapping[str, Any], value: Mapping[str, Json], at: str) -> Iterator[Problem]:
    """Which properties exclude, and which need one another."""
    one_of, some_of = shape.get("requiredXor", ()), shape.get("requiredOr", ())
    if one_of and len(value.keys() & set(one_of)) != 1:
        yield Problem(at, f"exactly one of [{', '.join(one_of)}] must be given")
    if some_of and not value.keys() & set(some_of):
        yield Problem(at, f"one of [{', '.join(some_of)}] must be given")
    for name, other in _pairs(shape, "dependentExcluded", value):
        if other in value:
            yield Problem(at, f"[{name}] and [{other}] cannot be given together")
    for name, other in _pairs(shape, "dependentRequired", value):
        if other not in value:
            yield Problem(at, f"required key [{other}] not found, which [{name}] needs")


def _pairs(shape: Mapping[str, Any], relation: str, value: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    declared = shape.get(relation) or {}
    return ((name, other) for name, others in declared.items() if name in value for other in others)


def _list(schema: Schema, shape: Mapping[str, Any], value: list[Json], at: str) -> Iterator[Problem]:
    if len(value) < int(shape.get("minItems", 0)):
        yield Problem(at, f"expected minimum item count: {shape['minItems']}, found: {len(value)}")
    if len(value) > int(shape.get("maxItems", len(value))):
        yield Problem(at, f"expected maximum item count: {shape['maxItems']}, found: {len(value)}")
    if isinstance(shape.get("items"), dict):
        for index, item in enumerate(value):
            yield from _value(schema, shape["items"], item, f"{at}/{index}")


def _scalar(shape: Mapping[str, Any], value: Json, at: str) -> Iterator[Problem]:
    said = text(value)
    if "enum" in shape and said not in map(text, shape["enum"]):
        yield Problem(at, f"{said} is not a valid enum value")
    if "pattern" in shape and not _matches(shape["pattern"], said):
        yield Problem(at, f"string [{said}] does not match pattern {shape['pattern']}")
    if len(said) < int(shape.get("minLength", 0)):
        yield Problem(at, f"expected minLength: {shape['minLength']}, actual: {len(said)}")
    if len(said) > int(shape.get("maxLength", len(said))):
        yield Problem(at, f"expected maxLength: {shape['maxLength']}, actual: {len(said)}")
    if _is_number(value, whole=False):
        yield from _number(shape, float(value), at)


def _number(shape: Mapping[str, Any], value: float, at: str) -> Iterator[Problem]:
    if value < float(shape.get("minimum", value)):
        yield Problem(at, f"{value:g} is not greater or equal to {shape['minimum']}")
    if value > float(shape.get("maximum", value)):
        yield Problem(at, f"{value:g} is not less or equal to {shape['maximum']}")


def _matches(pattern: str, value: str) -> bool:
    compiled = _compiled(pattern)
    return compiled is None or compiled.search(value) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """None for what only the regular expressions of Java know."""
    try:
        return re.compile(pattern)
    except re.error:
        return None


def _fits(kind: str, value: Json) -> bool:
    match kind:
        case "object":
            return isinstance(value, dict)
        case "array":
            return isinstance(value, list)
        case "boolean":
            return text(value).lower() in _BOOLEANS
        case "integer" | "number":
            return _is_number(value, whole=kind == "integer")
        case _:
            return not isinstance(value, (dict, list))


def _is_number(value: Json, *, whole: bool) -> bool:
    if isinstance(value, (bool, dict, list)) or value is None:
        return False
    try:
        number = float(value)
    except ValueError:
        return False
    return number.is_integer() if whole else True


def _name(value: Json) -> str:
    match value:
        case bool():
            return "Boolean"
        case dict():
            return "JSONObject"
        case list():
            return "JSONArray"
        case int() | float():
            return "Number"
        case _:
            return "String"
