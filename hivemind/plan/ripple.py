"""What a replacement drags along: whoever names a replaced resource gets another id, and may be replaced for it.

A modified launch template has a new version number, which its group then uses; no other attribute is assumed to move.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hivemind.model.change import PropertyChange, ResourceChange
from hivemind.plan.compare import words
from hivemind.plan.references import Reference, references
from hivemind.plan.resolve import Resource, Resources
from hivemind.plan.schemas import schema_of

_VERSION_ATTRIBUTES = ("LatestVersionNumber", "DefaultVersionNumber")
_LAUNCH_TEMPLATE = "AWS::EC2::LaunchTemplate"


@dataclass(frozen=True)
class Follower:
    """A resource with the property by which it names another."""

    resource: Resource
    reference: Reference

    def property(self) -> PropertyChange:
        """The property, which gets another value although the template says the same."""
        shown = words(_value_at(self.resource.properties, self.reference))
        path = self.reference.path
        return PropertyChange(
            path="/".join(path),
            before=shown,
            after=f"{shown} (new)",
            replaces=schema_of(self.resource.type).certainty(path),
        )


Followers = Mapping[str, tuple[Follower, ...]]


def followers(after: Resources) -> Followers:
    """Who names each resource, by its logical id."""
    found: dict[str, tuple[Follower, ...]] = {}
    for resource in after.values():
        for reference in references(resource.properties):
            if reference.target != resource.logical_id:
                found[reference.target] = (*found.get(reference.target, ()), Follower(resource, reference))
    return found


def moved_by(change: ResourceChange, named: Followers) -> Iterator[Follower]:
    """The followers whose property `change` moves."""
    for follower in named.get(change.logical_id, ()):
        if change.action == "replace" or _new_version(change, follower.reference):
            yield follower


def _new_version(change: ResourceChange, reference: Reference) -> bool:
    return (
        change.action == "modify"
        and change.type == _LAUNCH_TEMPLATE
        and reference.attribute in _VERSION_ATTRIBUTES
        and any(p.path.startswith("LaunchTemplateData") for p in change.properties)
    )


def _value_at(value: Any, reference: Reference) -> Any:
    for step in reference.path:
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value
