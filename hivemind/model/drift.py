"""What of a deployment is not as its templates say: somebody, or something, changed it beside HiveMind."""

from __future__ import annotations

from typing import Literal

from hivemind.model.record import Record


class PropertyDrift(Record):
    """One property, by path as in `BlockDeviceMappings/0/Ebs/VolumeSize`; None stands for absent."""

    path: str
    said: str | None
    """What the template says."""
    found: str | None
    """What is there."""


class ResourceDrift(Record):
    """One resource that was changed, or is gone."""

    stack: str
    logical_id: str
    type: str
    physical_id: str
    state: Literal["changed", "gone"]
    properties: tuple[PropertyDrift, ...] = ()


class Drift(Record):
    """Everything of a deployment that has drifted; `unlooked` are stacks that are at work and were not compared."""

    deployment: str
    resources: tuple[ResourceDrift, ...] = ()
    unlooked: tuple[str, ...] = ()
