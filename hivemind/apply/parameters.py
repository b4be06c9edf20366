"""The value of every template parameter: no template has defaults, and every change set names each one.

Decided by the step, else taken from the foundation's or bootstrap's output of the same name, else kept as the stack has
it. Only a stack's first creation is left with none of these: a service then starts with both colours empty and a test
token that nobody ever stores.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import lru_cache

from hivemind.apply.acting import Acting
from hivemind.apply.standing import outputs
from hivemind.errors import StepError
from hivemind.model import names
from hivemind.model.live import COLOURS, Colour, LiveStack

SUBNETS = frozenset(names.for_colour(colour, "Subnets") for colour in COLOURS)
ANY_INSTANCE_TYPE = "t3.micro"
"""An empty colour has no instances, yet the parameter must be valid."""


def filled(body: str, given: Mapping[str, str], stack: LiveStack | None, acting: Acting) -> Mapping[str, str | None]:
    """Every parameter of the template with its value; None keeps what the stack has. Raises StepError."""
    known = {**outputs(names.BOOTSTRAP_STACK, acting), **outputs(acting.foundation, acting), **given}
    values: dict[str, str | None] = {}
    for name in parameter_names(body):
        if name in known:
            values[name] = known[name]
        elif stack and name in stack.parameters:
            values[name] = None
        elif name in SUBNETS and names.SUBNETS in known:
            values[name] = known[names.SUBNETS]
        else:
            values[name] = _first_value(name)
    return values


def empty_colour(colour: Colour) -> dict[str, str]:
    """A colour that holds no release."""
    content = {"Release": "", "Checksum": "", "Image": "", "InstanceType": ANY_INSTANCE_TYPE, "Capacity": "0"}
    return {names.for_colour(colour, what): value for what, value in content.items()}


@lru_cache(maxsize=8)
def parameter_names(body: str) -> tuple[str, ...]:
    """The names under `Parameters` of a template, in order; its intrinsic function tags are not interpreted."""
    import yaml

    root = yaml.compose(body, Loader=_loader())
    if not isinstance(root, yaml.MappingNode):
        return ()
    for key, value in root.value:
        if key.value == "Parameters" and isinstance(value, yaml.MappingNode):
            return tuple(name.value for name, _ in value.value)
    return ()


def _loader() -> type:
    import yaml

    return yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


def _first_value(name: str) -> str:
    if name == names.TEST_TOKEN:
        return secrets.token_urlsafe(24)
    start = {"BlueWeight": "100", "GreenWeight": "0"}
    for colour in COLOURS:
        start |= empty_colour(colour)
    if name not in start:
        raise StepError(
            f"the template's parameter {name} has no value: not in the plan, the foundation or the stack",
            hint="Apply the whole plan, the foundation first; run `hivemind plan` again.",
        )
    return start[name]
