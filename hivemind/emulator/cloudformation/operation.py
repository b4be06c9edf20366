"""One running operation on one stack: what its steps share, and the steps on a single resource.

Every step writes the events that CloudFormation writes. A step that is given up because another one failed says so; a
step that finds the engine stopping leaves everything as it is, and the next start resolves it.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace

from hivemind.emulator import whole_steps
from hivemind.emulator.cloudformation.cloud import Cancelled, Stopped, missing, until
from hivemind.emulator.cloudformation.graph import Graph, reversed_graph, walk
from hivemind.emulator.cloudformation.properties import problems
from hivemind.emulator.cloudformation.records import Definition, Resource, Stack
from hivemind.emulator.cloudformation.refusal import Refusal, Unable
from hivemind.emulator.cloudformation.region import Region
from hivemind.emulator.cloudformation.resources import HANDLERS, Wanted
from hivemind.emulator.cloudformation.schemas import schema_of
from hivemind.emulator.cloudformation.signals import expectation

_REPLACING = "Requested update requires the creation of a new physical resource; hence creating one."
_BUSY = ("DependencyViolation", "ResourceInUse", "DeleteConflict")
_PATIENCE_WITH_USERS = 2.0
_BETWEEN_TRIES = 0.2


@dataclass
class Operation:
    """What runs on a stack; `cancelled` gives up what waits."""

    region: Region
    stack: Stack
    cancelled: threading.Event = field(default_factory=threading.Event)
    abandoned: bool = False
    """The stack is being deleted meanwhile, so how this ends no longer matters."""

    def create(self, definition: Definition, verb: str = "CREATE") -> None:
        """Makes a resource that is not there, or as `UPDATE` the successor of one that is replaced."""
        resource = Resource(definition, status=f"{verb}_IN_PROGRESS")
        with self.region.stacks.lock:
            self.stack.resources[definition.logical_id] = resource
            self.region.stacks.signals.pop((self.stack.id, definition.logical_id), None)
        if verb == "CREATE":
            self.record(resource, "CREATE_IN_PROGRESS")
        try:
            self._make(resource, verb)
        except Stopped:
            raise
        except Exception as error:
            reason = _reason(error, "Resource creation cancelled")
            self.record(resource, f"{verb}_FAILED", reason)
            raise
        resource.made = True
        self.record(resource, f"{verb}_COMPLETE")

    def _make(self, resource: Resource, verb: str) -> None:
        handler, cloud = HANDLERS[resource.type], self.region.cloud
        wanted = self.region.wanted(self.stack, resource.definition)
        _check_properties(resource.definition, wanted)
        with whole_steps.step():
            resource.physical_id = handler.create(cloud, wanted)
        self.record(resource, f"{verb}_IN_PROGRESS", "Resource creation Initiated")
        handler.configure(cloud, resource.physical_id, wanted)
        if not self._await_signals(resource):
            self._await_ready(resource)

    def update(self, resource: Resource, after: Definition) -> None:
        """Changes a resource where it is; one that fails halfway undoes its half."""
        self.record(resource, "UPDATE_IN_PROGRESS")
        handler, cloud, earlier = HANDLERS[resource.type], self.region.cloud, resource.attempted
        old = self.region.reachable(self.stack, earlier or resource.definition)
        try:
            new = self._prepared(after)
            resource.attempted = after
            handler.update(cloud, resource.physical_id, old, new)
            if handler.settles_after_update:
                self._await_ready(resource)
        except Stopped:
            raise
        except Unable as error:
            resource.attempted = earlier
            self.record(resource, "UPDATE_FAILED", str(error))
            raise
        except Exception as error:
            with suppress(Refusal):  # what cannot be undone now is tried again by the rollback
                before = self.region.wanted(self.stack, resource.definition)
                handler.update(cloud, resource.physical_id, new, before)
                resource.attempted = None
            self.record(resource, "UPDATE_FAILED", _reason(error, "Resource update cancelled"))
            raise
        resource.definition, resource.attempted = after, None
        self.record(resource, "UPDATE_COMPLETE")

    def _prepared(self, after: Definition) -> Wanted:
        try:
            wanted = self.region.wanted(self.stack, after)
        except Refusal as error:
            raise Unable(error.message, code=error.code) from error
        _check_properties(after, wanted)
        return wanted

    def replace(self, old: Resource, after: Definition) -> None:
        """Makes the successor first; the old one waits among the retired for the end of the operation."""
        self.record(old, "UPDATE_IN_PROGRESS", _REPLACING)
        kept = {key: value for key, value in after.attributes.items() if key == "UpdateReplacePolicy"}
        old.definition = replace(old.definition, attributes={**old.definition.attributes, **kept})
        if schema_of(old.type).deletes_first and old.definition.replace_policy == "Delete":
            self.remove(old, "Delete")
            old.lost = True
        with self.region.stacks.lock:
            self.stack.retired.append(old)
        self.create(after, "UPDATE")

    def remove(self, resource: Resource, policy: str) -> None:
        """Ends a resource as its policy says: `Delete`, `Retain` or `Snapshot`."""
        if not resource.physical_id or resource.lost:
            return
        if policy == "Retain":
            self.record(resource, "DELETE_SKIPPED")
            return
        self.record(resource, "DELETE_IN_PROGRESS")
        try:
            self._end(resource, snapshot=policy == "Snapshot" and resource.made)
        except Stopped:
            raise
        except Exception as error:
            self.record(resource, "DELETE_FAILED", _reason(error, "Resource deletion cancelled"))
            raise
        self.record(resource, "DELETE_COMPLETE")

    def _end(self, resource: Resource, *, snapshot: bool) -> None:
        handler, cloud = HANDLERS[resource.type], self.region.cloud
        wanted = self.region.reachable(self.stack, resource.definition)
        end = handler.snapshot if snapshot else handler.delete
        deadline = time.monotonic() + _PATIENCE_WITH_USERS
        while True:
            try:
                end(cloud, resource.physical_id, wanted)
                break
            except Refusal as error:
                if missing(error):
                    return
                if not error.code.startswith(_BUSY) or time.monotonic() > deadline:
                    raise
            self.region.cloud.check()
            time.sleep(_BETWEEN_TRIES)
        if not until(lambda: handler.gone(cloud, resource.physical_id, wanted), handler.patience, cloud.check):
            raise Refusal(f"{resource.type} {resource.physical_id} did not go away in time")

    def remove_all(self, doomed: list[tuple[Resource, str]]) -> dict[str, Exception]:
        """Ends resources with their policies, users before what they use; returns what went wrong by logical id."""
        keyed = {
            f"{resource.logical_id} {index}": (resource, policy) for index, (resource, policy) in enumerate(doomed)
        }
        failures = walk(removal_order(keyed), lambda key: self.remove(*keyed[key]))
        return {keyed[key][0].logical_id: error for key, error in failures.items()}

    def record(self, resource: Resource, status: str, reason: str | None = None) -> None:
        """Writes an event of a resource."""
        self.region.stacks.record(self.stack, resource, status, reason)

    def record_stack(self, status: str, reason: str | None = None) -> None:
        """Writes an event of the stack itself."""
        if self.abandoned:
            return
        self.region.stacks.record_stack(self.stack, status, reason)

    def check(self) -> None:
        """Raises when waiting makes no sense any more."""
        self.region.cloud.check()
        if self.cancelled.is_set():
            raise Cancelled

    def _await_ready(self, resource: Resource) -> None:
        handler = HANDLERS[resource.type]
        ready = until(lambda: handler.ready(self.region.cloud, resource.physical_id), handler.patience, self.check)
        if not ready:
            raise Refusal(f"{resource.type} {resource.physical_id} did not stabilize.")

    def _await_signals(self, resource: Resource) -> bool:
        """Whether there was anything to wait for; raises Refusal on failure signals or too few."""
        expected = expectation(resource.definition)
        if expected is None:
            return False
        signals, key = self.region.stacks.signals, (self.stack.id, resource.logical_id)
        if not until(lambda: expected.satisfied(signals.get(key, [])), expected.seconds, self.check):
            raise expected.timed_out(signals.get(key, []))
        return True


def _check_properties(definition: Definition, wanted: Wanted) -> None:
    """What early validation could not know, or was told not to look at."""
    if found := problems(schema_of(definition.type), wanted.properties):
        said = "; ".join(map(str, found))
        raise Unable(f"Properties validation failed for resource {definition.logical_id} with message: {said}")


def _reason(error: Exception, cancelled: str) -> str:
    match error:
        case Cancelled():
            return cancelled
        case Refusal():
            return str(error)
        case _:
            return f"Internal failure: {error!r}"


def removal_order(doomed: dict[str, tuple[Resource, str]]) -> Graph:
    """Which doomed resources go before which: those that use another go first."""
    by_name: dict[str, list[str]] = {}
    for key, (resource, _) in doomed.items():
        by_name.setdefault(resource.logical_id, []).append(key)
    uses = {
        key: frozenset(used for name in resource.definition.depends_on for used in by_name.get(name, ()))
        for key, (resource, _) in doomed.items()
    }
    return reversed_graph(uses)
