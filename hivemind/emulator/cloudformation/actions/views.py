"""Records as the API shows them; secret parameter values are masked here, once."""

from __future__ import annotations

from typing import Any

from hivemind.emulator.cloudformation.drifted import stack_status
from hivemind.emulator.cloudformation.history import Event
from hivemind.emulator.cloudformation.parameters import masked
from hivemind.emulator.cloudformation.records import (
    Change,
    ChangeDrift,
    ChangeSet,
    Detail,
    Output,
    Resource,
    Stack,
    Target,
)
from hivemind.emulator.cloudformation.template import Template, parse


def parameters(target: Target) -> list[dict[str, Any]]:
    """The parameter values of a target."""
    shown = masked(parse(target.body), target.parameters)
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in shown.items()]


def tags(target: Target) -> list[dict[str, str]]:
    """The stack's tags."""
    return [{"Key": key, "Value": value} for key, value in target.tags.items()]


def stack(each: Stack) -> dict[str, Any]:
    """`Stack`."""
    return {
        **_summary(each),
        "ChangeSetId": each.change_set_id,
        "Description": parse(each.target.body).description,
        "Parameters": parameters(each.target),
        "Outputs": [_output(output) for output in each.outputs],
        "Tags": tags(each.target),
        "Capabilities": list(each.target.capabilities),
        "DisableRollback": each.disable_rollback,
        "EnableTerminationProtection": each.termination_protection,
        "NotificationARNs": [],
        "RollbackConfiguration": {},
    }


def stack_summary(each: Stack) -> dict[str, Any]:
    """`StackSummary`."""
    return {**_summary(each), "TemplateDescription": parse(each.target.body).description}


def _summary(each: Stack) -> dict[str, Any]:
    return {
        "StackId": each.id,
        "StackName": each.name,
        "CreationTime": each.created,
        "LastUpdatedTime": each.updated,
        "DeletionTime": each.deleted,
        "StackStatus": each.status,
        "StackStatusReason": each.reason,
        "DriftInformation": _drift(each),
        "LastOperations": []
        if each.operation is None
        else [{"OperationType": each.operation.kind, "OperationId": each.operation.id}],
    }


def _drift(each: Stack) -> dict[str, Any]:
    checked = [found.at for found in each.drifts.values()]
    last = {"LastCheckTimestamp": max(checked)} if checked else {}
    return {"StackDriftStatus": stack_status(each.drifts), **last}


def _resource_drift(owner: Stack, each: Resource) -> dict[str, Any]:
    found = owner.drifts.get(each.logical_id)
    if found is None or found.status == "NOT_CHECKED":
        return {"StackResourceDriftStatus": "NOT_CHECKED"}
    return {"StackResourceDriftStatus": found.status, "LastCheckTimestamp": found.at}


def _output(output: Output) -> dict[str, Any]:
    return {
        "OutputKey": output.key,
        "OutputValue": output.value,
        "Description": output.description,
        "ExportName": output.export,
    }


def event(owner: Stack, each: Event) -> dict[str, Any]:
    """`StackEvent`."""
    return {
        "StackId": owner.id,
        "StackName": owner.name,
        "EventId": each.id,
        "LogicalResourceId": each.logical_id,
        "PhysicalResourceId": each.physical_id,
        "ResourceType": each.type,
        "ResourceStatus": each.status,
        "ResourceStatusReason": each.reason,
        "ResourceProperties": each.properties,
        "Timestamp": each.at,
        **({"ClientRequestToken": each.token} if each.token else {}),
    }


def resource(owner: Stack, each: Resource) -> dict[str, Any]:
    """`StackResource`, `StackResourceDetail` and `StackResourceSummary` at once: they share their members' names."""
    import json

    metadata = each.definition.attributes.get("Metadata")
    return {
        "StackId": owner.id,
        "StackName": owner.name,
        "LogicalResourceId": each.logical_id,
        "PhysicalResourceId": each.physical_id or None,
        "ResourceType": each.type,
        "ResourceStatus": each.status,
        "ResourceStatusReason": each.reason,
        "Timestamp": each.changed,
        "LastUpdatedTimestamp": each.changed,
        "Metadata": json.dumps(metadata) if metadata else None,
        "DriftInformation": _resource_drift(owner, each),
    }


