"""What is remembered of a stack: plain dataclasses, so that the whole state can be pickled and restored.

A stack's `resources` are what exists now. While an operation runs, and after one that failed without rolling back,
`stable` holds what to return to, and `retired` the physical resources that a replacement left behind; both are
enough to roll back, or to go on, even after the local cloud was restarted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hivemind.emulator.cloudformation.drifted import Detection, ResourceDrift
from hivemind.emulator.cloudformation.history import Event, Finding, OperationEntry, now

Json = Any
"""A value of a template: str, int, float, bool, None, or lists and string-keyed dicts of those."""

STACK_TYPE = "AWS::CloudFormation::Stack"

ROLLBACK, DELETE, DO_NOTHING = "ROLLBACK", "DELETE", "DO_NOTHING"
"""What happens to a stack whose creation or update failed."""


@dataclass(frozen=True)
class Definition:
    """One resource as a template wants it, evaluated; `shown` is `properties` with NoEcho values masked."""

    logical_id: str
    type: str
    properties: dict[str, Json]
    shown: dict[str, Json]
    tags: Mapping[str, str] = field(default_factory=dict)
    """The stack's tags, which reach every resource that can be tagged."""
    attributes: Mapping[str, Json] = field(default_factory=dict)
    """CreationPolicy, UpdatePolicy, DeletionPolicy, UpdateReplacePolicy and Metadata, where given."""
    depends_on: frozenset[str] = frozenset()

    @property
    def deletion_policy(self) -> str:
        """`Delete`, `Retain`, `RetainExceptOnCreate` or `Snapshot`, the default of databases.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
        """
        default = "Snapshot" if self.type == "AWS::RDS::DBInstance" else "Delete"
        return str(self.attributes.get("DeletionPolicy", default))

    @property
    def replace_policy(self) -> str:
        """What becomes of the old resource after a replacement: `Delete`, `Retain` or `Snapshot`."""
        return str(self.attributes.get("UpdateReplacePolicy", "Delete"))


@dataclass
class Resource:
    """A resource that exists, or was tried; `physical_id` is empty as long as nothing was made."""

    definition: Definition
    physical_id: str = ""
    status: str = "CREATE_IN_PROGRESS"
    reason: str | None = None
    changed: datetime = field(default_factory=now)
    made: bool = False
    """Its creation came to its end."""
    attempted: Definition | None = None
    """What an update that did not end well was going to; parts of it may be there."""
    lost: bool = False
    """It had to be deleted before its replacement could be made, so a rollback must make it again."""

    @property
    def logical_id(self) -> str:
        """The name in the template."""
        return self.definition.logical_id

    @property
    def type(self) -> str:
        """The resource type, `AWS::EC2::VPC`."""
        return self.definition.type


@dataclass(frozen=True)
class Output:
    """One evaluated output; `export` is the name other stacks import it by."""

    key: str
    value: str
    description: str | None
    export: str | None


@dataclass(frozen=True)
class Target:
    """Where an operation takes a stack: a template with everything that is evaluated with it."""

    body: str
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    capabilities: tuple[str, ...] = ()


EMPTY = Target(body="", parameters={}, tags={})


@dataclass(frozen=True)
class Order:
    """What the engine is asked to do to a stack."""

    target: Target
    on_failure: str = ROLLBACK
    policy: str | None = None
    """Stands in for the stack's own policy during an update."""
    findings: tuple[Finding, ...] = ()
    """What early validation said; one that fails stops the operation before anything is touched."""
    drifts: Mapping[str, ResourceDrift] = field(default_factory=dict)
    """The live state to start from, and to return to, instead of what the template said."""


@dataclass(frozen=True)
class Stable:
    """The last state in which a stack was whole."""

    status: str
    target: Target
    resources: Mapping[str, Resource]
    outputs: tuple[Output, ...]
    declared: Mapping[str, Resource] = field(default_factory=dict)
    """What the template said of drifted resources, whose live state is what `resources` return to."""


