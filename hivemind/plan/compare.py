"""Two values of one resource, property by property, without CloudFormation's false differences."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hivemind.model.change import PropertyChange
from hivemind.plan.references import is_function
from hivemind.plan.schemas import Schema, Steps

MASK = "(secret)"
_SECRET = re.compile(
    r"(Password|SecretString|ClientSecret|PrivateKey|SecretKey|ApiKey|AuthToken|AccessToken)\Z", re.IGNORECASE
)


def compare(before: Any, after: Any, schema: Schema, path: Steps = ()) -> Iterator[PropertyChange]:
    """The property changes between two resolved values; None stands for absent."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict) and not (is_function(before) or is_function(after)):
        for name in sorted(before.keys() | after.keys()):
            yield from compare(before.get(name), after.get(name), schema, (*path, name))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(before, after, schema, path)
    elif both := _json(before, after):
        yield from compare(*both, schema, path)
    else:
        yield change(path, before, after, schema)


def change(path: Steps, before: Any, after: Any, schema: Schema) -> PropertyChange:
    """One property's change, in words, secrets masked."""
    mask = bool(_SECRET.search(path[-1])) if path else False
    return PropertyChange(
        path="/".join(path),
        before=_shown(before, mask),
        after=_shown(after, mask),
        replaces=schema.certainty(path),
    )


def words(value: Any) -> str:
    """A resolved value as one line of text: `${Vpc}` for a reference, JSON for a structure."""
    match value:
        case str():
            return value
        case {"Ref": str(name)}:
            return f"${{{name}}}"
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return f"${{{name}.{attribute}}}"
        case {"Fn::Sub": str(text)}:
            return text
        case _:
            return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(", ", ": "))


def _shown(value: Any, mask: bool) -> str | None:
    if value is None:
        return None
    if mask and isinstance(value, str) and not value.startswith(("{{resolve:", "arn:")):
        return MASK
    return words(value)


def _json(before: Any, after: Any) -> tuple[Any, Any] | None:
    """Two texts that hold JSON, such as a dashboard's body, as what they say; None when it is not what differs."""
    (one, ones), (other, others) = _template_text(before), _template_text(after)
    if ones != others or not (one.startswith("{") and other.startswith("{")):
        return None
    try:
        said = _texts(json.loads(one)), _texts(json.loads(other))
    except (ValueError, RecursionError):
        return None
    return said if said[0] != said[1] else None


def _template_text(value: Any) -> tuple[str, Any]:
    """A text, or the text of a substitution with its local values; empty for anything else."""
    match value:
        case str(text) | {"Fn::Sub": str(text)}:
            return text, None
        case {"Fn::Sub": [str(text), local]}:
            return text, local
        case _:
            return "", None


def _texts(value: Any) -> Any:
    """Parsed JSON with scalars as text, as everywhere in a resolved template."""
    if isinstance(value, dict):
        return {name: _texts(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_texts(inner) for inner in value]
    return value if isinstance(value, str) else json.dumps(value)


def _lists(before: list[Any], after: list[Any], schema: Schema, path: Steps) -> Iterator[PropertyChange]:
    if (old := _by_key(before)) is not None and (new := _by_key(after)) is not None:
        for key in sorted(old.keys() | new.keys()):
            yield from compare(old.get(key), new.get(key), schema, (*path, key))
    elif schema.unordered(path):
        for index, (one, other) in enumerate(_unmatched(before, after)):
            yield from compare(one, other, schema, (*path, str(index)))
    else:
        for index in range(max(len(before), len(after))):
            yield from compare(_at(before, index), _at(after, index), schema, (*path, str(index)))


def _by_key(items: Sequence[Any]) -> Mapping[str, Any] | None:
    """A list of `{Key, ..}` or `{Name, ..}` as a mapping, since tags, attributes and dimensions have no order."""
    found: dict[str, Any] = {}
    for item in items:
        key = (item.get("Key") or item.get("Name")) if isinstance(item, dict) else None
        if not isinstance(key, str) or key in found:
            return None
        found[key] = item["Value"] if item.keys() in ({"Key", "Value"}, {"Name", "Value"}) else item
    return found


def _unmatched(before: list[Any], after: list[Any]) -> list[tuple[Any, Any]]:
    """What is left when equal elements are taken out of both, paired in order."""
    left, right = list(before), []
    for item in after:
        if item in left:
            left.remove(item)
        else:
            right.append(item)
    return [(_at(left, index), _at(right, index)) for index in range(max(len(left), len(right)))]


def _at(items: Sequence[Any], index: int) -> Any:
    return items[index] if index < len(items) else None
