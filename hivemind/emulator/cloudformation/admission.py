"""What a template must satisfy before anything is evaluated: types and functions we have, attributes that exist,
policies that make sense, and the capabilities that IAM resources demand.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from hivemind.emulator.cloudformation.intrinsics import (
    FUNCTIONS,
    Evaluator,
    attribute_reference,
    placeholders,
    substitution,
    unsupported,
)
from hivemind.emulator.cloudformation.records import Definition, Json
from hivemind.emulator.cloudformation.refusal import Refusal, template_error
from hivemind.emulator.cloudformation.resources import HANDLERS
from hivemind.emulator.cloudformation.schemas import schema_of
from hivemind.emulator.cloudformation.template import Template, nodes

_NAMED_IAM = "CAPABILITY_NAMED_IAM"
_IAM = "CAPABILITY_IAM"
_AUTO_EXPAND = "CAPABILITY_AUTO_EXPAND"
_DEMANDING = ("Role", "InstanceProfile", "Policy", "ManagedPolicy")


def check(template: Template) -> None:
    """Refuses what the local cloud could not do, all unknown types at once."""
    unknown = sorted({resource["Type"] for resource in template.resources.values()} - HANDLERS.keys())
    if unknown:
        raise template_error(f"Unrecognized resource types: [{', '.join(unknown)}]")
    for section in ("Conditions", "Resources", "Outputs", "Rules"):
        for name, argument in nodes(template.section(section)):
            _check_call(template, name, argument)
    for name, resource in template.resources.items():
        snapshots = "Snapshot" in (resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy"))
        if snapshots and not HANDLERS[resource["Type"]].can_snapshot:
            raise template_error(f"resource {name} of type {resource['Type']} does not support the Snapshot policy")


def _check_call(template: Template, name: str, argument: Json) -> None:
    if name.startswith("Fn::") and name not in FUNCTIONS:
        raise unsupported(name)
    if name == "Fn::GetAtt":
        _check_attribute(template, *attribute_reference(argument))
    elif name == "Fn::Sub":
        words, variables = substitution(argument)
        for each in placeholders(words):
            logical, _, attribute = each.partition(".")
            if attribute and each not in variables:
                _check_attribute(template, logical, attribute)


def _check_attribute(template: Template, logical_id: str, attribute: str) -> None:
    resource = template.resources.get(logical_id)
    if resource is None:
        raise template_error(f"Unresolved resource dependencies [{logical_id}] in the template")
    handler = HANDLERS[resource["Type"]]
    if attribute not in handler.offers:
        known = attribute.replace(".", "/") in schema_of(handler.type).read_only
        offered = ", ".join(sorted(handler.offers)) or "none"
        raise Refusal(
            f"Template error: resource {logical_id} does not support attribute type {attribute} in Fn::GetAtt"
            + (" on the local cloud" if known else ""),
            hint=f"it offers {offered}",
        )


def ignored_properties(definition: Definition) -> list[str]:
    """The properties of one resource that AWS has and the local cloud would have to ignore."""
    strange = definition.properties.keys() - HANDLERS[definition.type].honours
    known = schema_of(definition.type).properties.keys() - schema_of(definition.type).read_only
    return [
        f"Properties of resource {definition.logical_id}: [{name}] is not supported by the local cloud"
        for name in sorted(strange & known)
    ]


def demanded_capability(template: Template) -> tuple[str | None, list[str]]:
    """The capability that must be acknowledged, and the types that demand it."""
    kinds = {f"AWS::IAM::{name}" for name in _DEMANDING}
    demanding = [each for each in template.resources.values() if each["Type"] in kinds]
    if not demanding:
        return None, []
    named = any(_has_custom_name(each) for each in demanding)
    return _NAMED_IAM if named else _IAM, sorted({each["Type"] for each in demanding})


def _has_custom_name(resource: Mapping[str, Any]) -> bool:
    return bool(HANDLERS[resource["Type"]].custom_names & (resource.get("Properties") or {}).keys())


def check_capabilities(template: Template, acknowledged: Collection[str]) -> None:
    """Refuses IAM resources that the caller did not acknowledge."""
    demanded, _ = demanded_capability(template)
    if demanded is None or _NAMED_IAM in acknowledged or demanded in acknowledged:
        return
    raise Refusal(
        f"Requires capabilities : [{demanded}]",
        code="InsufficientCapabilitiesException",
        hint=f"give Capabilities=[{demanded}]",
    )


def check_expansion(template: Template, acknowledged: Collection[str]) -> None:
    """Refuses a transform that nobody has looked at: outside a change set it must be acknowledged.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html (Capabilities)
    """
    if "Transform" in template.sections and _AUTO_EXPAND not in acknowledged:
        raise Refusal(f"Requires capabilities : [{_AUTO_EXPAND}]", code="InsufficientCapabilitiesException")


def used_exports(scope: Evaluator) -> frozenset[str]:
    """The names that the wanted resources and outputs import."""
    wanted: list[Json] = [each for each in scope.template.resources.values() if scope.wanted(each)]
    wanted += [each for each in scope.template.outputs.values() if scope.wanted(each)]
    found = (argument for name, argument in nodes(wanted) if name == "Fn::ImportValue")
    return frozenset(str(scope.value(argument)) for argument in found)
