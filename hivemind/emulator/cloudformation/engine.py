"""The engine: begins operations, each in a thread of its own, and ends every one of them when it is stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable

from hivemind.emulator.cloudformation.cloud import Cloud, Stopped
from hivemind.emulator.cloudformation.deployment import Deployment, check_unused, remember
from hivemind.emulator.cloudformation.history import Finding, now, stops
from hivemind.emulator.cloudformation.operation import Operation
from hivemind.emulator.cloudformation.records import DO_NOTHING, Order, Stack
from hivemind.emulator.cloudformation.refusal import Refusal
from hivemind.emulator.cloudformation.region import Region
from hivemind.emulator.cloudformation.rollback import begin, roll_back, tear_down
from hivemind.emulator.cloudformation.stacks import Signal, Stacks

_STOPPED = "Validation failure detected. See the operation's FAILED event for details. "
"""What the stack says when early validation stopped the operation; only DescribeEvents tells why.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
"""


class Engine:
    """Runs operations against the local cloud at `endpoint`; `on_change` is called whenever state changed."""

    def __init__(self, endpoint: str, stacks: Stacks, on_change: Callable[[], None]) -> None:
        self.endpoint = endpoint
        self.stacks = stacks
        self._stopping = threading.Event()
        self._running: dict[str, tuple[threading.Thread, Operation]] = {}
        stacks.changed = on_change
        stacks.resolve_interrupted()

    def region(self, name: str) -> Region:
        """A region's state and the door to its API."""
        return Region(self.stacks, Cloud(self.endpoint, name, self.stacks, self._stopping))

    def create(self, stack: Stack, order: Order) -> None:
        """Begins to create what is ordered."""
        self._take(stack, "CREATE", ("REVIEW_IN_PROGRESS", "CREATE_PENDING"), order)
        self._begin(stack, lambda operation: _create(operation, order))

    def update(self, stack: Stack, order: Order) -> None:
        """Begins to bring the stack to what is ordered."""
        self.check_updatable(stack)
        with self.stacks.lock:
            remember(stack, order.drifts)
            self._take(stack, "UPDATE", (stack.status,), order)
            stack.updated = now()
        self._begin(stack, lambda operation: _update(operation, order))

    def cancel_update(self, stack: Stack) -> None:
        """Turns an update that runs into its way back; raises Refusal when none runs.

        What is being changed is given up as "Resource update cancelled", what waits is not begun.
        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-update-cancel.html
        """
        with self.stacks.lock:
            running = self._running.get(stack.id)
            if stack.status != "UPDATE_IN_PROGRESS" or running is None:
                raise Refusal("CancelUpdateStack cannot be called from current stack status")
            begin(self.stacks, stack, "User Initiated")
            running[1].cancelled.set()

    def roll_back(self, stack: Stack) -> None:
        """Begins the way back of a stack whose creation or update failed and was left as it was."""
        if stack.status not in ("CREATE_FAILED", "UPDATE_FAILED"):
            raise Refusal(f"RollbackStack cannot be called on a stack in {stack.status} state")
        begin(self.stacks, stack, "")
        self._begin(stack, lambda operation: roll_back(operation, ""))

    def continue_rollback(self, stack: Stack, skip: Collection[str]) -> None:
        """Begins again a rollback of an update that failed."""
        if stack.status != "UPDATE_ROLLBACK_FAILED":
            raise Refusal(f"Stack {stack.id} is in {stack.status} state and can not continue an update rollback.")
        _check_skipped(stack, skip)
        begin(self.stacks, stack, "User Initiated", "CONTINUE_ROLLBACK")
        self._begin(stack, lambda operation: roll_back(operation, "User Initiated", skip))

    def delete(self, stack: Stack, retain: Collection[str] = ()) -> None:
        """Begins the end of a stack, cancelling a creation that still runs."""
        if not stack.alive or stack.status == "DELETE_IN_PROGRESS":
            return
        if stack.termination_protection:
            raise Refusal(
                f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled",
                hint="call UpdateTerminationProtection first",
            )
        with self.stacks.lock:
            running = self._running.get(stack.id)
            if running is not None:
                running[1].abandoned = True
                running[1].cancelled.set()
        self._undertake(stack, "DELETE_STACK")
        self.stacks.record_stack(stack, "DELETE_IN_PROGRESS", "User Initiated")
        self._begin(stack, lambda operation: _delete(operation, retain, running and running[0]))

    def signal(self, stack: Stack, logical_id: str, signal: Signal) -> None:
        """Counts what an instance says for the resource that waits for it."""
        if not stack.in_progress:
            raise Refusal(f"Stack:{stack.id} is in {stack.status} state and can not be signaled")
        resource = stack.resources.get(logical_id)
        if resource is None:
            raise Refusal(f"Resource {logical_id} does not exist for stack {stack.name}")
        if not resource.status.endswith("_IN_PROGRESS"):
            raise Refusal(f"Resource {logical_id} is in {resource.status} state and can not be signaled")
        with self.stacks.lock:
            received = self.stacks.signals.setdefault((stack.id, logical_id), [])
            _accept(received, signal, logical_id)
        reason = f"Received {signal.status} signal with UniqueId {signal.unique_id}"
        self.stacks.record(stack, resource, resource.status, reason)

    def check_updatable(self, stack: Stack) -> None:
        """Refuses an update of a stack that is busy or broken."""
        able = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "CREATE_FAILED", "UPDATE_FAILED")
        if stack.status not in able:
            raise Refusal(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")

    def stop(self, seconds: float = 10) -> None:
        """Ends every operation where it is; the stacks stay as the next start must find them."""
        self._stopping.set()
        for thread, _ in list(self._running.values()):
            thread.join(seconds)

    def _take(self, stack: Stack, verb: str, allowed: Collection[str], order: Order) -> None:
        with self.stacks.lock:
            if stack.status not in allowed:
                raise Refusal(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")
            stack.target, stack.disable_rollback = order.target, order.on_failure == DO_NOTHING
            self._undertake(stack, f"{verb}_STACK", order.findings)
            self.stacks.record_stack(stack, f"{verb}_IN_PROGRESS", "User Initiated")

    def _undertake(self, stack: Stack, kind: str, findings: Iterable[Finding] = ()) -> None:
        """Notes the operation; the change sets that were computed against the stack as it was are of no use now."""
        with self.stacks.lock:
            self.stacks.undertake(stack, kind, findings)
            stack.drifts.clear()
            for each in self.stacks.change_sets.values():
                if each.stack_id == stack.id and each.execution == "AVAILABLE":
                    each.execution = "OBSOLETE"

    def _begin(self, stack: Stack, work: Callable[[Operation], None]) -> None:
        operation = Operation(self.region(stack.region), stack)
        name = f"cloudformation-{stack.name}"
        thread = threading.Thread(target=self._run, args=(operation, work), name=name, daemon=True)
        with self.stacks.lock:
            self._running[stack.id] = thread, operation
        thread.start()

    def _run(self, operation: Operation, work: Callable[[Operation], None]) -> None:
        try:
            work(operation)
        except Stopped:
            return  # the next start resolves it
        except Exception as error:
            operation.record_stack(_failure_of(operation.stack.status), f"Internal failure: {error!r}")
        with self.stacks.lock:
            if self._running.get(operation.stack.id, (None, None))[1] is operation:
                del self._running[operation.stack.id]


def _check_skipped(stack: Stack, skip: Collection[str]) -> None:
    """Only what a rollback failed to update can be skipped, says the reference of ContinueUpdateRollback."""
    stuck = {name for name, each in stack.resources.items() if each.status == "UPDATE_FAILED"}
    if wrong := sorted(set(skip) - stuck):
        raise Refusal(
            f"Resources [{', '.join(wrong)}] cannot be skipped: only a resource in UPDATE_FAILED state can be.",
            hint=f"these can be: {', '.join(sorted(stuck)) or 'none'}",
        )


def _accept(received: list[Signal], signal: Signal, logical_id: str) -> None:
    for index, earlier in enumerate(received):
        if earlier.unique_id == signal.unique_id:
            if signal.status != "FAILURE":
                raise Refusal(f"Signal with ID {signal.unique_id} for resource {logical_id} already exists. Signals "
                              "may only be updated with a FAILURE status.")  # fmt: skip
            received[index] = signal
            return
    received.append(signal)


def _failure_of(status: str) -> str:
    stem = status.removesuffix("_IN_PROGRESS").removesuffix("_COMPLETE_CLEANUP")
    return f"{stem.removesuffix('_COMPLETE')}_FAILED"


def _create(operation: Operation, order: Order) -> None:
    try:
        _check_findings(order)
        Deployment(operation, order.target, None).run(preserve=order.on_failure == DO_NOTHING)
    except Refusal as error:
        _creation_failed(operation, str(error.message), order.on_failure)
    else:
        operation.record_stack("CREATE_COMPLETE")


def _check_findings(order: Order) -> None:
    if stops(order.findings):
        raise Refusal(_STOPPED, hint="read what it found with DescribeEvents")


def _creation_failed(operation: Operation, why: str, on_failure: str) -> None:
    if operation.abandoned:
        return
    match on_failure:
        case "DO_NOTHING":
            operation.record_stack("CREATE_FAILED", why)
        case "DELETE":
            operation.cancelled.clear()
            operation.region.stacks.undertake(operation.stack, "DELETE_STACK")
            operation.record_stack("DELETE_IN_PROGRESS", f"{why}Delete requested by user.")
            _tear_down(operation, ())
        case _:
            roll_back(operation, why)


def _update(operation: Operation, order: Order) -> None:
    try:
        _check_findings(order)
        deployment = Deployment(operation, order.target, order.policy or operation.stack.policy)
        deployment.run(preserve=order.on_failure == DO_NOTHING)
        _settle(operation)
    except Refusal as error:
        _update_failed(operation, str(error.message), order.on_failure)
        return
    deployment.clean_up()
    operation.record_stack("UPDATE_COMPLETE")


def _settle(operation: Operation) -> None:
    """From here on there is no way back; raises Refusal when the way back was asked for just before."""
    with operation.region.stacks.lock:
        if operation.stack.status == "UPDATE_ROLLBACK_IN_PROGRESS":
            raise Refusal("")
        operation.stack.stable = None
        operation.record_stack("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")


def _update_failed(operation: Operation, why: str, on_failure: str) -> None:
    if operation.abandoned:
        return
    with operation.region.stacks.lock:
        kept = on_failure == DO_NOTHING and operation.stack.status != "UPDATE_ROLLBACK_IN_PROGRESS"
        if kept:
            operation.record_stack("UPDATE_FAILED", why)
    if not kept:
        roll_back(operation, why)


def _delete(operation: Operation, retain: Collection[str], running: threading.Thread | None) -> None:
    if running is not None:
        running.join()
    _tear_down(operation, retain)


def _tear_down(operation: Operation, retain: Collection[str]) -> None:
    stack = operation.stack
    try:
        for output in stack.outputs:
            if output.export:
                check_unused(operation, output.export)
        tear_down(operation, retain)
    except Refusal as error:
        operation.record_stack("DELETE_FAILED", str(error.message))
        return
    with operation.region.stacks.lock:
        stack.deleted = now()
        sets = operation.region.stacks.change_sets
        for name in [each.id for each in sets.values() if each.stack_id == stack.id]:
            del sets[name]
    operation.record_stack("DELETE_COMPLETE")
