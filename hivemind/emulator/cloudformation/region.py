"""One region of the local cloud, and how a stack's template is evaluated in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hivemind.emulator.cloudformation.cloud import Cloud
from hivemind.emulator.cloudformation.dynamic import resolved
from hivemind.emulator.cloudformation.intrinsics import Evaluator, Lookup
from hivemind.emulator.cloudformation.parameters import evaluated, masked
from hivemind.emulator.cloudformation.records import Definition, Json, Resource, Stack, Target
from hivemind.emulator.cloudformation.refusal import Refusal
from hivemind.emulator.cloudformation.resources import HANDLERS, Wanted
from hivemind.emulator.cloudformation.stacks import ACCOUNT, Stacks
from hivemind.emulator.cloudformation.template import parse

_ATTRIBUTES = ("CreationPolicy", "UpdatePolicy", "DeletionPolicy", "UpdateReplacePolicy", "Metadata")

NO_EXPORT = "NoExport"
"""What is missing was not made yet: AWS begins the operation and rolls it back at once."""


@dataclass(frozen=True)
class Region:
    """What is remembered, and the door through which a region's resources are made."""

    stacks: Stacks
    cloud: Cloud

    def wanted(self, stack: Stack, definition: Definition) -> Wanted:
        """A definition ready for its handler: dynamic references resolved."""
        properties = resolved(definition.properties, self.cloud)
        return Wanted(stack.name, definition.logical_id, properties, definition.tags, definition.attributes)

    def reachable(self, stack: Stack, definition: Definition) -> Wanted:
        """The same for a resource that is about to go: what can no longer be resolved stays as it is."""
        try:
            return self.wanted(stack, definition)
        except Refusal:
            return Wanted(
                stack.name, definition.logical_id, definition.properties, definition.tags, definition.attributes
            )

    def attribute(self, stack: Stack, resource: Resource, name: str) -> Json:
        """What `Fn::GetAtt` reads of a live resource."""
        values = HANDLERS[resource.type].attributes(
            self.cloud, resource.physical_id, self.reachable(stack, resource.definition)
        )
        if name not in values:
            raise Refusal(
                f"Template error: resource {resource.logical_id} does not support attribute type {name} in Fn::GetAtt"
            )
        return values[name]


@dataclass(frozen=True)
class Scopes:
    """The same template evaluated twice: with its values, and with NoEcho values masked."""

    real: Evaluator
    shown: Evaluator
    tags: Mapping[str, str]

    def definition(self, name: str, depends_on: frozenset[str]) -> Definition:
        """One resource of the template, evaluated."""
        resource = self.real.template.resources[name]
        declared = resource.get("Properties") or {}
        properties = self.real.value(declared)
        return Definition(
            logical_id=name,
            type=resource["Type"],
            properties=properties,
            shown=properties if self.shown is self.real else self.shown.value(declared),
            tags=self.tags,
            attributes={key: self.real.value(resource[key]) for key in _ATTRIBUTES if key in resource},
            depends_on=depends_on,
        )


def scopes(region: Region, stack: Stack, target: Target, lookup: Lookup) -> Scopes:
    """How `target` is evaluated for `stack`."""
    template = parse(target.body)
    values = evaluated(template, target.parameters, lambda name: _stored_parameter(region.cloud, name))
    pseudo = _pseudo_parameters(stack)
    imports = _imports(region)
    real = Evaluator(template, values, pseudo, lookup, imports)
    shown = real
    if template.secret_parameters:
        shown = Evaluator(template, masked(template, values), pseudo, lookup, imports)
    return Scopes(real, shown, target.tags)


def _stored_parameter(cloud: Cloud, name: str) -> str:
    return str(cloud.call("ssm", "get_parameter", Name=name)["Parameter"]["Value"])


def _pseudo_parameters(stack: Stack) -> Mapping[str, Json]:
    return {
        "AWS::AccountId": ACCOUNT,
        "AWS::NotificationARNs": [],
        "AWS::Partition": "aws",
        "AWS::Region": stack.region,
        "AWS::StackId": stack.id,
        "AWS::StackName": stack.name,
        "AWS::URLSuffix": "amazonaws.com",
    }


def _imports(region: Region) -> Callable[[str], str]:
    def read(name: str) -> str:
        found = region.stacks.exports(region.cloud.region).get(name)
        if found is None:
            said = f"No export named {name} found."
            raise Refusal(said, code=NO_EXPORT, hint="deploy the stack that exports it first")
        return found[1].value

    return read