@dataclass
class Stack:
    """One stack and its history."""

    id: str
    name: str
    region: str
    status: str
    created: datetime = field(default_factory=now)
    updated: datetime | None = None
    deleted: datetime | None = None
    reason: str | None = None
    target: Target = EMPTY
    resources: dict[str, Resource] = field(default_factory=dict)
    retired: list[Resource] = field(default_factory=list)
    stable: Stable | None = None
    outputs: tuple[Output, ...] = ()
    imports: frozenset[str] = frozenset()
    """The exports of other stacks that its template used."""
    events: list[Event] = field(default_factory=list)
    disable_rollback: bool = False
    termination_protection: bool = False
    policy: str | None = None
    change_set_id: str | None = None
    token: str | None = None
    """The client request token of the operation that runs, or ran last."""
    operations: list[OperationEntry] = field(default_factory=list)
    """What was undertaken, the change sets too, oldest first."""
    operation: OperationEntry | None = None
    """What runs, or ran last; a change set that is only computed is none."""
    findings: list[Finding] = field(default_factory=list)
    drifts: dict[str, ResourceDrift] = field(default_factory=dict)
    """What the last comparisons found, by logical id; forgotten once the stack changes."""
    detections: list[Detection] = field(default_factory=list)

    @property
    def in_progress(self) -> bool:
        """Whether something is being done to it; a stack in review is only waiting."""
        return self.status.endswith("_IN_PROGRESS") and self.status != "REVIEW_IN_PROGRESS"

    @property
    def alive(self) -> bool:
        """Whether its name is taken."""
        return self.status != "DELETE_COMPLETE"


@dataclass(frozen=True)
class LiveDrift:
    """A property that someone changed outside the stack."""

    previous: str | None
    actual: str | None
    at: datetime


@dataclass(frozen=True)
class Detail:
    """Why one property of a resource changes; `before` and `after` are absent where there is no such value."""

    attribute: str
    name: str | None
    path: str
    recreation: str
    """`Never`, `Conditionally` or `Always`."""
    evaluation: str
    """`Static` when the value is known now, else `Dynamic`."""
    source: str
    cause: str | None
    before: str | None
    after: str | None
    sync: bool = False
    """The template now says what is live already, so nothing is done."""
    before_from: str | None = None
    """`ACTUAL_STATE` or `PREVIOUS_DEPLOYMENT_STATE`, of a drift-aware change set."""
    drift: LiveDrift | None = None


@dataclass(frozen=True)
class Change:
    """What an operation would do to one resource."""

    action: str
    """`Add`, `Modify`, `Remove` or `SyncWithActual`."""
    logical_id: str
    type: str
    physical_id: str | None = None
    replacement: str | None = None
    """`True`, `False` or `Conditional`, of a Modify."""
    policy: str | None = None
    details: tuple[Detail, ...] = ()
    before: str | None = None
    after: str | None = None
    drift: ChangeDrift | None = None


@dataclass(frozen=True)
class ChangeDrift:
    """What a drift-aware change set says of one resource beside its change."""

    status: str
    """`IN_SYNC`, `MODIFIED`, `DELETED`, `UNKNOWN` or `UNSUPPORTED`."""
    previous: str | None
    """The context that the last deployment left."""
    ignored: tuple[tuple[str, str], ...] = ()
    """`(path, reason)` of what was not compared."""


@dataclass
class ChangeSet:
    """A change computed and not yet made."""

    id: str
    name: str
    stack_id: str
    kind: str
    """`CREATE` or `UPDATE`."""
    target: Target
    changes: tuple[Change, ...]
    status: str
    execution: str
    reason: str | None = None
    description: str | None = None
    on_failure: str | None = None
    created: datetime = field(default_factory=now)
    reverts_drift: bool = False
    drift_status: str = "NOT_CHECKED"
    computed_by: OperationEntry | None = None
    executed_by: OperationEntry | None = None
    """What came of its execution."""

    @property
    def execution_status(self) -> str:
        """`UNAVAILABLE`, `AVAILABLE`, `OBSOLETE`, or how far its execution came."""
        match self.executed_by:
            case None:
                return self.execution
            case OperationEntry(status="IN_PROGRESS"):
                return "EXECUTE_IN_PROGRESS"
            case OperationEntry(status="SUCCEEDED"):
                return "EXECUTE_COMPLETE"
            case _:
                return "EXECUTE_FAILED"
