"""What the engine asks of a resource type.

`create` makes the resource with one call and returns its physical id, so that a half-made one can be removed;
`configure` does what that call could not. `update` goes from whatever is there to `after`: it looks at the live
resource where parts may already be changed, so that the engine undoes a half-done update by updating back. `gone` and
`ready` are polled. A type never adopts what it did not make: where AWS's call is idempotent, `create` looks first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from hivemind.emulator.cloudformation.cloud import Cloud
from hivemind.emulator.cloudformation.physical import physical_name
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.refusal import Refusal, Unable


@dataclass(frozen=True)
class Wanted:
    """A resource as it is wanted, every reference resolved; `tags` are the stack's."""

    stack: str
    logical_id: str
    properties: Mapping[str, Json]
    tags: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, Json] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Json:
        return self.properties[name]

    def get(self, name: str, default: Json = None) -> Json:
        """A property, or `default` when it is not given."""
        return self.properties.get(name, default)

    def pick(self, *names: str) -> dict[str, Json]:
        """Those of the named properties that are given."""
        return {name: self.properties[name] for name in names if name in self.properties}

    def without(self, *names: str) -> dict[str, Json]:
        """All properties but the named ones."""
        return {name: value for name, value in self.properties.items() if name not in names}

    def named(self, property_name: str, limit: int) -> str:
        """The name given by a property, else one made as CloudFormation does."""
        given = self.properties.get(property_name)
        return str(given) if given else physical_name(self.stack, self.logical_id, limit)

    def all_tags(self) -> dict[str, str]:
        """The stack's tags under the resource's own."""
        own = self.properties.get("Tags") or {}
        pairs = own.items() if isinstance(own, Mapping) else ((tag["Key"], tag["Value"]) for tag in own)
        return {**self.tags, **{str(key): str(value) for key, value in pairs}}

    def tag_list(self) -> list[dict[str, str]]:
        """The tags as most services take them."""
        return [{"Key": key, "Value": value} for key, value in self.all_tags().items()]

    def changes(self, before: Wanted, *names: str) -> bool:
        """Whether any of the named properties differs from `before`."""
        return any(self.get(name) != before.get(name) for name in names)


class Handler:
    """One resource type; what a type does not need is left as it is here."""

    type: ClassVar[str]
    honours: ClassVar[frozenset[str]]
    """The properties it acts on; a template that uses another is refused, never half obeyed."""
    offers: ClassVar[frozenset[str]] = frozenset()
    """What `Fn::GetAtt` can read."""
    volatile: ClassVar[frozenset[str]] = frozenset()
    """Offered attributes that an update in place changes."""
    patience: ClassVar[float] = 600
    """Seconds after which a resource that is not ready, or not gone, has failed."""
    settles_after_update: ClassVar[bool] = True
    """Whether an update waits until it is ready again."""
    can_snapshot: ClassVar[bool] = False
    custom_names: ClassVar[frozenset[str]] = frozenset()
    """Properties that name an IAM resource, for which CAPABILITY_NAMED_IAM is demanded."""

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        """Makes it and returns the physical id."""
        raise NotImplementedError

    def configure(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        """Does what `create` could not do in its one call."""

    def ready(self, cloud: Cloud, physical_id: str) -> bool:
        """Whether it is up; raises Refusal when it never will be."""
        return True

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        """Everything in `offers`."""
        return {}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        """Brings the live resource to `after`; may find parts of the change already there."""
        raise Unable(f"{self.type} cannot be updated by the local cloud")

    def replaces(self, before: Wanted, after: Wanted) -> bool:
        """Whether a change of its conditionally create-only properties really needs a new resource."""
        return False

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        """Begins its end; what is already gone may be answered with a not-found error."""
        raise NotImplementedError

    def snapshot(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        """Deletes it after a final snapshot, for types that `can_snapshot`."""
        raise NotImplementedError

    def gone(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> bool:
        """Whether nothing of it is left."""
        return True


def words(text: str) -> frozenset[str]:
    """Property names as they are listed."""
    return frozenset(text.split())


def exists_already(kind: str, name: str) -> Refusal:
    """AWS's words for a name that is taken."""
    return Refusal(
        f"Resource of type '{kind}' with identifier '{name}' already exists.",
        code="AlreadyExists",
        hint="remove it, or choose another name",
    )
