"""Taking a stack to a target: every resource after those it needs, outputs, then the end of what is left over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hivemind.emulator.cloudformation.admission import used_exports
from hivemind.emulator.cloudformation.cloud import Cancelled, Stopped
from hivemind.emulator.cloudformation.differences import differences
from hivemind.emulator.cloudformation.drift.reverting import take_as_is
from hivemind.emulator.cloudformation.drifted import ResourceDrift
from hivemind.emulator.cloudformation.graph import Graph, dependencies, walk
from hivemind.emulator.cloudformation.intrinsics import text
from hivemind.emulator.cloudformation.operation import Operation
from hivemind.emulator.cloudformation.records import Definition, Json, Output, Resource, Stable, Stack, Target
from hivemind.emulator.cloudformation.refusal import Refusal
from hivemind.emulator.cloudformation.region import Scopes, scopes
from hivemind.emulator.cloudformation.resources import HANDLERS, Wanted
from hivemind.emulator.cloudformation.schemas import schema_of
from hivemind.emulator.cloudformation.stack_policy import check_update

_CLEANUP_TRIES = 3


def remember(stack: Stack, drifts: Mapping[str, ResourceDrift]) -> None:
    """Keeps what to return to, unless a failed update already left something to return to."""
    if stack.stable is None and stack.status.endswith("_COMPLETE"):
        declared = take_as_is(stack, drifts)
        copies = {name: replace(resource) for name, resource in stack.resources.items()}
        stack.stable = Stable(stack.status, stack.target, copies, stack.outputs, declared)


class Deployment:
    """One run of a create or an update."""

    def __init__(self, operation: Operation, target: Target, policy: str | None) -> None:
        self.operation = operation
        self.stack = operation.stack
        self.region = operation.region
        self.policy = policy
        self.evaluation: Scopes = scopes(self.region, self.stack, target, self._lookup)
        self.graph: Graph = dependencies(self.evaluation.real)
        self._attributes: dict[tuple[str, str], Json] = {}

    def run(self, *, preserve: bool = False) -> None:
        """Brings every resource to the target and evaluates the outputs; raises Refusal.

        With `preserve` a failure stops only its own path, and what does not depend on it goes on:
        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
        """
        self._check_removals()
        used_exports(self.evaluation.real)  # which raises for one that is not there, before anything is made
        failures = walk(self.graph, self._bring, failed=None if preserve else self.operation.cancelled.set)
        if any(isinstance(error, Stopped) for error in failures.values()):
            raise Stopped
        if failures:
            raise Refusal(_blame(self.stack, failures))
        outputs = self._outputs()
        self._check_exports(outputs)
        with self.region.stacks.lock:
            self.stack.outputs = outputs
            self.stack.imports = used_exports(self.evaluation.real)

    def clean_up(self) -> None:
        """Ends what was replaced or is no longer wanted; what resists is tried three times, then left, as on AWS."""
        unwanted = [resource for name, resource in self.stack.resources.items() if name not in self.graph]
        doomed = [(old, old.definition.replace_policy) for old in self.stack.retired]
        doomed += [(old, old.definition.deletion_policy.removesuffix("ExceptOnCreate")) for old in unwanted]
        for _ in range(_CLEANUP_TRIES):
            failures = self.operation.remove_all(doomed)
            if any(isinstance(error, Stopped) for error in failures.values()):
                raise Stopped
            doomed = [each for each in doomed if each[0].logical_id in failures and each[0].status == "DELETE_FAILED"]
            if not doomed:
                break
        with self.region.stacks.lock:
            self.stack.retired.clear()
            for resource in unwanted:
                self.stack.resources.pop(resource.logical_id, None)

    def _lookup(self, name: str, attribute: str | None) -> Json:
        resource = self.stack.resources[name]
        if attribute is None:
            return resource.physical_id
        key = (name, attribute)
        if key not in self._attributes:
            self._attributes[key] = self.region.attribute(self.stack, resource, attribute)
        return self._attributes[key]

    def _bring(self, name: str) -> None:
        """One resource to its target."""
        self.operation.check()
        definition = self.evaluation.definition(name, self.graph[name])
        current = self.stack.resources.get(name)
        if current is None:
            self.operation.create(definition)
        elif not current.made:
            self._start_again(current, definition)
        else:
            self._change(current, definition)

    def _start_again(self, current: Resource, definition: Definition) -> None:
        self.operation.remove(current, "Delete")
        succeeds = any(old.logical_id == definition.logical_id for old in self.stack.retired)
        self.operation.create(definition, "UPDATE" if succeeds else "CREATE")

    def _change(self, current: Resource, definition: Definition) -> None:
        paths = ["/".join(path) for path in differences(current.definition.properties, definition.properties)]
        retagged = bool(schema_of(current.type).tag_property) and dict(current.definition.tags) != dict(definition.tags)
        same_type = current.type == definition.type
        if same_type and not paths and not retagged and current.attempted is None:
            self._settle(current, definition)
            return
        replaces = not same_type or _replaces(current.definition, definition, paths)
        check_update(self.policy, "Update:Replace" if replaces else "Update:Modify", current.logical_id, current.type)
        if replaces:
            self.operation.replace(current, definition)
        else:
            self.operation.update(current, definition)

    def _settle(self, current: Resource, definition: Definition) -> None:
        """Nothing about the resource itself changes, though perhaps its policies or what it waits for."""
        changed = dict(current.definition.attributes) != dict(definition.attributes)
        current.definition = definition
        if changed or current.status == "UPDATE_FAILED":
            self.operation.record(current, "UPDATE_COMPLETE")

    def _check_removals(self) -> None:
        for name, resource in self.stack.resources.items():
            if name not in self.graph:
                check_update(self.policy, "Update:Delete", name, resource.type)

    def _outputs(self) -> tuple[Output, ...]:
        self._attributes.clear()  # an address may have been set after the resource was made
        scope, found = self.evaluation.real, []
        for key, declared in scope.template.outputs.items():
            if scope.wanted(declared):
                export = declared.get("Export")
                found.append(
                    Output(
                        key=key,
                        value=_output_value(key, scope.value(declared.get("Value"))),
                        description=declared.get("Description"),
                        export=text(scope.value(export["Name"])) if export else None,
                    )
                )
        return tuple(found)

    def _check_exports(self, outputs: tuple[Output, ...]) -> None:
        exports = self.region.stacks.exports(self.stack.region)
        for output in outputs:
            owner = exports[output.export][0] if output.export and output.export in exports else self.stack
            if owner is not self.stack:
                raise Refusal(f"Export with name {output.export} is already exported by stack {owner.name}")
        for output in self.stack.outputs:
            if output.export and output.export not in {each.export for each in outputs}:
                check_unused(self.operation, output.export)
            elif output.export and output.value not in {each.value for each in outputs if each.export == output.export}:
                check_unused(self.operation, output.export, "updated")


def check_unused(operation: Operation, export: str, done: str = "deleted") -> None:
    """Refuses to take away or change an export that another stack imports.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
    """
    stacks = operation.region.stacks.stacks.values()
    users = [each.name for each in stacks if each.alive and export in each.imports]
    if users:
        raise Refusal(f"Export {export} cannot be {done} as it is in use by {', '.join(users)}")


def _output_value(key: str, value: Json) -> str:
    if isinstance(value, (dict, list)) or value is None:
        raise Refusal(f"Template format error: Output {key} is malformed: its value must be a string")
    return text(value)


def _replaces(before: Definition, after: Definition, paths: list[str]) -> bool:
    meanings = {schema_of(after.type).recreation(path) for path in paths}
    if "Always" in meanings:
        return True
    old, new = (Wanted("", each.logical_id, each.properties) for each in (before, after))
    return "Conditionally" in meanings and HANDLERS[after.type].replaces(old, new)


def _blame(stack: Stack, failures: Mapping[str, Exception]) -> str:
    """The reason of the stack's own event, which names the resources that failed."""
    failed = sorted(failures, key=lambda name: (isinstance(failures[name], Cancelled), name))
    recorded = {name: stack.resources[name].status for name in failed if name in stack.resources}
    creating = [name for name in failed if recorded.get(name) == "CREATE_FAILED"]
    updating = [name for name in failed if recorded.get(name) == "UPDATE_FAILED"]
    parts = []
    if creating:
        parts.append(f"The following resource(s) failed to create: [{', '.join(creating)}]. ")
    if updating:
        parts.append(f"The following resource(s) failed to update: [{', '.join(updating)}]. ")
    unrecorded = [str(failures[name]) for name in failed if name not in creating and name not in updating]
    return "".join(parts) or "; ".join(filter(None, unrecorded))
