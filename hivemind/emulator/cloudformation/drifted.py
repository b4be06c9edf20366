"""What drift detection found: plain dataclasses, which a stack remembers until it is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hivemind.emulator.cloudformation.history import now


@dataclass(frozen=True)
class Difference:
    """One place where a resource is not what the template says."""

    path: str
    """`/Actions/0/ForwardConfig/TargetGroups/1/Weight`."""
    kind: str
    """`ADD`, `REMOVE` or `NOT_EQUAL`."""
    expected: str
    actual: str


@dataclass(frozen=True)
class ResourceDrift:
    """One resource compared; `observed` is `expected` with the live values wherever they differ."""

    logical_id: str
    physical_id: str
    type: str
    status: str
    """`IN_SYNC`, `MODIFIED`, `DELETED`, or `NOT_CHECKED` for a type that cannot be read."""
    expected: Mapping[str, Any] = field(default_factory=dict)
    observed: Mapping[str, Any] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
    reason: str | None = None
    at: datetime = field(default_factory=now)


@dataclass(frozen=True)
class Detection:
    """One run of DetectStackDrift."""

    id: str
    status: str
    """`DETECTION_COMPLETE` or `DETECTION_FAILED`."""
    stack_status: str
    drifted: int
    reason: str | None = None
    at: datetime = field(default_factory=now)


def stack_status(drifts: Mapping[str, ResourceDrift]) -> str:
    """`DRIFTED`, `IN_SYNC`, `UNKNOWN`, or `NOT_CHECKED` when nothing was ever compared."""
    statuses = {each.status for each in drifts.values()} - {"NOT_CHECKED"}
    if statuses & {"MODIFIED", "DELETED"}:
        return "DRIFTED"
    if "UNKNOWN" in statuses:
        return "UNKNOWN"
    return "IN_SYNC" if statuses else "NOT_CHECKED"
