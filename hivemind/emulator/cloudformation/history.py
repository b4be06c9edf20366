"""A stack's history: operations, the events of each, and what early validation found before it.

DescribeStackEvents shows the events; DescribeEvents shows all three, by operation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

PROPERTIES, NAME_CONFLICT, BUCKET_EMPTINESS = (
    "PROPERTY_VALIDATION",
    "NAME_CONFLICT_VALIDATION",
    "BUCKET_EMPTINESS_VALIDATION",
)
"""The validations that the local cloud performs, as DescribeEvents names them."""


def now() -> datetime:
    """The moment events are stamped with."""
    return datetime.now(UTC)


@dataclass
class OperationEntry:
    """One undertaking on a stack: what its events, and what early validation found, belong to."""

    id: str
    kind: str
    """`CREATE_STACK`, `UPDATE_STACK`, `DELETE_STACK`, `ROLLBACK`, `CONTINUE_ROLLBACK` or `CREATE_CHANGESET`."""
    token: str | None = None
    """What the caller named it, if anything."""
    status: str = "IN_PROGRESS"
    """Or `SUCCEEDED` or `FAILED`."""
    reason: str | None = None
    began: datetime = field(default_factory=now)
    ended: datetime | None = None

    def end(self, status: str, reason: str | None = None) -> None:
        """Says how it came out; what has already come out stays as it is."""
        if self.ended is None:
            self.status, self.reason, self.ended = status, reason, now()


@dataclass(frozen=True)
class Finding:
    """What early validation has against one resource; `mode` is `FAIL`, which stops the operation, or `WARN`."""

    logical_id: str
    type: str
    validation: str
    reason: str
    path: str
    """In the template, `/Resources/Logs/Properties/RetentionInDays`."""
    mode: str = "FAIL"
    physical_id: str = ""
    operation_id: str = ""
    at: datetime = field(default_factory=now)


@dataclass(frozen=True)
class Event:
    """One line of a stack's history."""

    id: str
    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str | None
    properties: str | None
    at: datetime
    token: str | None = None
    """What the caller named the operation, if anything."""
    operation_id: str = ""


def stops(findings: Iterable[Finding]) -> bool:
    """Whether any of them keeps an operation from beginning."""
    return any(each.mode == "FAIL" for each in findings)