def change_set_summary(owner: Stack, each: ChangeSet) -> dict[str, Any]:
    """`ChangeSetSummary`."""
    return {
        "StackId": owner.id,
        "StackName": owner.name,
        "ChangeSetId": each.id,
        "ChangeSetName": each.name,
        "Description": each.description,
        "CreationTime": each.created,
        "Status": each.status,
        "StatusReason": each.reason,
        "ExecutionStatus": each.execution_status,
    }


def change_set(owner: Stack, each: ChangeSet, *, with_values: bool) -> dict[str, Any]:
    """The answer of DescribeChangeSet; property values only when they were asked for."""
    return {
        **change_set_summary(owner, each),
        "Parameters": parameters(each.target),
        "Tags": tags(each.target),
        "Capabilities": list(each.target.capabilities),
        "NotificationARNs": [],
        "RollbackConfiguration": {},
        "OnStackFailure": each.on_failure,
        **({"DeploymentMode": "REVERT_DRIFT", "StackDriftStatus": each.drift_status} if each.reverts_drift else {}),
        "Changes": [
            {"Type": "Resource", "ResourceChange": _change(change, with_values=with_values)} for change in each.changes
        ],
    }


def _change(each: Change, *, with_values: bool) -> dict[str, Any]:
    shown = [_detail(detail, with_values=with_values) for detail in each.details]
    unique = [detail for index, detail in enumerate(shown) if detail not in shown[:index]]
    return {
        "Action": each.action,
        "LogicalResourceId": each.logical_id,
        "PhysicalResourceId": each.physical_id,
        "ResourceType": each.type,
        "Replacement": each.replacement,
        "PolicyAction": each.policy,
        "Scope": list(dict.fromkeys(detail.attribute for detail in each.details)),
        "Details": unique,
        **_change_drift(each.drift, with_values=with_values),
        **({"BeforeContext": each.before, "AfterContext": each.after} if with_values else {}),
    }


def _change_drift(drift: ChangeDrift | None, *, with_values: bool) -> dict[str, Any]:
    if drift is None:
        return {}
    return {
        "ResourceDriftStatus": drift.status,
        "ResourceDriftIgnoredAttributes": [{"Path": path, "Reason": reason} for path, reason in drift.ignored],
        **({"PreviousDeploymentContext": drift.previous} if with_values else {}),
    }


def _detail(each: Detail, *, with_values: bool) -> dict[str, Any]:
    target = {"Attribute": each.attribute, "Name": each.name, "RequiresRecreation": each.recreation}
    if with_values:
        values = {"BeforeValue": each.before, "AfterValue": each.after}
        target |= {"Path": each.path, "AttributeChangeType": _kind(each), **values, **_origins(each)}
    return {
        "Target": target,
        "Evaluation": each.evaluation,
        "ChangeSource": each.source,
        "CausingEntity": each.cause,
    }


def _kind(each: Detail) -> str:
    if each.sync:
        return "SyncWithActual"
    return "Add" if each.before is None else "Remove" if each.after is None else "Modify"


def _origins(each: Detail) -> dict[str, Any]:
    """Where the values come from; only drift-aware change sets say so."""
    if each.before_from is None:
        return {}
    drift = each.drift and {
        "PreviousValue": each.drift.previous,
        "ActualValue": each.drift.actual,
        "DriftDetectionTimestamp": each.drift.at,
    }
    return {"BeforeValueFrom": each.before_from, "AfterValueFrom": "TEMPLATE", **({"Drift": drift} if drift else {})}


def declarations(template: Template, type_key: str | None) -> list[dict[str, Any]]:
    """The parameters a template declares; `type_key` is how the answer calls their type, if it does."""
    return [
        {
            "ParameterKey": name,
            "DefaultValue": None if "Default" not in each else str(each["Default"]),
            "NoEcho": name in template.secret_parameters,
            "Description": each.get("Description"),
            **({type_key: each["Type"]} if type_key else {}),
        }
        for name, each in template.parameters.items()
    ]
