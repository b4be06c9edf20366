"""Checks evaluated properties against the type's schema: unknown, missing, read-only or of the wrong shape.

Scalars are accepted in any spelling that CloudFormation converts (`"80"` for 80); values that only the change will
bring are not looked at. The words are those of AWS's property validation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hivemind.emulator.cloudformation.intrinsics import UNKNOWN, text
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.schemas import Schema

_BOOLEANS = ("true", "false")


def problems(schema: Schema, properties: Mapping[str, Json]) -> list[str]:
    """Everything wrong with a resource's properties, as sentences."""
    found = list(_object(schema, schema.document, properties, "#"))
    found += [
        f"#: extraneous key [{name}] is not permitted"
        for name in properties
        if name in schema.read_only and not _also_writable(schema, name)
    ]
    return found


def _also_writable(schema: Schema, name: str) -> bool:
    return name in schema.paths("createOnlyProperties") or name in (schema.document.get("required") or ())


def _value(schema: Schema, shape: Mapping[str, Any], value: Json, at: str) -> Iterator[str]:
    if value is UNKNOWN:
        return
    shape = schema.resolve(shape)
    kinds = shape.get("type", ())
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    if kinds and not any(_fits(kind, value) for kind in kinds):
        yield f"{at}: expected type: {kinds[0].title()}, found: {_name(value)}"
    elif isinstance(value, dict):
        yield from _object(schema, shape, value, at)
    elif isinstance(value, list) and isinstance(shape.get("items"), dict):
        for index, item in enumerate(value):
            yield from _value(schema, shape["items"], item, f"{at}/{index}")
    elif "enum" in shape and text(value) not in map(text, shape["enum"]):
        yield f"{at}: {text(value)} is not a valid enum value"


def _object(schema: Schema, shape: Mapping[str, Any], value: Mapping[str, Json], at: str) -> Iterator[str]:
    known = shape.get("properties")
    if not isinstance(known, dict):
        return
    for name in shape.get("required", ()):
        if name not in value:
            yield f"{at}: required key [{name}] not found"
    for name, inner in value.items():
        if name in known:
            yield from _value(schema, known[name], inner, f"{at}/{name}")
        elif shape.get("additionalProperties") is False and not shape.get("patternProperties"):
            yield f"{at}: extraneous key [{name}] is not permitted"


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
