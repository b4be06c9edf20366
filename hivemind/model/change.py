"""What would change: resources, properties and parameters, before and after."""

from __future__ import annotations

from typing import Literal

from hivemind.model.record import Record

Action = Literal["add", "modify", "replace", "remove"]
Certainty = Literal["never", "conditional", "always"]


class PropertyChange(Record):
    """One property, by path as in `BlockDeviceMappings/0/Ebs/VolumeSize`; None stands for absent."""

    path: str
    before: str | None
    after: str | None
    replaces: Certainty = "never"


class ResourceChange(Record):
    """One resource of one stack; `reason` is for people, nothing decides by it."""

    stack: str
    logical_id: str
    type: str
    action: Action
    properties: tuple[PropertyChange, ...] = ()
    reason: str = ""


class ParameterChange(Record):
    """One stack parameter; None stands for a stack that is not there yet, or a value known only after apply."""

    stack: str
    name: str
    before: str | None
    after: str | None
