"""The templates as rules look at them: resources by type, references followed, values as one text form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9]+)")

Documents = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Resource:
    """One resource of one part; `body` holds Type, Properties and the policies beside them."""

    part: str
    logical_id: str
    body: Mapping[str, Any]

    @property
    def properties(self) -> Mapping[str, Any]:
        """What the resource is asked to be."""
        return self.body.get("Properties") or {}

    def where(self, *path: str | int) -> str:
        """The place of a property, as in `foundation/Database/StorageEncrypted`."""
        return "/".join((self.part, self.logical_id, *map(str, path)))


class View:
    """All parts of one environment at once, since a rule about a database must see its network."""

    def __init__(self, documents: Documents) -> None:
        self._resources = [
            Resource(part, logical_id, body)
            for part, document in documents.items()
            for logical_id, body in document["Resources"].items()
        ]

    def of(self, *types: str) -> Iterator[Resource]:
        """The resources of these types, in the order of the templates."""
        return (resource for resource in self._resources if resource.body["Type"] in types)

    def named(self, value: Any, part: str) -> Iterator[Resource]:
        """The resources of `part` that a value refers to, however deep."""
        ids = set(_targets(value))
        return (r for r in self._resources if r.part == part and r.logical_id in ids)


def text(value: Any) -> str | None:
    """A scalar as text, `true` for true and `80` for 80; None for what is absent or only known in the cloud."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int):
        return str(value).lower() if str(value) in ("True", "False") else str(value)
    return None


def listed(value: Any) -> list[Any]:
    """A list, or what stands for one: a single value as a list of one, absence as an empty list."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _targets(value: Any) -> Iterator[str]:
    match value:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case str():
            yield from _PLACEHOLDER.findall(value)
        case dict():
            for inner in value.values():
                yield from _targets(inner)
        case list():
            for inner in value:
                yield from _targets(inner)
        case _:
            return
