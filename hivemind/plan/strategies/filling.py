"""The step that fills a colour with the wanted release, the same for a first release and for every later one."""

from __future__ import annotations

from hivemind.model.findings import ServiceFindings
from hivemind.model.live import Colour
from hivemind.model.step import AddColour
from hivemind.plan.desired import Desired


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
