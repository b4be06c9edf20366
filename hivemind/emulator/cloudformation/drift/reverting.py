"""Drift-aware change sets: what is live stands in for what the template said, before, during and after a rollback.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/drift-aware-change-sets.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hivemind.emulator.cloudformation.drifted import ResourceDrift
from hivemind.emulator.cloudformation.records import Definition, Json, Resource, Stack
from hivemind.emulator.cloudformation.schemas import schema_of


def as_it_is(definition: Definition, drift: ResourceDrift | None) -> Definition:
    """A definition with the live values of the properties that drifted; what is masked stays so."""
    if drift is None or drift.status != "MODIFIED":
        return definition
    drifted = {each.path.split("/")[1] for each in drift.differences}
    masked = {name for name in drifted if definition.shown.get(name) != definition.properties.get(name)}
    return replace(
        definition,
        properties=_live(definition.properties, drifted, drift.observed),
        shown=_live(definition.shown, drifted - masked, drift.observed),
    )


def _live(declared: Mapping[str, Json], drifted: set[str], observed: Mapping[str, Json]) -> dict[str, Json]:
    kept = {name: value for name, value in declared.items() if name not in drifted}
    return kept | {name: observed[name] for name in drifted if name in observed}


def ignored(definition: Definition) -> tuple[tuple[str, str], ...]:
    """`(path, reason)` of the properties that drift detection cannot look at."""
    write_only = {
        path.split("/")[0] for path in schema_of(definition.type).paths("writeOnlyProperties") if "/" not in path
    }
    found = []
    for name, value in definition.properties.items():
        if "{{resolve:" in str(value):
            found.append((f"/Properties/{name}", "SENSITIVE_PROPERTY"))
        elif name in write_only:
            found.append((f"/Properties/{name}", "WRITE_ONLY_PROPERTY"))
    return tuple(found)


def take_as_is(stack: Stack, drifts: Mapping[str, ResourceDrift]) -> Mapping[str, Resource]:
    """Puts the live state in the place of the declared one, and returns what was declared; the deleted leave."""
    declared = {}
    for name, drift in drifts.items():
        if name in stack.resources and drift.status in ("MODIFIED", "DELETED"):
            declared[name] = replace(stack.resources[name])
            stack.resources[name].definition = as_it_is(stack.resources[name].definition, drift)
            if drift.status == "DELETED":
                del stack.resources[name]
    return declared


def take_as_declared(stack: Stack, declared: Mapping[str, Resource]) -> None:
    """After a rollback to the live state: the stack has its old template again, and drifts from it as before."""
    for name, resource in declared.items():
        if name in stack.resources:
            stack.resources[name].definition = resource.definition
        else:
            stack.resources[name] = replace(resource)
