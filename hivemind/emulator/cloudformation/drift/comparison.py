"""Where live properties differ from a template's; pure.

Only what the template gives is compared, so what a service adds by itself is no drift. Lists are sets: an item is
looked for wherever it stands, one with the same name but other values differs inside, and what is left over was added
or removed. A dynamic reference stands for whatever is live. Policy documents are compared whole.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from hivemind.emulator.cloudformation.drifted import Difference
from hivemind.emulator.cloudformation.intrinsics import text

Json = Any
_NAMES = ("Key", "Id", "Name", "PolicyName", "TargetGroupArn", "Field", "Type", "RuleName")
"""What two items of a list are recognised by, so that they differ inside and not as wholes."""


def compared(expected: Mapping[str, Json], actual: Mapping[str, Json]) -> tuple[dict[str, Json], list[Difference]]:
    """`expected` as it is now, and every difference."""
    found: list[Difference] = []
    return _map(expected, actual, "", found), found


def _value(expected: Json, actual: Json, path: str, found: list[Difference]) -> Json:
    if isinstance(expected, str) and "{{resolve:" in expected:
        return expected
    if path.endswith("PolicyDocument"):
        return expected if _plain(expected) == _plain(actual) else _unequal(expected, actual, path, found)
    if isinstance(expected, dict) and isinstance(actual, dict):
        return _map(expected, actual, path, found)
    if isinstance(expected, list) and isinstance(actual, list):
        return _list(expected, actual, path, found)
    return expected if _plain(expected) == _plain(actual) else _unequal(expected, actual, path, found)


def _unequal(expected: Json, actual: Json, path: str, found: list[Difference]) -> Json:
    found.append(Difference(path, "NOT_EQUAL", _words(expected), _words(actual)))
    return actual


def _map(
    expected: Mapping[str, Json], actual: Mapping[str, Json], path: str, found: list[Difference]
) -> dict[str, Json]:
    observed: dict[str, Json] = {}
    for name, value in expected.items():
        if actual.get(name) is None:
            found.append(Difference(f"{path}/{name}", "REMOVE", _words(value), "null"))
        else:
            observed[name] = _value(value, actual[name], f"{path}/{name}", found)
    return observed


def _list(expected: Sequence[Json], actual: Sequence[Json], path: str, found: list[Difference]) -> list[Json]:
    partners = _partners(expected, actual)
    observed = []
    for index, item in enumerate(expected):
        if index in partners:
            observed.append(_value(item, actual[partners[index]], f"{path}/{index}", found))
        else:
            found.append(Difference(f"{path}/{index}", "REMOVE", _words(item), "null"))
    for index, item in enumerate(actual):
        if index not in partners.values():
            found.append(Difference(f"{path}/{index}", "ADD", "null", _words(item)))
            observed.append(item)
    return observed


def _partners(expected: Sequence[Json], actual: Sequence[Json]) -> dict[int, int]:
    """Which item is which: first those that agree, then those of the same name."""
    partners: dict[int, int] = {}
    for same in (_agrees, _is_named_alike):
        for index, item in enumerate(expected):
            free = [place for place in range(len(actual)) if place not in partners.values()]
            match = next((place for place in free if index not in partners and same(item, actual[place])), None)
            if match is not None:
                partners[index] = match
    return partners


def _agrees(expected: Json, actual: Json) -> bool:
    found: list[Difference] = []
    _value(expected, actual, "", found)
    return not found


def _is_named_alike(expected: Json, actual: Json) -> bool:
    if not isinstance(expected, dict) or not isinstance(actual, dict):
        return False
    name = next((each for each in _NAMES if each in expected), None)
    return name is not None and _plain(expected[name]) == _plain(actual.get(name))


def _plain(value: Json) -> Json:
    """The same for every spelling: `80`, `"80"` and `80.0`, `true` and `"true"`, one thing and a list of it."""
    match value:
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case list():
            items = sorted((_plain(each) for each in value), key=repr)
            return items[0] if len(items) == 1 else items
        case str() | int() | float():
            return _number(text(value))
        case _:
            return value


def _number(said: str) -> float | str:
    try:
        return float(said)
    except ValueError:
        return said.lower() if said.lower() in ("true", "false") else said


def _words(value: Json) -> str:
    return json.dumps(value, default=str) if isinstance(value, (dict, list)) else text(value)
