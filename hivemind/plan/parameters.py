"""The parameter values that a plan decides; all others come from outputs of other stacks or stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hivemind.model.change import ParameterChange
from hivemind.model.findings import ServiceFindings
from hivemind.model.live import COLOURS, Colour, other
from hivemind.model.names import PROTECT, for_colour
from hivemind.model.template import FOUNDATION, Template
from hivemind.plan.desired import Desired
from hivemind.plan.document import document
from hivemind.plan.resolve import declared, is_secret

Values = Mapping[str, str]
NEW = " (new)"
"""Marks a value that another stack's change will make another."""


def empty_colour(colour: Colour, desired: Desired) -> dict[str, str]:
    """A colour that holds nothing."""
    return {
        for_colour(colour, "Release"): "",
        for_colour(colour, "Checksum"): "",
        for_colour(colour, "Image"): "",
        for_colour(colour, "InstanceType"): desired.environment.machine,
        for_colour(colour, "Capacity"): "0",
        for_colour(colour, "Weight"): "0",
    }


def asked_at(colour: Colour, service: ServiceFindings) -> dict[str, str]:
    """Where the balancer asks a colour of a service."""
    return {for_colour(colour, "Port"): str(service.port), for_colour(colour, "HealthPath"): service.checked_path}


def filled_colour(colour: Colour, desired: Desired, capacity: str) -> dict[str, str]:
    """A colour that serves the wanted release; its checksum is known only after the build."""
    return {
        for_colour(colour, "Release"): desired.digest,
        for_colour(colour, "Image"): desired.image,
        for_colour(colour, "InstanceType"): desired.environment.machine,
        for_colour(colour, "Capacity"): capacity,
        for_colour(colour, "Weight"): "100",
    }


def base(template: Template, desired: Desired) -> dict[str, str]:
    """What a new stack starts with: an unprotected foundation, a service with empty colours and blue in front."""
    if template.part == FOUNDATION:
        return _only_declared(template, {PROTECT: "false"})
    empty = {**empty_colour("blue", desired), **empty_colour("green", desired), for_colour("blue", "Weight"): "100"}
    return _only_declared(template, {**empty, **_asked(template, desired, COLOURS)})


def protected(template: Template) -> dict[str, str]:
    """What makes a foundation safe from deletion."""
    return _only_declared(template, {PROTECT: "true"})


def final(template: Template, desired: Desired) -> dict[str, str]:
    """What a created stack ends with: a protected foundation, a service with blue serving."""
    if template.part == FOUNDATION:
        return protected(template)
    count = str(desired.environment.instance_count)
    full = {**empty_colour("green", desired), **filled_colour("blue", desired, count)}
    return _only_declared(template, {**full, **_asked(template, desired, COLOURS)})


def switched(live: Values, serving: Colour, template: Template, desired: Desired) -> dict[str, str]:
    """What a service ends with after the other colour took over at the live one's capacity, or the least wanted."""
    running = live.get(for_colour(serving, "Capacity"), "")
    capacity = max(int(running) if running.isdigit() else 0, desired.environment.instance_count)
    turned = {
        **filled_colour(other(serving), desired, str(capacity)),
        **empty_colour(serving, desired),
        **_asked(template, desired, (other(serving),)),
    }
    left = for_colour(serving, "Subnets")
    if left in live:
        turned[left] = live[left].removesuffix(NEW)  # where the colour that goes has been until now
    unknown = for_colour(other(serving), "Checksum")
    return {name: value for name, value in {**live, **_only_declared(template, turned)}.items() if name != unknown}


def changes(stack: str, before: tuple[str, Values] | None, after: tuple[str, Values] | None) -> list[ParameterChange]:
    """The parameters whose value changes, by name; secret ones are left out. Each side is a body and its values."""
    old, new = _shown(before), _shown(after)
    return [
        ParameterChange(stack=stack, name=name, before=old.get(name), after=new.get(name))
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]


def weights_of_blue() -> Mapping[Colour, int]:
    """All traffic on blue."""
    return {COLOURS[0]: 100, COLOURS[1]: 0}


def _asked(template: Template, desired: Desired, colours: Iterable[Colour]) -> dict[str, str]:
    services = [service for service in desired.services if service.name == template.part]
    return {k: v for service in services for colour in colours for k, v in asked_at(colour, service).items()}


def _only_declared(template: Template, values: Values) -> dict[str, str]:
    names = declared(document(template.body))
    return {name: value for name, value in values.items() if name in names}


def _shown(side: tuple[str, Values] | None) -> Values:
    if side is None:
        return {}
    body, values = side
    parameters = declared(document(body))
    return {name: value for name, value in values.items() if name in parameters and not is_secret(parameters[name])}
