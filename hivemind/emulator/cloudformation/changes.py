"""What an operation would do: the changes of a change set, computed without acting.

Follows the definitions of CloudFormation's API reference: a detail is Static when its value is known now, else
Dynamic; a property that cannot change without a new resource makes Replacement True when Static and Conditional when
Dynamic. An attribute of a resource that is updated in place stays known unless its type says that updates change it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from hivemind.emulator.cloudformation.admission import ignored_properties
from hivemind.emulator.cloudformation.details import details_of
from hivemind.emulator.cloudformation.drift.reverting import as_it_is, ignored
from hivemind.emulator.cloudformation.drifted import ResourceDrift
from hivemind.emulator.cloudformation.early_validation import full_buckets, name_conflicts, property_findings
from hivemind.emulator.cloudformation.graph import dependencies, in_order
from hivemind.emulator.cloudformation.history import Finding
from hivemind.emulator.cloudformation.looking import Looking
from hivemind.emulator.cloudformation.parameters import check_rules
from hivemind.emulator.cloudformation.records import (
    Change,
    ChangeDrift,
    Definition,
    Detail,
    Json,
    Resource,
    Stack,
    Target,
)
from hivemind.emulator.cloudformation.region import Region, Scopes, scopes
from hivemind.emulator.cloudformation.resources import HANDLERS, Wanted
from hivemind.emulator.cloudformation.template import parse

NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."


@dataclass(frozen=True)
class Forecast:
    """What would change, and what is wrong with it."""

    changes: tuple[Change, ...]
    unsupported: tuple[str, ...]
    """What the local cloud does not have."""
    findings: tuple[Finding, ...]
    """What early validation has against it."""
    outputs_change: bool

    @property
    def empty(self) -> bool:
        """Whether nothing at all would change."""
        return not self.changes and not self.outputs_change


def forecast(
    region: Region, stack: Stack, target: Target, drifts: Mapping[str, ResourceDrift] | None = None
) -> Forecast:
    """The changes from what `stack` is to `target`; raises Refusal for a template that cannot be evaluated.

    With `drifts` they are changes from what is live, and a drifted resource changes though its template does not.
    """
    looking = Looking(region, stack, target, drifts=drifts)
    evaluation = scopes(region, stack, target, looking.lookup)
    check_rules(evaluation.real)
    graph = dependencies(evaluation.real)
    lacking: list[str] = []
    findings: list[Finding] = []
    for name in in_order(graph):
        definition = evaluation.definition(name, graph[name])
        lacking += ignored_properties(definition)
        findings += property_findings(definition)
        if _look_at(looking, evaluation, definition):
            findings += name_conflicts(region, stack, definition)
    for name in [each for each in stack.resources if each not in graph]:
        looking.changes.append(_removal(looking, name))
        findings += full_buckets(region, stack.resources[name])
    outputs_change = _declared_outputs(target) != _declared_outputs(stack.target) or stack.target.tags != target.tags
    return Forecast(tuple(looking.changes), tuple(lacking), tuple(findings), outputs_change)


def _declared_outputs(target: Target) -> Json:
    return parse(target.body).outputs


def _look_at(looking: Looking, evaluation: Scopes, definition: Definition) -> bool:
    """Notes what happens to one resource, and says whether it is new."""
    current = looking.stack.resources.get(definition.logical_id)
    drift = (looking.drifts or {}).get(definition.logical_id)
    lost = drift is not None and drift.status == "DELETED"
    if current is None or not current.made or lost:
        looking.unsettled.add(definition.logical_id)
        noted = _drift_of(looking, current) if current else None
        added = Change("Add", definition.logical_id, definition.type, after=_context(definition), drift=noted)
        looking.changes.append(added)
        return True
    _look_at_change(looking, evaluation, current, definition)
    return False


def _look_at_change(looking: Looking, evaluation: Scopes, current: Resource, definition: Definition) -> None:
    before = as_it_is(current.definition, (looking.drifts or {}).get(current.logical_id))
    details = tuple(details_of(looking, evaluation, before, definition))
    if not details and current.type == definition.type:
        return
    replacement = "True" if current.type != definition.type else _replacement(details)
    stays = replacement == "False" or (replacement == "Conditional" and _surely_stays(before, definition, details))
    (looking.updated if stays else looking.unsettled).add(definition.logical_id)
    looking.changes.append(
        Change(
            action="SyncWithActual" if details and all(each.sync for each in details) else "Modify",
            logical_id=definition.logical_id,
            type=definition.type,
            physical_id=current.physical_id,
            replacement=replacement,
            policy=f"ReplaceAnd{definition.replace_policy}" if replacement == "True" else None,
            details=details,
            before=_context(before),
            after=_context(definition),
            drift=_drift_of(looking, current),
        )
    )


def _drift_of(looking: Looking, current: Resource) -> ChangeDrift | None:
    """What a drift-aware change set says of a resource that is there, None for any other change set."""
    if looking.drifts is None:
        return None
    found = looking.drifts.get(current.logical_id)
    status = "UNSUPPORTED" if found is None or found.status == "NOT_CHECKED" else found.status
    return ChangeDrift(status, _context(current.definition), ignored(current.definition))


def _replacement(details: tuple[Detail, ...]) -> str:
    if any(each.recreation == "Always" and each.evaluation == "Static" for each in details):
        return "True"
    return "Conditional" if any(each.recreation != "Never" for each in details) else "False"


def _surely_stays(before: Definition, after: Definition, details: tuple[Detail, ...]) -> bool:
    """Whether a conditional replacement will not happen, so that references to the resource keep their value."""
    if any(each.recreation != "Never" and each.evaluation == "Dynamic" for each in details):
        return False
    old, new = (Wanted("", each.logical_id, each.properties) for each in (before, after))
    return not HANDLERS[after.type].replaces(old, new)


def _removal(looking: Looking, name: str) -> Change:
    resource = looking.stack.resources[name]
    policy = resource.definition.deletion_policy.removesuffix("ExceptOnCreate")
    return Change(
        "Remove",
        name,
        resource.type,
        physical_id=resource.physical_id or None,
        policy=policy,
        before=_context(resource.definition),
        drift=_drift_of(looking, resource),
    )


def _context(definition: Definition) -> str:
    return json.dumps({"Properties": definition.shown, **definition.attributes})
