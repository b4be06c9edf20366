"""The walk over a template, in the order of its dependencies: what it found, and which references keep their value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hivemind.emulator.cloudformation.drifted import ResourceDrift
from hivemind.emulator.cloudformation.intrinsics import UNKNOWN
from hivemind.emulator.cloudformation.records import Change, Json, Stack, Target
from hivemind.emulator.cloudformation.region import Region
from hivemind.emulator.cloudformation.resources import HANDLERS


@dataclass
class Looking:
    """What is looked at and what was found so far."""

    region: Region
    stack: Stack
    target: Target
    changes: list[Change] = field(default_factory=list)
    drifts: Mapping[str, ResourceDrift] | None = None
    """What is live, for a drift-aware change set; None for any other."""
    unsettled: set[str] = field(default_factory=set)
    """Resources whose physical id is not known: new, or perhaps replaced."""
    updated: set[str] = field(default_factory=set)

    def lookup(self, name: str, attribute: str | None) -> Json:
        """A physical id or an attribute as far as it is known before anything is done."""
        resource = self.stack.resources.get(name)
        if resource is None or name in self.unsettled or not resource.made:
            return UNKNOWN
        if attribute is None:
            return resource.physical_id
        if not self.known(name, attribute):
            return UNKNOWN
        return self.region.attribute(self.stack, resource, attribute)

    def known(self, name: str, attribute: str | None) -> bool:
        """Whether a reference keeps its value through the operation."""
        if name in self.unsettled:
            return False
        return name not in self.updated or attribute not in HANDLERS[self.stack.resources[name].type].volatile
