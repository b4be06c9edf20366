"""The steps that bring a release into a colour: all its instances at once, or one after another where it serves."""

from __future__ import annotations

from hivemind.model.findings import ServiceFindings
from hivemind.model.live import Colour, LiveStack
from hivemind.model.names import for_colour
from hivemind.model.step import AddColour, RollInstances
from hivemind.plan.desired import Desired

PATIENCE, PATIENCE_HERE = 900, 180
"""Seconds that an instance may take to become healthy: on AWS, and on this machine."""


def fill(service: ServiceFindings, stack: str, colour: Colour, desired: Desired) -> AddColour:
    """Start the release in a colour; the balancer asks a web service at its port and path."""
    is_web = service.kind == "web"
    return AddColour(
        service=service.name,
        stack=stack,
        colour=colour,
        digest=desired.digest,
        image=desired.image,
        instance_type=desired.environment.machine,
        capacity=desired.environment.instance_count,
        port=service.port if is_web else None,
        health_path=service.checked_path if is_web else None,
    )


def roll(service: ServiceFindings, stack: str, colour: Colour, desired: Desired) -> RollInstances:
    """The step that brings every instance of a colour to the wanted release."""
    patience = PATIENCE_HERE if desired.environment.is_local else PATIENCE
    return RollInstances(
        service=service.name,
        stack=stack,
        colour=colour,
        digest=desired.digest,
        image=desired.image,
        instance_type=desired.environment.machine,
        capacity=desired.environment.instance_count,
        patience=patience,
        deadline=patience * (2 * desired.environment.instance_count + 3),
    )


def roll_as_told(service: ServiceFindings, stack: LiveStack, colour: Colour, desired: Desired) -> RollInstances:
    """The same with the release, image and machine that the stack has been told of."""
    told = {
        field: stack.parameters[for_colour(colour, what)]
        for field, what in {"digest": "Release", "image": "Image", "instance_type": "InstanceType"}.items()
    }
    return roll(service, stack.name, colour, desired).model_copy(update=told)
