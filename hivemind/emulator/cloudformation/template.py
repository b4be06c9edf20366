"""A template as text → the checked form of it: YAML or JSON with short tags, sections, quotas, known functions.

What is refused here is what CloudFormation refuses before it looks at any value: text that is not YAML, aliases,
unknown sections, functions or resource attributes, references to what the template does not have, and the quotas.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import yaml

from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.refusal import Refusal, template_error

LARGEST_BODY = 51_200
LARGEST_STORED = 1_000_000
"""AWS's page says 1 MB; its error message says which."""
_MOST_DYNAMIC_REFERENCES = 60
_MOST = {"Resources": 500, "Parameters": 200, "Outputs": 200, "Mappings": 200}

_SECTIONS = {
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Mappings",
    "Conditions",
    "Rules",
    "Resources",
    "Outputs",
    "Transform",
}
_RESOURCE_KEYS = {
    "Type",
    "Properties",
    "Condition",
    "DependsOn",
    "Metadata",
    "CreationPolicy",
    "UpdatePolicy",
    "DeletionPolicy",
    "UpdateReplacePolicy",
}
_DELETION_POLICIES = ("Delete", "Retain", "RetainExceptOnCreate", "Snapshot")


@dataclass(frozen=True)
class Template:
    """A template that is well formed; its sections are read, never changed."""

    body: str
    sections: Mapping[str, Any]

    def section(self, name: str) -> Mapping[str, Any]:
        """One section, empty when absent."""
        return self.sections.get(name) or {}

    @cached_property
    def resources(self) -> Mapping[str, Mapping[str, Any]]:
        """The resources by logical id."""
        return self.section("Resources")

    @cached_property
    def parameters(self) -> Mapping[str, Mapping[str, Any]]:
        """The parameter declarations."""
        return self.section("Parameters")

    @cached_property
    def outputs(self) -> Mapping[str, Mapping[str, Any]]:
        """The output declarations."""
        return self.section("Outputs")

    @property
    def description(self) -> str | None:
        """The template's own description."""
        return self.sections.get("Description")

    @cached_property
    def secret_parameters(self) -> frozenset[str]:
        """The parameters whose values are never shown."""
        return frozenset(name for name, each in self.parameters.items() if _is_true(each.get("NoEcho")))


NOTHING = Template(body="", sections={"Resources": {}})
"""The template of a stack that has none yet."""


@lru_cache(maxsize=64)
def parse(body: str) -> Template:
    """The template that `body` holds; raises Refusal with AWS's words."""
    if not body:
        return NOTHING
    sections = _load(body)
    if not isinstance(sections, dict):
        raise template_error("unsupported structure.")
    _check_sections(sections)
    template = Template(body, sections)
    for name, resource in template.resources.items():
        _check_resource(name, resource)
    _check_dynamic_references(body)
    return template


def _is_true(value: object) -> bool:
    return value in (True, "true", "True")


def _load(body: str) -> Any:
    if body.lstrip().startswith("{"):
        with contextlib.suppress(ValueError):
            return json.loads(body)  # YAML would stumble over tabs
    try:
        if "*" in body and any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(body, Loader=_Loader)):
            raise template_error("YAML aliases are not allowed in CloudFormation templates")
        return yaml.load(body, Loader=_Loader)  # a SafeLoader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        problem = getattr(error, "problem", None) or "not readable"
        raise template_error(f"YAML not well-formed.{place} {problem}") from error


SERVERLESS = "AWS::Serverless-2016-10-31"
"""A transform that leaves a template without serverless resources as it is; those are types we do not have."""


def _check_sections(sections: Mapping[str, Any]) -> None:
    if "Hooks" in sections or sections.get("Transform", SERVERLESS) not in (SERVERLESS, [SERVERLESS]):
        raise template_error(f"the local cloud supports neither Hooks nor a Transform but {SERVERLESS}")
    unknown = sorted(set(map(str, sections)) - _SECTIONS)
    if unknown:
        raise template_error(f"Invalid template property or properties {unknown}".replace("'", ""))
    if not isinstance(sections.get("Resources"), dict) or not sections["Resources"]:
        raise template_error("At least one Resources member must be defined.")
    for name, most in _MOST.items():
        section = sections.get(name) or {}
        if not isinstance(section, dict):
            raise template_error(f"[/{name}] must be an object")
        if len(section) > most:
            raise template_error(f"Number of {name.lower()}, {len(section)}, is greater than maximum allowed, {most}")


def _check_resource(name: str, resource: Any) -> None:
    if not isinstance(resource, dict):
        raise template_error(f"[/Resources/{name}] resource definition is malformed")
    if not isinstance(resource.get("Type"), str):
        raise template_error(f"[/Resources/{name}] Every Resources object must contain a Type member.")
    if not name.isalnum() or len(name) > 255:
        raise template_error(f"Resource name {name} is non alphanumeric.")
    for key in sorted(set(resource) - _RESOURCE_KEYS):
        raise template_error(f"[/Resources/{name}] Encountered unsupported resource attribute: {key}")
    if not isinstance(resource.get("Properties") or {}, dict):
        raise template_error(f"[/Resources/{name}/Properties] must be an object")
    for key in ("DeletionPolicy", "UpdateReplacePolicy"):
        if resource.get(key, "Delete") not in _DELETION_POLICIES:
            raise template_error(f"Unrecognized {key} {resource[key]} for resource {name}")


def _check_dynamic_references(body: str) -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html."""
    found = body.count("{{resolve:")
    if found > _MOST_DYNAMIC_REFERENCES:
        raise template_error(
            f"Number of dynamic references, {found}, is greater than maximum allowed, {_MOST_DYNAMIC_REFERENCES}"
        )


def check_size(body: str, *, stored: bool) -> None:
    """Refuses a body above the quota: 51,200 bytes inline, 1 MB when fetched from S3."""
    size = len(body.encode())
    if stored and size > LARGEST_STORED:
        raise Refusal(f"Template may not exceed {LARGEST_STORED} bytes in size.", hint="split the stack")
    if not stored and size > LARGEST_BODY:
        message = (
            f"1 validation error detected: Value at 'templateBody' failed to satisfy constraint: "
            f"Member must have length less than or equal to {LARGEST_BODY}"
        )
        raise Refusal(message, hint=f"it has {size} bytes: upload it to S3 and give TemplateURL, or split the stack")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML as CloudFormation reads it: short tags, no double keys, dates left as text."""


def _construct_mapping(loader: Any, node: yaml.MappingNode) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        key = key if isinstance(key, str) else str(key_node.value)
        if key in found:
            raise yaml.constructor.ConstructorError(None, None, f"duplicate key {key}", key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
    return found


def _construct_tag(loader: Any, suffix: str, node: yaml.Node) -> dict[str, Json]:
    value: Json
    match node:
        case yaml.ScalarNode():
            value = loader.construct_scalar(node)
        case yaml.SequenceNode():
            value = loader.construct_sequence(node, deep=True)
        case _:
            value = _construct_mapping(loader, node)  # type: ignore[arg-type]
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _construct_tag)
_Loader.add_constructor("tag:yaml.org,2002:map", _construct_mapping)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def nodes(value: Json) -> Iterator[tuple[str, Json]]:
    """Every function call inside a value, outermost first, as `(name, argument)`."""
    if isinstance(value, dict):
        if len(value) == 1:
            name, argument = next(iter(value.items()))
            if name == "Ref" or name.startswith("Fn::") or (name == "Condition" and isinstance(argument, str)):
                yield name, argument
        for inner in value.values():
            yield from nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner)
