"""The container of everything the engine remembers; it pickles itself whole, under its own lock."""

from __future__ import annotations

import pickle
import secrets
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hivemind.emulator.cloudformation.history import Event, Finding, OperationEntry, now
from hivemind.emulator.cloudformation.records import STACK_TYPE, ChangeSet, Output, Resource, Stack
from hivemind.emulator.cloudformation.refusal import Refusal, no_such_stack

ACCOUNT = "123456789012"
STOPPED = "the local cloud was stopped"

_INTERRUPTED = {
    "CREATE_IN_PROGRESS": "CREATE_FAILED",
    "UPDATE_IN_PROGRESS": "UPDATE_FAILED",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": "UPDATE_COMPLETE",
    "ROLLBACK_IN_PROGRESS": "ROLLBACK_FAILED",
    "UPDATE_ROLLBACK_IN_PROGRESS": "UPDATE_ROLLBACK_FAILED",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": "UPDATE_ROLLBACK_COMPLETE",
    "DELETE_IN_PROGRESS": "DELETE_FAILED",
}


def _nothing() -> None:
    """Nobody listens."""


@dataclass(frozen=True)
class Signal:
    """What an instance said about itself."""

    unique_id: str
    status: str
    """`SUCCESS` or `FAILURE`."""


@dataclass
class Stacks:
    """All stacks, change sets, signals and X-Ray objects; hold `lock` while changing any of them."""

    stacks: dict[str, Stack] = field(default_factory=dict)
    change_sets: dict[str, ChangeSet] = field(default_factory=dict)
    signals: dict[tuple[str, str], list[Signal]] = field(default_factory=dict)
    """By stack id and logical id."""
    tracing: dict[str, dict[str, Any]] = field(default_factory=dict)
    """X-Ray groups and sampling rules by ARN, which moto does not have."""
    lock: Any = field(default_factory=threading.RLock, compare=False, repr=False)
    changed: Callable[[], None] = field(default=_nothing, compare=False, repr=False)
    """Called, outside the lock, after every change worth saving."""

    def __getstate__(self) -> bytes:
        with self.lock:
            return pickle.dumps((self.stacks, self.change_sets, self.signals, self.tracing))

    def __setstate__(self, state: bytes) -> None:
        self.stacks, self.change_sets, self.signals, self.tracing = pickle.loads(state)
        self.lock = threading.RLock()
        self.changed = _nothing

    def add(self, name: str, region: str, status: str) -> Stack:
        """A new, empty stack."""
        arn = f"arn:aws:cloudformation:{region}:{ACCOUNT}:stack/{name}/{uuid.uuid4()}"
        stack = Stack(id=arn, name=name, region=region, status=status)
        with self.lock:
            self.stacks[arn] = stack
        self.changed()
        return stack

    def find(self, name: str, region: str) -> Stack:
        """By id, also when deleted, or by name among those that exist."""
        with self.lock:
            if name in self.stacks:
                return self.stacks[name]
            for stack in self.stacks.values():
                if (stack.name, stack.region) == (name, region) and stack.alive:
                    return stack
        raise no_such_stack(name)

    def change_set(self, name: str, stack_name: str | None, region: str) -> ChangeSet:
        """By id, or by name within a stack."""
        with self.lock:
            if name in self.change_sets:
                return self.change_sets[name]
            if stack_name is not None:
                stack = self.find(stack_name, region)
                for found in self.change_sets.values():
                    if (found.name, found.stack_id) == (name, stack.id):
                        return found
        raise Refusal(f"ChangeSet [{name}] does not exist", code="ChangeSetNotFound")

    def undertake(self, stack: Stack, kind: str, findings: Iterable[Finding] = ()) -> None:
        """A new operation on a stack, under the token of its caller; one that still runs is overtaken by it."""
        with self.lock:
            if stack.operation:
                stack.operation.end("FAILED")
            stack.operation = self.note(stack, kind, findings, stack.token)

    def note(self, stack: Stack, kind: str, findings: Iterable[Finding], token: str | None = None) -> OperationEntry:
        """An operation in the stack's history, with what early validation found."""
        entry = OperationEntry(str(uuid.uuid4()), kind, token)
        with self.lock:
            stack.operations.append(entry)
            stack.findings += [replace(each, operation_id=entry.id) for each in findings]
        return entry

    def record(self, stack: Stack, resource: Resource, status: str, reason: str | None = None) -> None:
        """Sets a resource's status and writes the event."""
        with self.lock:
            resource.status, resource.reason, resource.changed = status, reason, now()
            stack.events.append(_resource_event(resource, stack))
        self.changed()

    def record_stack(self, stack: Stack, status: str, reason: str | None = None) -> None:
        """Sets the stack's status and writes the event."""
        with self.lock:
            stack.status, stack.reason = status, reason
            stack.events.append(_stack_event(stack))
            if stack.operation and not status.endswith("_IN_PROGRESS"):
                stack.operation.end("FAILED" if status.endswith("_FAILED") else "SUCCEEDED", reason)
        self.changed()

    def trace(self, arn: str, description: dict[str, Any] | None) -> None:
        """Keeps an X-Ray object, or with None forgets it."""
        with self.lock:
            if description is None:
                self.tracing.pop(arn, None)
            else:
                self.tracing[arn] = description
        self.changed()

    def exports(self, region: str) -> Mapping[str, tuple[Stack, Output]]:
        """Every exported output of a region by its export name."""
        with self.lock:
            living = [stack for stack in self.stacks.values() if stack.alive and stack.region == region]
            return {output.export: (stack, output) for stack, output in _outputs(living) if output.export}

    def resolve_interrupted(self) -> None:
        """Ends honestly what was running when the local cloud stopped, so that it can be deleted or tried again."""
        with self.lock:
            for stack in self.stacks.values():
                if stack.status in _INTERRUPTED:
                    self._interrupt(stack)

    def _interrupt(self, stack: Stack) -> None:
        for resource in stack.resources.values():
            if resource.status.endswith("_IN_PROGRESS"):
                failed = resource.status.removesuffix("_IN_PROGRESS") + "_FAILED"
                self.record(stack, resource, failed, STOPPED)
        self.record_stack(stack, _INTERRUPTED[stack.status], STOPPED)


def _outputs(stacks: list[Stack]) -> Iterator[tuple[Stack, Output]]:
    return ((stack, output) for stack in stacks for output in stack.outputs)


def _stack_event(stack: Stack) -> Event:
    return Event(
        id=str(uuid.uuid4()),
        logical_id=stack.name,
        physical_id=stack.id,
        type=STACK_TYPE,
        status=stack.status,
        reason=stack.reason,
        properties=None,
        at=now(),
        token=stack.token,
        operation_id=stack.operation.id if stack.operation else "",
    )


def _resource_event(resource: Resource, stack: Stack) -> Event:
    import json

    return Event(
        id=f"{resource.logical_id}-{resource.status}-{secrets.token_hex(8)}",
        logical_id=resource.logical_id,
        physical_id=resource.physical_id,
        type=resource.type,
        status=resource.status,
        reason=resource.reason,
        properties=json.dumps(resource.definition.shown),
        at=resource.changed,
        token=stack.token,
        operation_id=stack.operation.id if stack.operation else "",
    )
