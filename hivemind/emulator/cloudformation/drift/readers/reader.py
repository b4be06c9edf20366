"""What drift detection asks of a resource type: its live properties, as a template would write them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hivemind.emulator.cloudformation.cloud import Cloud
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.refusal import Refusal
from hivemind.emulator.cloudformation.resources.handler import Wanted

Siblings = tuple[tuple[str, Wanted], ...]
"""The resources of the same stack, by type: rules and policies that stand on their own but are part of another."""


@dataclass(frozen=True)
class Subject:
    """One resource that is read."""

    cloud: Cloud
    physical_id: str
    wanted: Wanted
    siblings: Siblings = ()

    def call(self, service: str, operation: str, /, **arguments: Json) -> Any:
        """One API call."""
        return self.cloud.call(service, operation, **arguments)

    def attached(self, *kinds: str) -> list[Wanted]:
        """The siblings of some types."""
        return [wanted for kind, wanted in self.siblings if kind in kinds]

    def tags(self, live: Iterable[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
        """Live tags without those that AWS and the stack put there."""
        own = {tag["Key"] for tag in self.wanted.get("Tags") or () if isinstance(tag, dict)}
        strangers = self.wanted.tags.keys() - own
        return [
            {"Key": tag["Key"], "Value": tag["Value"]}
            for tag in live or ()
            if not tag["Key"].startswith("aws:") and tag["Key"] not in strangers
        ]


@dataclass(frozen=True)
class Reader:
    """One type: the properties that can be compared, and how they are read; `read` raises NotFound for what is gone."""

    type: str
    reads: frozenset[str]
    read: Callable[[Subject], Mapping[str, Json]]


def gone(what: str) -> Refusal:
    """A resource that a listing does not list any more."""
    return Refusal(f"{what} does not exist", code="NotFound")


def first(found: Sequence[Any], what: str) -> Any:
    """The one that was asked for; raises NotFound where a service answers with an empty list."""
    if not found:
        raise gone(what)
    return found[0]


def only(live: Mapping[str, Any], names: Iterable[str]) -> dict[str, Json]:
    """What a service calls by the same names as the template."""
    return {name: live[name] for name in names if name in live}
