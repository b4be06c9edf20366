"""The details of a change: every property that differs, why, what it means, and where its old value is from."""

from __future__ import annotations

import json
from collections.abc import Iterator

from hivemind.emulator.cloudformation.differences import Path, at_path, differences
from hivemind.emulator.cloudformation.graph import references
from hivemind.emulator.cloudformation.intrinsics import is_unknown, text
from hivemind.emulator.cloudformation.looking import Looking
from hivemind.emulator.cloudformation.records import Definition, Detail, Json, LiveDrift
from hivemind.emulator.cloudformation.region import Scopes
from hivemind.emulator.cloudformation.schemas import schema_of
from hivemind.emulator.cloudformation.template import Template, parse


def details_of(looking: Looking, evaluation: Scopes, before: Definition, after: Definition) -> Iterator[Detail]:
    """Properties, tags and attributes of one resource, as a change set lists them."""
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
    looking: Looking, evaluation: Scopes, before: Definition, after: Definition, path: Path
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


def _settled(looking: Looking, before: Definition, after: Definition) -> Iterator[Detail]:
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


def _origin(looking: Looking, before: Definition, path: Path) -> str | None:
    if looking.drifts is None:
        return None
    found = looking.drifts.get(before.logical_id)
    read = found is not None and path[0] in found.expected
    return "ACTUAL_STATE" if read else "PREVIOUS_DEPLOYMENT_STATE"


def _live_drift(looking: Looking, before: Definition, path: Path) -> LiveDrift | None:
    found = (looking.drifts or {}).get(before.logical_id)
    previous = looking.stack.resources[before.logical_id].definition.shown
    was, is_now = _words(at_path(previous, path)), _words(at_path(before.shown, path))
    return LiveDrift(was, is_now, found.at) if found is not None and was != is_now else None


def _causes(looking: Looking, evaluation: Scopes, name: str, path: Path) -> list[tuple[str, str | None]]:
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
