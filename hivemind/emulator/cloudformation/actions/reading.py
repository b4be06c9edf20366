"""Actions that only read."""

from __future__ import annotations

from hivemind.emulator.cloudformation.actions import views
from hivemind.emulator.cloudformation.actions.request import Answer, Request
from hivemind.emulator.cloudformation.admission import demanded_capability
from hivemind.emulator.cloudformation.records import Resource, Stack
from hivemind.emulator.cloudformation.refusal import Refusal
from hivemind.emulator.cloudformation.template import Template, parse


def describe_stacks(request: Request) -> Answer:
    """DescribeStacks."""
    if request.get("StackName"):
        return {"Stacks": [views.stack(request.stack())]}
    return {"Stacks": [views.stack(each) for each in _of_region(request) if each.alive]}


def list_stacks(request: Request) -> Answer:
    """ListStacks, the deleted ones too."""
    wanted = request.get("StackStatusFilter") or ()
    found = [each for each in _of_region(request) if not wanted or each.status in wanted]
    return {"StackSummaries": [views.stack_summary(each) for each in found]}


def _of_region(request: Request) -> list[Stack]:
    with request.engine.stacks.lock:
        found = [each for each in request.engine.stacks.stacks.values() if each.region == request.region_name]
    return found[::-1]


def describe_stack_events(request: Request) -> Answer:
    """DescribeStackEvents, newest first."""
    stack = request.stack()
    return {"StackEvents": [views.event(stack, each) for each in stack.events[::-1]]}


def list_stack_resources(request: Request) -> Answer:
    """ListStackResources."""
    stack = request.stack()
    return {"StackResourceSummaries": [views.resource(stack, each) for each in _resources(request, stack)]}


def describe_stack_resources(request: Request) -> Answer:
    """DescribeStackResources, of a stack or of the one that owns a physical id."""
    stack = request.stack() if request.get("StackName") else _owner(request, request.get("PhysicalResourceId"))
    wanted = request.get("LogicalResourceId")
    found = [each for each in _resources(request, stack) if wanted in (None, each.logical_id)]
    return {"StackResources": [views.resource(stack, each) for each in found]}


def _owner(request: Request, physical_id: str | None) -> Stack:
    for stack in _of_region(request):
        if any(each.physical_id == physical_id for each in _resources(request, stack)):
            return stack
    raise Refusal(f"Stack for {physical_id} does not exist")


def describe_stack_resource(request: Request) -> Answer:
    """DescribeStackResource."""
    stack, name = request.stack(), request["LogicalResourceId"]
    if name not in stack.resources:
        raise Refusal(f"Resource {name} does not exist for stack {stack.name}")
    return {"StackResourceDetail": views.resource(stack, stack.resources[name])}


def _resources(request: Request, stack: Stack) -> list[Resource]:
    with request.engine.stacks.lock:
        return list(stack.resources.values())


def get_template(request: Request) -> Answer:
    """GetTemplate, of a stack or of a change set."""
    if request.get("ChangeSetName"):
        stacks = request.engine.stacks
        target = stacks.change_set(request["ChangeSetName"], request.get("StackName"), request.region_name).target
    else:
        target = request.stack().target
    return {"TemplateBody": target.body, "StagesAvailable": ["Original", "Processed"]}


def get_template_summary(request: Request) -> Answer:
    """GetTemplateSummary."""
    template = parse(request.stack().target.body) if request.get("StackName") else request.template()
    return {
        **_described(template),
        "Parameters": views.declarations(template, "ParameterType"),
        "ResourceTypes": sorted({each["Type"] for each in template.resources.values()}),
        "Version": template.sections.get("AWSTemplateFormatVersion"),
    }


def validate_template(request: Request) -> Answer:
    """ValidateTemplate."""
    template = request.template()
    return {**_described(template), "Parameters": views.declarations(template, None)}


def _described(template: Template) -> dict[str, object]:
    capability, kinds = demanded_capability(template)
    if capability is None:
        return {"Description": template.description, "Capabilities": []}
    reason = f"The following resource(s) require capabilities: [{', '.join(kinds)}]"
    return {"Description": template.description, "Capabilities": [capability], "CapabilitiesReason": reason}


def list_exports(request: Request) -> Answer:
    """ListExports."""
    exports = request.engine.stacks.exports(request.region_name)
    return {
        "Exports": [
            {"ExportingStackId": stack.id, "Name": name, "Value": output.value}
            for name, (stack, output) in exports.items()
        ]
    }


def list_imports(request: Request) -> Answer:
    """ListImports."""
    name = request["ExportName"]
    users = [each.name for each in _of_region(request) if each.alive and name in each.imports]
    if not users:
        raise Refusal(f"Export '{name}' is not imported by any stack.")
    return {"Imports": users}
