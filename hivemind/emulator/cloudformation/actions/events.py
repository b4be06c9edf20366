"""DescribeEvents: a stack's history by operation, with what early validation found, newest first.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeEvents.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hivemind.emulator.cloudformation.actions.request import Answer, Request, page
from hivemind.emulator.cloudformation.history import Event, Finding, OperationEntry, stops
from hivemind.emulator.cloudformation.records import Stack
from hivemind.emulator.cloudformation.refusal import Refusal

_PER_PAGE = 100


def describe_events(request: Request) -> Answer:
    """DescribeEvents, of a stack, of one operation or of the making of a change set."""
    with request.engine.stacks.lock:  # an ending is written in several steps, and is seen whole or not yet
        stack, operations = _asked(request)
        shown = [event for operation in operations for event in _of_operation(stack, operation)]
    if str((request.get("Filters") or {}).get("FailedEvents", "")).lower() == "true":
        shown = [event for event in shown if _failed(event)]
    shown.sort(key=lambda event: event["Timestamp"], reverse=True)
    events, following = page(shown, _PER_PAGE, request.get("NextToken"))
    return {"OperationEvents": events, **following}


def _asked(request: Request) -> tuple[Stack, list[OperationEntry]]:
    stacks = request.engine.stacks
    if name := request.get("ChangeSetName"):
        found = stacks.change_set(name, request.get("StackName"), request.region_name)
        return stacks.stacks[found.stack_id], [each for each in (found.computed_by,) if each]
    if identity := request.get("OperationId"):
        for stack in stacks.stacks.values():
            if mine := [each for each in stack.operations if each.id == identity]:
                return stack, mine
        raise Refusal(f"Operation with id {identity} does not exist", hint="DescribeStacks names the last one")
    if request.get("StackName"):
        stack = request.stack()
        return stack, stack.operations
    raise Refusal("One of ChangeSetName, OperationId or StackName must be specified")


def _of_operation(stack: Stack, operation: OperationEntry) -> Iterator[dict[str, Any]]:
    findings = [each for each in stack.findings if each.operation_id == operation.id]
    mine = {"StackId": stack.id, "OperationId": operation.id, "OperationType": operation.kind}
    mine |= {"ClientRequestToken": operation.token} if operation.token else {}
    yield {**mine, **_milestone(operation, "IN_PROGRESS")}
    for finding in findings:
        yield {**mine, **_found(finding)}
    for event in [each for each in stack.events if each.operation_id == operation.id]:
        yield {**mine, **_event(event)}
    if operation.ended:
        stopped = {"DetailedStatus": "VALIDATION_FAILED"} if stops(findings) else {}
        yield {**mine, **_milestone(operation, operation.status), **stopped}


def _milestone(operation: OperationEntry, status: str) -> dict[str, Any]:
    ended = status != "IN_PROGRESS"
    return {
        "EventId": f"{operation.id}-{status}",
        "EventType": "STACK_EVENT",
        "OperationStatus": status,
        "Timestamp": operation.ended if ended else operation.began,
        "StartTime": operation.began,
        "EndTime": operation.ended if ended else None,
        "ResourceStatusReason": operation.reason if ended else None,
    }


def _found(finding: Finding) -> dict[str, Any]:
    return {
        "EventId": f"{finding.operation_id}-{finding.validation}-{finding.path}",
        "EventType": "VALIDATION_ERROR",
        "LogicalResourceId": finding.logical_id,
        "PhysicalResourceId": finding.physical_id,
        "ResourceType": finding.type,
        "Timestamp": finding.at,
        "ValidationFailureMode": finding.mode,
        "ValidationName": finding.validation,
        "ValidationStatus": "FAILED",
        "ValidationStatusReason": finding.reason,
        "ValidationPath": finding.path,
    }


def _event(event: Event) -> dict[str, Any]:
    failed = event.status.endswith("_FAILED")
    return {
        "EventId": event.id,
        "EventType": "PROVISIONING_ERROR" if failed else "PROGRESS_EVENT",
        "LogicalResourceId": event.logical_id,
        "PhysicalResourceId": event.physical_id,
        "ResourceType": event.type,
        "Timestamp": event.at,
        "ResourceStatus": event.status,
        "ResourceStatusReason": event.reason,
        "ResourceProperties": event.properties,
    }


def _failed(event: dict[str, Any]) -> bool:
    return event["EventType"] in ("VALIDATION_ERROR", "PROVISIONING_ERROR") or event.get("OperationStatus") == "FAILED"
