"""The JSON Schema of hivemind.yaml for editors and other tools, published as schemas/hivemind.schema.json;
`python -m hivemind.spec.schema` prints it.

It says what a document looks like; what needs more than one value to tell (`rules`) only the loader says. Where YAML
tools read a text such as `16` as a number, the schema admits the number.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any, TypeAlias, assert_never

from hivemind.spec.document import DOCUMENT
from hivemind.spec.shapes import (
    Choice,
    Collection,
    Commands,
    Duration,
    EnvValue,
    Flag,
    Folder,
    Key,
    Listing,
    Number,
    Scalar,
    Section,
    Shape,
    Text,
)

Json: TypeAlias = dict[str, Any]

FILE = "hivemind.schema.json"


def schema() -> Json:
    """The schema, in JSON Schema 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": FILE,
        "title": "hivemind.yaml",
        "description": "What HiveMind deploys; everything but the name is optional and inferred.",
        **_shape(DOCUMENT),
        "not": {"required": ["app", "services"]},
    }


def schema_text() -> str:
    """The schema as the published file holds it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _shape(shape: Shape) -> Json:
    match shape:
        case Text() | Number() | Duration() | Flag() | Choice() | Folder():
            return _scalar(shape)
        case Commands():
            command = _scalar(Text())
            return {"anyOf": [command, {"type": "array", "items": command}]}
        case Listing():
            return {"type": "array", "items": _shape(shape.item)} | ({"minItems": shape.least} if shape.least else {})
        case EnvValue():
            return {"anyOf": [{"type": ["string", "number", "boolean"]}, _shape(shape.reference)]}
        case Collection():
            return _collection(shape)
        case Section():
            return _section(shape)
        case _:
            assert_never(shape)


def _scalar(shape: Scalar) -> Json:
    match shape:
        case Text():
            return _text(shape)
        case Number():
            return {"type": "integer", "minimum": shape.least, "maximum": shape.most}
        case Duration():
            return {"type": "string", "pattern": "^(0|[1-9][0-9]{0,8})[smh]$"}
        case Flag():
            return {"type": "boolean"}
        case Choice():
            return {"enum": list(shape.values)}
        case Folder():
            return {"type": "string", "pattern": r"^[^/~\\][^\\]*$"}
        case _:
            assert_never(shape)


def _text(shape: Text) -> Json:
    if shape.pattern is None:
        return {"type": "string", "minLength": 1}
    kinds = ["string", "number"] if re.fullmatch(shape.pattern, "16") else "string"
    limit = {} if shape.longest is None else {"maxLength": shape.longest}
    return {"type": kinds, "pattern": shape.pattern, **limit}


def _collection(shape: Collection) -> Json:
    names = {"pattern": shape.key.pattern, "maxLength": shape.key.longest, "not": {"enum": [*shape.refused]}}
    return {
        "type": ["object", "null"],
        "propertyNames": {name: value for name, value in names.items() if value not in (None, {"enum": []})},
        "properties": {name: _shape(special) for name, special in shape.special.items()},
        "additionalProperties": _shape(shape.item),
    }


def _section(shape: Section) -> Json:
    required = [name for name, key in shape.keys.items() if key.required]
    mapping = {
        "type": "object" if required else ["object", "null"],
        "properties": {name: _key(key) for name, key in shape.keys.items()},
        "required": required,
        "additionalProperties": False,
    }
    if shape.shorthand:
        return {"anyOf": [_shape(shape.keys[shape.shorthand].shape), mapping]}
    return mapping


def _key(key: Key) -> Json:
    written = {"default": key.default, "examples": None if key.example is None else [key.example]}
    return (
        {"description": key.description} | _shape(key.shape) | {k: v for k, v in written.items() if v not in (None, ())}
    )


if __name__ == "__main__":
    sys.stdout.write(schema_text())
