"""Change sets: made, read, deleted, and put into our words."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Literal

from hivemind.aws.failures import code_of
from hivemind.model.change import Action, Certainty, PropertyChange, ResourceChange
from hivemind.model.template import StackInput

State = Literal["absent", "preparing", "available", "executing", "spent", "empty", "failed"]
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]
NO_CHANGES = ("didn't contain changes", "No updates are to be performed")
LOOK_EVERY, LOOKS = 0.5, 240
"""Seconds between looks at a preview being made, and how many: two minutes."""

_CERTAINTY: dict[str, Certainty] = {"Never": "never", "Conditionally": "conditional", "Always": "always"}
_RANK: dict[Certainty, int] = {"never": 0, "conditional": 1, "always": 2}


def create(client: Any, wanted: StackInput, name: str, kind: str) -> None:
    """Begin a change set; one of that name that another call just began will do as well."""
    try:
        client.create_change_set(
            StackName=wanted.name,
            ChangeSetName=name,
            ChangeSetType=kind,
            TemplateBody=wanted.body,
            Parameters=[_parameter(key, value) for key, value in wanted.parameters.items()],
            Tags=[{"Key": key, "Value": value} for key, value in wanted.tags.items()],
            Capabilities=CAPABILITIES,
            **({"DeploymentMode": "REVERT_DRIFT"} if wanted.reverts_drift else {}),
        )
    except client.exceptions.AlreadyExistsException:
        return


def find(client: Any, stack: str, name: str) -> Any:
    """The change set with all its changes and their values, or None."""
    from botocore.exceptions import ClientError

    request = {"StackName": stack, "ChangeSetName": name, "IncludePropertyValues": True}
    try:
        found = client.describe_change_set(**request)
        page = found
        while token := page.get("NextToken"):
            page = client.describe_change_set(**request, NextToken=token)
            found["Changes"] += page.get("Changes", [])
    except ClientError as error:
        if _absent(error):
            return None
        raise
    return found


def state(found: Any) -> State:
    """What can be done with a change set. `spent`: executed or overtaken by another."""
    if found is None:
        return "absent"
    match found["Status"], found.get("ExecutionStatus"):
        case "FAILED", _:
            reason = found.get("StatusReason") or ""
            return "empty" if any(words in reason for words in NO_CHANGES) else "failed"
        case _, "EXECUTE_IN_PROGRESS":
            return "executing"
        case _, "EXECUTE_COMPLETE" | "EXECUTE_FAILED" | "OBSOLETE":
            return "spent"
        case "CREATE_COMPLETE", "AVAILABLE":
            return "available"
        case _:
            return "preparing"


def awaited(client: Any, stack: str, name: str) -> Any:
    """The change set once it is made or has failed, or as it is after two minutes."""
    from botocore.exceptions import WaiterError

    waiter = client.get_waiter("change_set_create_complete")
    with suppress(WaiterError):
        waiter.wait(StackName=stack, ChangeSetName=name, WaiterConfig={"Delay": LOOK_EVERY, "MaxAttempts": LOOKS})
    return find(client, stack, name)


def delete(client: Any, stack: str, name: str) -> None:
    """Delete a change set that may not be there."""
    from botocore.exceptions import ClientError

    try:
        client.delete_change_set(StackName=stack, ChangeSetName=name)
    except ClientError as error:
        if not _absent(error):
            raise


def failure(client: Any, stack: str, name: str, found: Any) -> str:
    """Why it is not there to be used. What early validation found is told by DescribeEvents alone."""
    reason = (found or {}).get("StatusReason") or "no reason given"
    if "validation" not in reason.lower():
        return reason
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        events = client.describe_events(StackName=stack, ChangeSetName=name).get("OperationEvents", ())
    except (BotoCoreError, ClientError):
        return reason
    failed = [
        f"{event.get('LogicalResourceId', stack)}: {event['ValidationStatusReason']}"
        for event in events
        if event.get("ValidationStatus") == "FAILED" and event.get("ValidationStatusReason")
    ]
    return "; ".join(failed) or reason


def changes(stack: str, found: Any) -> tuple[ResourceChange, ...]:
    """Its resource changes, in the order CloudFormation lists them."""
    listed = (change.get("ResourceChange") for change in found.get("Changes", ()))
    return tuple(_resource(stack, change) for change in listed if change)


def _resource(stack: str, change: Any) -> ResourceChange:
    details = change.get("Details", ())
    causes = sorted({detail["CausingEntity"] for detail in details if detail.get("CausingEntity")})
    return ResourceChange(
        stack=stack,
        logical_id=change["LogicalResourceId"],
        type=change["ResourceType"],
        action=_action(change),
        properties=_properties(details),
        reason=f"because of {', '.join(causes)}" if causes else "",
    )


def _action(change: Any) -> Action:
    match change["Action"]:
        case "Add" | "Import":
            return "add"
        case "Remove":
            return "remove"
        case _:
            return "replace" if change.get("Replacement") == "True" else "modify"


def _properties(details: Any) -> tuple[PropertyChange, ...]:
    """One per path: CloudFormation lists a path once per cause, and the strongest consequence counts."""
    found: dict[str, PropertyChange] = {}
    for detail in details:
        target = detail.get("Target", {})
        change = PropertyChange(
            path=_path(target),
            before=target.get("BeforeValue"),
            after=target.get("AfterValue"),
            replaces=_CERTAINTY.get(target.get("RequiresRecreation", ""), "never"),
        )
        known = found.get(change.path)
        if known is None or _RANK[change.replaces] > _RANK[known.replaces]:
            found[change.path] = change
    return tuple(found.values())


def _path(target: Any) -> str:
    """`/Properties/A/0/B` → `A/0/B`; a change outside the properties goes by its attribute (Tags, Metadata ...)."""
    path = str(target.get("Path") or "")
    if path.startswith("/Properties/"):
        return path.removeprefix("/Properties/")
    return str(target.get("Name") or target.get("Attribute") or path)


def _parameter(key: str, value: str | None) -> dict[str, Any]:
    if value is None:
        return {"ParameterKey": key, "UsePreviousValue": True}
    return {"ParameterKey": key, "ParameterValue": value}


def _absent(error: Any) -> bool:
    """Neither the change set nor, perhaps, its stack is there."""
    code = code_of(error)
    return code.startswith("ChangeSetNotFound") or (code == "ValidationError" and "does not exist" in str(error))
