"""What an operation would do: the changes of a change set, computed without acting.

Follows the definitions of CloudFormation's API reference: a detail is Static when its value is known now, else
Dynamic; a property that cannot change without a new resource makes Replacement True when Static and Conditional when
Dynamic. An attribute of a resource that is updated in place stays known unless its type says that updates change it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hivemind.emulator.cloudformation.admission import ignored_properties
from hivemind.emulator.cloudformation.differences import Path, at_path, differences
from hivemind.emulator.cloudformation.drift.reverting import as_it_is, ignored
from hivemind.emulator.cloudformation.drifted import ResourceDrift
from hivemind.emulator.cloudformation.early_validation import full_buckets, name_conflicts, property_findings
from hivemind.emulator.cloudformation.graph import dependencies, in_order, references
from hivemind.emulator.cloudformation.history import Finding
from hivemind.emulator.cloudformation.intrinsics import UNKNOWN, is_unknown, text
from hivemind.emulator.cloudformation.parameters import check_rules
from hivemind.emulator.cloudformation.records import (
    Change,
    ChangeDrift,
    Definition,
    Detail,
    Json,
    LiveDrift,
    Resource,
    Stack,
    Target,
)
from hivemind.emulator.cloudformation.region import Region, Scopes, scopes
from hivemind.emulator.cloudformation.resources import HANDLERS, Wanted
from hivemind.emulator.cloudformation.schemas import schema_of
from hivemind.emulator.cloudformation.template import Template, parse

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


@dataclass
class _Looking:
    """The walk over a template, in the order of dependencies, with what it found so far."""

    region: Region
    stack: Stack
    target: Target
    changes: list[Change] = field(default_factory=list)
    drifts: Mapping[str, ResourceDrift] | None = None
    """What is live, for a drift-aware change set; None for any other."""
    unsettled: set[str] = field(default_factory=set)
    """Resources whose physical id is not known: new, or perhaps replaced."""
    updated: set[str] = field(default_factory=set)

    def lookup(self, name: str, attribute: str | None) -> Json:
        resource = self.stack.resources.get(name)
        if resource is None or name in self.unsettled or not resource.made:
            return UNKNOWN
        if attribute is None:
            return resource.physical_id
        if not self.known(name, attribute):
            return UNKNOWN
        return self.region.attribute(self.stack, resource, attribute)

    def known(self, name: str, attribute: str | None) -> bool:
        """Whether a reference keeps its value through the operation."""
        if name in self.unsettled:
            return False
        return name not in self.updated or attribute not in HANDLERS[self.stack.resources[name].type].volatile


def forecast(
    region: Region, stack: Stack, target: Target, drifts: Mapping[str, ResourceDrift] | None = None
) -> Forecast:
    """The changes from what `stack` is to `target`; raises Refusal for a template that cannot be evaluated.

    With `drifts` they are changes from what is live, and a drifted resource changes though its template does not.
    """
    looking = _Looking(region, stack, target, drifts=drifts)
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


def _look_at(looking: _Looking, evaluation: Scopes, definition: Definition) -> bool:
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


def _look_at_change(looking: _Looking, evaluation: Scopes, current: Resource, definition: Definition) -> None:
    before = as_it_is(current.definition, (looking.drifts or {}).get(current.logical_id))
    details = tuple(_details(looking, evaluation, before, definition))
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


def _drift_of(looking: _Looking, current: Resource) -> ChangeDrift | None:
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


def _removal(looking: _Looking, name: str) -> Change:
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


def _details(looking: _Looking, evaluation: Scopes, before: Definition, after: Definition) -> Iterator[Detail]:
    for path in differences(before.properties, after.properties):
        yield from _of_path(looking, evaluation, before, after, path)
    yield from _settled(looking, before, after)
    if schema_of(after.type).tag_property and dict(before.tags) != dict(after.tags):
        yield _plain("Tags", _words(dict(before.tags)), _words(dict(after.tags)))
    for name in sorted(before.attributes.keys() | after.attributes.keys()):
        old, new = before.attributes.get(name), after.attributes.get(name)
        if old != new:
            yield _plain(name, _words(old), _words(new))


def _plain(attribute: str, before: str | None, after: str | None) -> Detail:
    return Detail(attribute, None, f"/{attribute}", "Never", "Static", "DirectModification", None, before, after)


def _of_path(
    looking: _Looking, evaluation: Scopes, before: Definition, after: Definition, path: Path
) -> Iterator[Detail]:
    schema = schema_of(after.type)
    tags = path[0] == schema.tag_property
    dynamic = is_unknown(at_path(after.properties, path))
    for source, cause in _causes(looking, evaluation, after.logical_id, path):
        yield Detail(
            attribute="Tags" if tags else "Properties",
            name=None if tags else path[0],
            path="/".join(("", "Properties", *path)),
            recreation=schema.recreation("/".join(path)),
            evaluation="Dynamic" if dynamic else "Static",
            source=source,
            cause=cause,
            before=_words(at_path(before.shown, path)),
            after=_words(at_path(after.shown, path)),
            before_from=_origin(looking, before, path),
            drift=_live_drift(looking, before, path),
        )


def _settled(looking: _Looking, before: Definition, after: Definition) -> Iterator[Detail]:
    """The drifted properties that the template has come to agree with."""
    if looking.drifts is None:
        return
    declared = looking.stack.resources[before.logical_id].definition
    for path in differences(declared.properties, before.properties):
        if not [*differences(at_path(before.properties, path), at_path(after.properties, path))]:
            live = _words(at_path(before.shown, path))
            yield Detail(
                attribute="Properties",
                name=path[0],
                path="/".join(("", "Properties", *path)),
                recreation="Never",
                evaluation="Static",
                source="NoModification",
                cause=None,
                before=live,
                after=live,
                sync=True,
                before_from=_origin(looking, before, path),
                drift=_live_drift(looking, before, path),
            )


def _origin(looking: _Looking, before: Definition, path: Path) -> str | None:
    if looking.drifts is None:
        return None
    found = looking.drifts.get(before.logical_id)
    read = found is not None and path[0] in found.expected
    return "ACTUAL_STATE" if read else "PREVIOUS_DEPLOYMENT_STATE"


def _live_drift(looking: _Looking, before: Definition, path: Path) -> LiveDrift | None:
    found = (looking.drifts or {}).get(before.logical_id)
    previous = looking.stack.resources[before.logical_id].definition.shown
    was, is_now = _words(at_path(previous, path)), _words(at_path(before.shown, path))
    return LiveDrift(was, is_now, found.at) if found is not None and was != is_now else None


def _causes(looking: _Looking, evaluation: Scopes, name: str, path: Path) -> list[tuple[str, str | None]]:
    """Why a property changes: `(ChangeSource, CausingEntity)`."""
    template = evaluation.real.template
    declared = _declared(template, name, path)
    causes: list[tuple[str, str | None]] = []
    for found, attribute in dict.fromkeys(references(declared, evaluation.real)):
        if found in template.parameters:
            if looking.target.parameters.get(found) != looking.stack.target.parameters.get(found):
                causes.append(("ParameterReference", found))
        elif found in template.resources and not looking.known(found, attribute):
            source = "ResourceAttribute" if attribute else "ResourceReference"
            causes.append((source, f"{found}.{attribute}" if attribute else found))
    before = _declared(parse(looking.stack.target.body), name, path)
    return causes if causes and before == declared else [*causes, ("DirectModification", None)]


def _declared(template: Template, name: str, path: Path) -> Json:
    """What the template says at a path, or the function above it that brings the value about."""
    node: Json = template.resources.get(name, {}).get("Properties")
    for step in path:
        if _is_call(node):
            return node
        node = at_path(node, (step,))
    return node


def _is_call(node: Json) -> bool:
    return isinstance(node, dict) and len(node) == 1 and next(iter(node)).startswith(("Ref", "Fn::"))


def _words(value: Json) -> str | None:
    if value is None:
        return None
    return json.dumps(value) if isinstance(value, (dict, list)) else text(value)
