"""Where two values of a template differ."""

from __future__ import annotations

from collections.abc import Iterator

from hivemind.emulator.cloudformation.intrinsics import is_unknown, text
from hivemind.emulator.cloudformation.records import Json

Path = tuple[str, ...]


def differences(before: Json, after: Json, at: Path = ()) -> Iterator[Path]:
    """The innermost places that differ; a list of another length, or a value not yet known, differs as a whole."""
    match before, after:
        case dict(), dict():
            for key in sorted(before.keys() | after.keys()):
                yield from differences(before.get(key), after.get(key), (*at, key))
        case list(), list() if len(before) == len(after):
            for index, (left, right) in enumerate(zip(before, after, strict=True)):
                yield from differences(left, right, (*at, str(index)))
        case _:
            if is_unknown(after) or not _equal(before, after):
                yield at


def _equal(before: Json, after: Json) -> bool:
    if before is None or after is None or isinstance(before, (dict, list)) or isinstance(after, (dict, list)):
        return bool(before == after)
    return text(before) == text(after)


def at_path(value: Json, path: Path) -> Json:
    """What is at a path, None when nothing is."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value
