"""What happened: journal entries, written ahead, and the events a running plan tells its listeners."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from hivemind.model.plan import Transition
from hivemind.model.record import Record
from hivemind.model.step import Step

Phase = Literal["steps", "recovery"]


class RunStarted(Record):
    """A plan begins to be applied, or goes on at step `first` of a phase after it was cut off."""

    kind: Literal["run-started"] = "run-started"
    at: str
    operation: str
    plan: str
    transition: Transition
    who: str
    phase: Phase = "steps"
    first: int = 0


class Began(Record):
    """A step is about to act; written before it does."""

    kind: Literal["began"] = "began"
    at: str
    operation: str
    phase: Phase
    index: int
    step: Step


class Done(Record):
    """A step is done; `result` is small and holds no secret."""

    kind: Literal["done"] = "done"
    at: str
    operation: str
    phase: Phase
    index: int
    result: Mapping[str, str] = {}


class Failed(Record):
    """A step failed."""

    kind: Literal["failed"] = "failed"
    at: str
    operation: str
    phase: Phase
    index: int
    message: str
    hint: str
    evidence: tuple[str, ...] = ()


class Cancelled(Record):
    """The run was asked to stop and does, before it begins step `index`."""

    kind: Literal["cancelled"] = "cancelled"
    at: str
    operation: str
    index: int
    by: str


class RunFinished(Record):
    """The plan has been applied, or could not be."""

    kind: Literal["run-finished"] = "run-finished"
    at: str
    operation: str
    verdict: Literal["applied", "failed", "interrupted"]


Entry = Annotated[RunStarted | Began | Done | Failed | Cancelled | RunFinished, Field(discriminator="kind")]


class StackEvent(Record):
    """One CloudFormation event as it comes; `id` orders within a stack."""

    id: str
    stack: str
    logical_id: str
    type: str
    status: str
    reason: str = ""
    at: str
    token: str = ""
    """The client request token of the stack operation it belongs to: whose doing it is."""


class Progress(Record):
    """A running step says something worth a line: what it waits for."""

    kind: Literal["progress"] = "progress"
    phase: Phase
    index: int
    note: str


class StackProgress(Record):
    """A stack event seen while a step runs."""

    kind: Literal["stack-progress"] = "stack-progress"
    event: StackEvent


RunEvent = Annotated[
    RunStarted | Began | Done | Failed | Cancelled | RunFinished | Progress | StackProgress, Field(discriminator="kind")
]
