"""A small CloudFormation: change sets, events, keep-failed, rollback, and the few resource types that have effects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml
from fakes.resources import Resources, resolved, shown
from fakes.world import World

from hivemind.errors import CloudError
from hivemind.model.change import ResourceChange
from hivemind.model.drift import ResourceDrift
from hivemind.model.live import LiveResource, LiveStack
from hivemind.model.run import StackEvent
from hivemind.model.template import StackInput
from hivemind.ports import Submitted

STACK_TYPE = "AWS::CloudFormation::Stack"
TICKS = 2
"""How many moments an operation takes."""


@dataclass
class Operation:
    """What a stack is busy with; `fails` is decided when it ends."""

    kind: str
    token: str = ""
    keep_failed: bool = False
    body: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    left: int = TICKS


@dataclass
class Stack:
    """One stack; `good` is what a rollback returns to."""

    name: str
    id: str
    status: str = "REVIEW_IN_PROGRESS"
    body: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    resources: dict[str, LiveResource] = field(default_factory=dict)
    good: tuple[str, dict[str, str]] = ("", {})
    protected: bool = False
    operation: Operation | None = None
    change_sets: dict[str, StackInput] = field(default_factory=dict)
    events: list[StackEvent] = field(default_factory=list)


class FakeStacks:
    """The Stacks port over a World."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.stacks: dict[str, Stack] = {}

    def find(self, name: str) -> LiveStack | None:
        self._world.called("find")
        stack = self.stacks.get(name)
        if stack is None:
            return None
        template = _load(stack.body)
        secret = {n for n, p in template.get("Parameters", {}).items() if p.get("NoEcho")}
        return LiveStack(
            name=name,
            stack_id=stack.id,
            status=stack.status,
            body=stack.body,
            parameters={n: "****" if n in secret else v for n, v in stack.parameters.items()},
            outputs={} if not stack.resources else shown(template, stack.parameters, stack.resources),
            resources=tuple(stack.resources.values()),
            protected=stack.protected,
        )

    def events(self, name: str, seen: frozenset[str]) -> tuple[StackEvent, ...]:
        self._world.called("events")
        stack = self.stacks.get(name)
        return tuple(e for e in stack.events if e.id not in seen) if stack else ()

    def preview(self, wanted: StackInput) -> tuple[ResourceChange, ...]:
        self._world.called("preview")
        stack = self._existing(wanted.name)
        old, new = _load(stack.body)["Resources"], _load(wanted.body)["Resources"]
        return tuple(
            ResourceChange(stack=wanted.name, logical_id=n, type=(new.get(n) or old[n])["Type"], action=action)
            for n in sorted(old.keys() | new.keys())
            if (action := _action(old.get(n), new.get(n)))
        )

    def drift(self, name: str) -> tuple[ResourceDrift, ...]:
        self._world.called("drift")
        self._existing(name)
        return tuple(each for each in self._world.drift if each.stack == name)

    def submit(self, wanted: StackInput, *, token: str, keep_failed: bool) -> Submitted:
        self._world.called("submit")
        stack = self.stacks.setdefault(wanted.name, Stack(wanted.name, f"stack/{wanted.name}/{self._world.number()}"))
        if stack.operation is not None or stack.status in ("ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED"):
            raise _refused(f"Stack {wanted.name} is in {stack.status} state and can not be updated")
        values = _values(stack, wanted)
        strays = [each for each in self._world.drift if each.stack == wanted.name] if wanted.reverts_drift else []
        if stack.resources and (stack.body, stack.parameters) == (wanted.body, values) and not strays:
            stack.change_sets.pop(token, None)
            return "unchanged"
        if token not in stack.change_sets:
            stack.change_sets[token] = wanted
            return "preparing"
        values = _values(stack, stack.change_sets[token])
        stack.change_sets.clear()
        kind = "CREATE" if stack.status == "REVIEW_IN_PROGRESS" else "UPDATE"
        stack.tags = dict(wanted.tags)
        self._world.drift = [each for each in self._world.drift if each not in strays]
        self._begin(stack, Operation(kind, token, keep_failed, wanted.body, values))
        return "started"

    def roll_back(self, name: str) -> None:
        self._world.called("roll_back")
        stack = self._existing(name)
        if stack.status not in ("UPDATE_FAILED", "CREATE_FAILED"):
            raise _refused(f"Stack {name} is in {stack.status} state and can not be rolled back")
        self._begin(stack, Operation("ROLLBACK" if stack.status.startswith("CREATE") else "UPDATE_ROLLBACK"))

    def delete(self, name: str, token: str = "") -> None:
        self._world.called("delete")
        stack = self.stacks.get(name)
        if stack is None or (stack.operation and stack.operation.kind == "DELETE"):
            return
        if stack.protected:
            raise _refused(f"Stack {name} cannot be deleted while TerminationProtection is enabled")
        self._begin(stack, Operation("DELETE", token))

    def protect(self, name: str, on: bool) -> None:
        self._world.called("protect")
        self._existing(name).protected = on

    def tick(self) -> None:
        """A moment passes for every stack."""
        for stack in list(self.stacks.values()):
            if stack.operation is None:
                continue
            stack.operation.left -= 1
            if stack.operation.left <= 0:
                self._end(stack, stack.operation)

    def _existing(self, name: str) -> Stack:
        if name not in self.stacks:
            raise _refused(f"Stack [{name}] does not exist")
        return self.stacks[name]

    def _begin(self, stack: Stack, operation: Operation) -> None:
        stack.operation = operation
        if operation.kind in ("CREATE", "UPDATE"):
            stack.body, stack.parameters = operation.body, operation.parameters
        self._status(stack, f"{operation.kind}_IN_PROGRESS", operation.token)

    def _end(self, stack: Stack, operation: Operation) -> None:
        stack.operation = None
        resources = Resources(self._world, stack.name, stack.tags, stack.resources, stack.parameters)
        if operation.kind in ("ROLLBACK", "UPDATE_ROLLBACK"):
            self._undo(stack, resources, operation)
            return
        template = {} if operation.kind == "DELETE" else resolved(_load(stack.body), stack.parameters)
        failures = resources.become(template.get("Resources", {}))
        for made in resources.log:
            self._event(stack, made, operation.token)
        if operation.kind == "DELETE" and not failures:
            del self.stacks[stack.name]
        elif not failures:
            stack.good = (stack.body, stack.parameters)
            self._status(stack, f"{operation.kind}_COMPLETE", operation.token)
        elif operation.keep_failed or operation.kind == "DELETE":
            self._status(stack, f"{operation.kind}_FAILED", operation.token)
        else:
            rollback = "ROLLBACK" if operation.kind == "CREATE" else "UPDATE_ROLLBACK"
            self._begin(stack, Operation(rollback, operation.token))

    def _undo(self, stack: Stack, resources: Resources, operation: Operation) -> None:
        stack.body, stack.parameters = stack.good
        resources.parameters = stack.parameters
        wanted = resolved(_load(stack.body), stack.parameters) if stack.body else {}
        resources.become(wanted.get("Resources", {}))
        self._status(stack, f"{operation.kind}_COMPLETE", operation.token)

    def _status(self, stack: Stack, status: str, token: str) -> None:
        stack.status = status
        self._event(stack, (stack.name, STACK_TYPE, status, ""), token)

    def _event(self, stack: Stack, what: tuple[str, str, str, str], token: str) -> None:
        logical_id, kind, status, reason = what
        number = self._world.number()
        stack.events.append(
            StackEvent(
                id=f"{number:06d}",
                stack=stack.name,
                logical_id=logical_id,
                type=kind,
                status=status,
                reason=reason,
                at=f"2026-03-01T12:00:00.{number:06d}+00:00",
                token=token,
            )
        )


@cache
def _load(body: str) -> dict[str, Any]:
    return yaml.load(body, Loader=yaml.CSafeLoader) if body else {}


def _values(stack: Stack, wanted: StackInput) -> dict[str, str]:
    """Every parameter's value, as strict as CloudFormation about missing and unknown ones."""
    declared = _load(wanted.body).get("Parameters", {})
    _no_more_than(declared, wanted.parameters)
    values: dict[str, str] = {}
    for name in declared:
        value = wanted.parameters.get(name)
        if value is None and name in wanted.parameters:
            value = stack.parameters.get(name)
        if value is None:
            raise _refused(f"Parameters: [{name}] must have values")
        values[name] = value
    return values


def _no_more_than(declared: Mapping[str, Any], given: Mapping[str, str | None]) -> None:
    if unknown := given.keys() - declared.keys():
        raise _refused(f"Parameters: {sorted(unknown)} do not exist in the template")


def _action(old: Any, new: Any) -> Any:
    if old == new:
        return None
    return "add" if old is None else "remove" if new is None else "modify"


def _refused(message: str) -> CloudError:
    return CloudError(f"{message} (ValidationError)", hint="Run again.", code="ValidationError")
