"""Why a service must run on its other colour: a live colour is frozen, so whatever its instances would feel is new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from hivemind.model.change import ResourceChange
from hivemind.model.live import COLOURS, Colour, Live, LiveStack
from hivemind.model.names import for_colour
from hivemind.model.template import Template
from hivemind.plan.desired import Desired
from hivemind.plan.diff import diff
from hivemind.plan.moved import arriving
from hivemind.plan.standing import serving

_LAUNCHING = frozenset(
    {"LaunchTemplate", "MixedInstancesPolicy", "VPCZoneIdentifier", "AvailabilityZones", "TargetGroupARNs"}
)
"""What a group gives to its instances; its other properties say how many and how watched."""


def why_switch(template: Template, stack: LiveStack, desired: Desired, live: Live) -> tuple[str, ...]:
    """The reasons, in words, why a service that serves cannot go on as it is; empty when it can."""
    service = live.services.get(template.part)
    colour = serving(service) if service else None
    if service is None or colour is None:
        return ()
    arrived = arriving(stack, desired, live)
    return (
        *_released(template, stack, desired, (colour, service.releases.get(colour, ""))),
        *_launched(template, stack, arrived, colour),
    )


def frozen_changes(changes: Iterable[ResourceChange], colours: Iterable[Colour] = COLOURS) -> Iterator[str]:
    """The logical ids of changes that the instances of these colours would feel at the next scale-out."""
    templates = {for_colour(colour, "Template") for colour in colours}
    groups = {for_colour(colour, "Group") for colour in colours}
    for change in changes:
        launching = any(p.path.split("/")[0] in _LAUNCHING for p in change.properties)
        if change.logical_id in templates or (change.logical_id in groups and (launching or change.action != "modify")):
            yield change.logical_id


def _released(template: Template, stack: LiveStack, desired: Desired, serves: tuple[Colour, str]) -> Iterator[str]:
    part, (colour, digest) = template.part, serves
    if desired.release and desired.release.digest != digest:
        yield f"{part} gets release {desired.release.digest[:12]} in place of {digest[:12]}"
    machine = stack.parameters.get(for_colour(colour, "InstanceType"), desired.environment.machine)
    if machine != desired.environment.machine:
        yield f"{part} moves from {machine} to {desired.environment.machine}"


def _launched(template: Template, stack: LiveStack, arrived: Mapping[str, str], colour: Colour) -> Iterator[str]:
    """What the live colour's instances would feel of the template, or of what the foundation now tells it."""
    if stack.body != template.body or arrived != stack.parameters:
        changes = diff(stack.name, stack.body, template.body, stack.parameters, arrived)
        for logical_id in frozen_changes(changes, (colour,)):
            yield f"{template.part} launches its instances differently ({logical_id})"
