"""Look at an environment: what stands, what each colour runs, and where the traffic really goes."""

from __future__ import annotations

from collections.abc import Mapping

from hivemind.model.image import IMAGES
from hivemind.model.live import COLOURS, Colour, Live, LiveService, LiveStack
from hivemind.model.names import (
    BOOTSTRAP_STACK,
    FORWARD_RULE,
    deployment_id,
    for_colour,
    foundation_stack,
    service_stack,
)
from hivemind.model.spec import Spec
from hivemind.ports import Observatory, TrafficReader


def observe(spec: Spec, env: str, look: Observatory) -> Live:
    """The environment as the cloud shows it now; services that the spec no longer names are found by their tag."""
    caller = look.inventory.caller()
    stacks = {
        service: stack
        for service, name in _service_stacks(spec, env, look).items()
        if (stack := look.stacks.find(name)) is not None
    }
    return Live(
        account=caller.account,
        region=caller.region,
        image=look.inventory.image(IMAGES[spec.image].parameter),
        bootstrap=look.stacks.find(BOOTSTRAP_STACK),
        foundation=look.stacks.find(foundation_stack(spec.name, env)),
        stacks=stacks,
        services={service: _colours(stack, look.traffic) for service, stack in stacks.items()},
    )


def _service_stacks(spec: Spec, env: str, look: Observatory) -> Mapping[str, str]:
    prefix = service_stack(spec.name, env, "")
    named = {service.name: service_stack(spec.name, env, service.name) for service in spec.services}
    tagged = {
        stack.removeprefix(prefix): stack
        for stack in look.inventory.stacks(deployment_id(spec.name, env))
        if stack.startswith(prefix) and stack != foundation_stack(spec.name, env)
    }
    return {**named, **tagged}


def _colours(stack: LiveStack, traffic: TrafficReader) -> LiveService:
    releases = {colour: stack.parameters.get(for_colour(colour, "Release"), "") for colour in COLOURS}
    return LiveService(
        releases={colour: digest for colour, digest in releases.items() if digest},
        weights=_weights(stack, traffic),
    )


def _weights(stack: LiveStack, traffic: TrafficReader) -> Mapping[Colour, int]:
    """The listener's own weights; a service without the web, or a stack not yet whole, has none."""
    rule = stack.resource(FORWARD_RULE)
    if rule is None or not rule.physical_id:
        return {}
    observed = traffic.weights(rule.physical_id)
    targets = {colour: stack.resource(for_colour(colour, "Targets")) for colour in COLOURS}
    return {colour: observed.get(group.physical_id, 0) for colour, group in targets.items() if group is not None}
