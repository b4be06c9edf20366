"""The way back: after a failed create everything goes, after a failed update everything returns to what it was."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from hivemind.emulator.cloudformation.cloud import Stopped
from hivemind.emulator.cloudformation.drift.reverting import take_as_declared
from hivemind.emulator.cloudformation.graph import walk
from hivemind.emulator.cloudformation.operation import Operation
from hivemind.emulator.cloudformation.records import Resource, Stable, Stack
from hivemind.emulator.cloudformation.refusal import Refusal
from hivemind.emulator.cloudformation.stacks import Stacks


def roll_back(operation: Operation, reason: str, skip: Collection[str] = ()) -> None:
    """To the last stable state, or to nothing when there was none; `skip` are resources taken as they are."""
    operation.cancelled.clear()
    stable = operation.stack.stable
    if stable is None:
        _undo_creation(operation, reason)
    else:
        _return_to(operation, stable, reason, skip)


def begin(stacks: Stacks, stack: Stack, reason: str, kind: str = "ROLLBACK") -> None:
    """Says that the stack is on its way back, unless that was said when it was asked for."""
    with stacks.lock:
        if stack.status in ("ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"):
            return
        if stack.operation:
            stack.operation.end("FAILED", reason or None)
        stacks.undertake(stack, kind)
        if stack.stable is None:
            stacks.record_stack(
                stack, "ROLLBACK_IN_PROGRESS", f"{reason.rstrip()} Rollback requested by user.".lstrip()
            )
        else:
            stacks.record_stack(stack, "UPDATE_ROLLBACK_IN_PROGRESS", reason or None)


def _undo_creation(operation: Operation, reason: str) -> None:
    stack = operation.stack
    begin(operation.region.stacks, stack, reason)
    failures = operation.remove_all([(each, _on_rollback(each)) for each in _everything(operation)])
    _raise_if_stopped(failures)
    with operation.region.stacks.lock:
        stack.retired.clear()
        stack.resources = {name: each for name, each in stack.resources.items() if name in failures}
        stack.outputs, stack.imports = (), frozenset()
    if failures:
        operation.record_stack("ROLLBACK_FAILED", _failed("delete", failures))
    else:
        operation.record_stack("ROLLBACK_COMPLETE")


def _return_to(operation: Operation, stable: Stable, reason: str, skip: Collection[str]) -> None:
    stack = operation.stack
    begin(operation.region.stacks, stack, reason)
    graph = {
        name: frozenset(resource.definition.depends_on & stable.resources.keys())
        for name, resource in stable.resources.items()
    }
    failures = walk(graph, lambda name: _restore(operation, stable.resources[name], skipped=name in skip))
    _raise_if_stopped(failures)
    if failures:
        operation.record_stack("UPDATE_ROLLBACK_FAILED", _failed("update", failures))
        return
    with operation.region.stacks.lock:
        stack.target, stack.outputs = stable.target, stable.outputs
    operation.record_stack("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
    added = [each for name, each in stack.resources.items() if name not in stable.resources]
    _raise_if_stopped(operation.remove_all([(each, _on_rollback(each)) for each in [*stack.retired, *added]]))
    with operation.region.stacks.lock:
        stack.retired.clear()
        for each in added:
            stack.resources.pop(each.logical_id, None)
        take_as_declared(stack, stable.declared)
        stack.stable = None
    operation.record_stack("UPDATE_ROLLBACK_COMPLETE")


def _restore(operation: Operation, stable: Resource, *, skipped: bool) -> None:
    """One resource to its stable state: unchanged, updated back, or put back in the place of its successor."""
    stack = operation.stack
    current = stack.resources.get(stable.logical_id)
    if skipped:
        with operation.region.stacks.lock:
            stack.resources[stable.logical_id] = replace(stable)
        operation.record(stack.resources[stable.logical_id], "UPDATE_COMPLETE", "Resource skipped by the rollback")
    elif current is not None and current.physical_id == stable.physical_id and not stable.lost:
        _update_back(operation, current, stable)
    else:
        _put_back(operation, current, stable)


def _update_back(operation: Operation, current: Resource, stable: Resource) -> None:
    if (
        current.attempted is not None
        or current.definition.properties != stable.definition.properties
        or (dict(current.definition.tags) != dict(stable.definition.tags))
    ):
        operation.update(current, stable.definition)
    elif current.status == "UPDATE_FAILED":
        operation.record(current, "UPDATE_COMPLETE")
    current.definition = stable.definition


def _put_back(operation: Operation, current: Resource | None, stable: Resource) -> None:
    stack = operation.stack
    with operation.region.stacks.lock:
        old = next((each for each in stack.retired if each.physical_id == stable.physical_id), None)
        if current is not None and current is not old:
            stack.retired.append(current)
        if old is not None:
            stack.retired.remove(old)
        put_back = replace(stable) if old is None else old
        if not put_back.lost:
            stack.resources[stable.logical_id] = put_back
    if put_back.lost:
        _make_again(operation, stable)
    else:
        put_back.definition = stable.definition
        operation.record(put_back, "UPDATE_COMPLETE")


def _make_again(operation: Operation, stable: Resource) -> None:
    """What had to go before its successor came: the successor goes first now."""
    for successor in [each for each in operation.stack.retired if each.logical_id == stable.logical_id]:
        operation.remove(successor, "Delete")
        with operation.region.stacks.lock:
            operation.stack.retired.remove(successor)
    operation.create(stable.definition, "UPDATE")


def tear_down(operation: Operation, retain: Collection[str] = ()) -> None:
    """Deletes a stack; raises Refusal when something resists, and then what resists is still in the stack."""
    stack = operation.stack
    kept = [each for each in _everything(operation) if each.logical_id in retain]
    doomed = [
        (each, "Retain" if each in kept else each.definition.deletion_policy.removesuffix("ExceptOnCreate"))
        for each in _everything(operation)
    ]
    failures = operation.remove_all(doomed)
    _raise_if_stopped(failures)
    gone = ("DELETE_COMPLETE", "DELETE_SKIPPED")
    with operation.region.stacks.lock:
        stack.retired = [each for each in stack.retired if each.status not in gone]
        stack.resources = {
            name: each for name, each in stack.resources.items() if each.status not in gone and each.physical_id
        }
    if failures:
        raise Refusal(_failed("delete", failures))
    stack.outputs, stack.imports, stack.stable = (), frozenset(), None


def _everything(operation: Operation) -> list[Resource]:
    return [*operation.stack.resources.values(), *operation.stack.retired]


def _on_rollback(resource: Resource) -> str:
    """`RetainExceptOnCreate` keeps only what was not made by the operation that is rolled back."""
    policy = resource.definition.deletion_policy
    return "Delete" if policy == "RetainExceptOnCreate" else policy


def _failed(what: str, failures: dict[str, Exception]) -> str:
    return f"The following resource(s) failed to {what}: [{', '.join(sorted(failures))}]. "


def _raise_if_stopped(failures: dict[str, Exception]) -> None:
    if any(isinstance(error, Stopped) for error in failures.values()):
        raise Stopped
