"""The tables of docs/spec.md: every key of the document with what it takes, from the description that checks it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias, assert_never

from hivemind.model.record import Record
from hivemind.spec.document import sections
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
    Section,
    Shape,
    Text,
)
from hivemind.spec.words import written

Places: TypeAlias = dict[str, Section]


def reference() -> str:
    """One table a section; a section that stands in two places is told once."""
    return "\n".join(line for places in _by_model() for line in _table(places))


def _by_model() -> list[Places]:
    """The sections of each model by path; of equal ones the first."""
    models: dict[type[Record], Places] = {}
    for path, section in sections():
        places = models.setdefault(section.model, {})
        if section not in places.values():
            places[path] = section
    return list(models.values())


def _table(places: Places) -> Iterator[str]:
    yield "### " + (", ".join(f"`{path}`" for path in places if path) or "The document")
    yield ""
    yield "| key | takes | default | meaning |"
    yield "|---|---|---|---|"
    widest_first = sorted(places.values(), key=lambda section: -len(section.keys))
    keys = {name: key for section in widest_first for name, key in section.keys.items()}
    for name, key in keys.items():
        yield f"| `{name}` | {_takes(key.shape)} | {_default(key)} | {_meaning(name, key, places)} |"
    yield ""


def _default(key: Key) -> str:
    if key.required:
        return "required"
    return "" if key.default in (None, (), {}) else f"`{written(key.default)}`"


def _meaning(name: str, key: Key, places: Places) -> str:
    absent = [f"`{path}`: {section.refused[name]}" for path, section in places.items() if name in section.refused]
    example = f"For example `{written(key.example)}`." if key.example is not None else ""
    limits = f"Not in {' '.join(absent)}" if absent else ""
    return " ".join(filter(None, (key.description, example, limits)))


def _takes(shape: Shape) -> str:
    match shape:
        case Text():
            return shape.form.words if shape.form else "a command"
        case Number():
            return shape.form.words if shape.form else f"a whole number from {shape.least} to {shape.most}"
        case Duration():
            return f"a time such as `90s`, `2m` or `1h`, at most {shape.most // 3600}h"
        case Flag():
            return "`true` or `false`"
        case Choice():
            return ", ".join(f"`{value}`" for value in shape.values)
        case _:
            return _takes_several(shape)


def _takes_several(shape: Folder | Commands | Listing | EnvValue | Collection | Section) -> str:
    match shape:
        case Folder():
            return "a folder inside the repository"
        case Commands():
            return "a command or a list of them"
        case Listing():
            return f"a list, each {_takes(shape.item)}"
        case EnvValue():
            return "any value, or a reference to a secret"
        case Collection():
            return f"a mapping; the name of {shape.noun} is {_takes(shape.key)}"
        case Section():
            return f"a mapping, or `{shape.shorthand}` alone" if shape.shorthand else "a mapping"
        case _:
            assert_never(shape)
