"""Actions on change sets."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from hivemind.emulator.cloudformation.actions import views
from hivemind.emulator.cloudformation.actions.request import Answer, Request
from hivemind.emulator.cloudformation.actions.stacks import check_name
from hivemind.emulator.cloudformation.changes import NO_CHANGES, Forecast, forecast
from hivemind.emulator.cloudformation.drift.detection import check_able, inspected
from hivemind.emulator.cloudformation.drifted import ResourceDrift, stack_status
from hivemind.emulator.cloudformation.history import NAME_CONFLICT, PROPERTIES, Finding, stops
from hivemind.emulator.cloudformation.records import DO_NOTHING, ROLLBACK, ChangeSet, Order, Stack, Target
from hivemind.emulator.cloudformation.refusal import Refusal
from hivemind.emulator.cloudformation.stacks import ACCOUNT

_ARN = f"arn:aws:cloudformation:{{region}}:{ACCOUNT}:changeSet/{{name}}"

_HOOKS = {PROPERTIES: "PropertyValidation", NAME_CONFLICT: "ResourceExistenceCheck"}
_STOPPED = (
    "The following hook(s)/validation failed: [%s]. To troubleshoot Early Validation errors, use the DescribeEvents "
    "API for detailed failure information."
)


def create_change_set(request: Request) -> Answer:
    """CreateChangeSet, of a new stack or of one that exists."""
    kind = request.get("ChangeSetType", "UPDATE")
    if kind not in ("CREATE", "UPDATE"):
        raise Refusal(f"the local cloud does not support change sets of type {kind}")
    check_name(request["StackName"].rpartition("/stack/")[2].partition("/")[0])
    check_name(request["ChangeSetName"], "changeSetName")
    drifts = _live_state(request, kind)
    with request.engine.stacks.lock:
        found = _existing(request)
        _check_kind(request, found, kind)
        target = request.target(found)
        stack = found or request.engine.stacks.add(request["StackName"], request.region_name, "REVIEW_IN_PROGRESS")
        foreseen = forecast(request.region, stack, target, drifts) if found else _first_forecast(request, stack, target)
        findings = request.findings(foreseen)
        status, execution, reason = _verdict(foreseen, findings)
        computed = request.engine.stacks.note(stack, "CREATE_CHANGESET", findings)
        computed.end("FAILED" if status == "FAILED" else "SUCCEEDED", reason)
        change_set = ChangeSet(
            id=f"{_ARN.format(region=request.region_name, name=request['ChangeSetName'])}/{uuid.uuid4()}",
            name=request["ChangeSetName"],
            stack_id=stack.id,
            kind=kind,
            target=target,
            changes=foreseen.changes,
            status=status,
            execution=execution,
            reason=reason,
            description=request.get("Description"),
            on_failure=request.get("OnStackFailure"),
            reverts_drift=drifts is not None,
            drift_status=stack_status(drifts or {}),
            computed_by=computed,
        )
        request.engine.stacks.change_sets[change_set.id] = change_set
    request.engine.stacks.changed()
    return {"Id": change_set.id, "StackId": stack.id}


def _live_state(request: Request, kind: str) -> Mapping[str, ResourceDrift] | None:
    """What is live now, for a change set that is to revert drift."""
    mode = request.get("DeploymentMode")
    if mode is None:
        return None
    if mode != "REVERT_DRIFT" or kind != "UPDATE":
        raise Refusal(f"DeploymentMode {mode} is not supported for a change set of type {kind}")
    stack = request.stack()
    check_able(stack)
    return inspected(request.region, stack)


def _existing(request: Request) -> Stack | None:
    try:
        stack = request.stack()
    except Refusal:
        return None
    names = {each.name for each in _of(request, stack)}
    if request["ChangeSetName"] in names:
        raise Refusal(f"ChangeSet {request['ChangeSetName']} already exists", code="AlreadyExistsException")
    return stack


def _check_kind(request: Request, stack: Stack | None, kind: str) -> None:
    if stack is None:
        if kind == "UPDATE":
            request.stack()  # which is refused as it does not exist
    elif kind == "CREATE":
        if stack.status != "REVIEW_IN_PROGRESS":
            raise Refusal(
                f"Stack [{stack.name}] already exists and cannot be created again with the changeSet "
                f"[{request['ChangeSetName']}]."
            )
    else:
        request.engine.check_updatable(stack)


def _first_forecast(request: Request, stack: Stack, target: Target) -> Forecast:
    try:
        foreseen = forecast(request.region, stack, target)
    except Refusal:
        del request.engine.stacks.stacks[stack.id]  # nothing was asked for that could be reviewed
        raise
    request.engine.stacks.record_stack(stack, "REVIEW_IN_PROGRESS", "User Initiated")
    return foreseen


def _verdict(foreseen: Forecast, findings: tuple[Finding, ...]) -> tuple[str, str, str | None]:
    """Status, execution status and reason of the change set."""
    if foreseen.unsupported:
        return "FAILED", "UNAVAILABLE", "\n".join(foreseen.unsupported)
    if stops(findings):
        hooks = sorted({_HOOKS[each.validation] for each in findings if each.mode == "FAIL"})
        return "FAILED", "UNAVAILABLE", _STOPPED % ", ".join(f"AWS::EarlyValidation::{hook}" for hook in hooks)
    if foreseen.empty:
        return "FAILED", "UNAVAILABLE", NO_CHANGES
    return "CREATE_COMPLETE", "AVAILABLE", None


def _of(request: Request, stack: Stack) -> list[ChangeSet]:
    return [each for each in request.engine.stacks.change_sets.values() if each.stack_id == stack.id]


def _named(request: Request) -> tuple[Stack, ChangeSet]:
    stacks = request.engine.stacks
    found = stacks.change_set(request["ChangeSetName"], request.get("StackName"), request.region_name)
    return stacks.stacks[found.stack_id], found


def describe_change_set(request: Request) -> Answer:
    """DescribeChangeSet."""
    stack, found = _named(request)
    return views.change_set(stack, found, with_values=request.flag("IncludePropertyValues"))


def list_change_sets(request: Request) -> Answer:
    """ListChangeSets."""
    stack = request.stack()
    return {"Summaries": [views.change_set_summary(stack, each) for each in _of(request, stack)]}


def delete_change_set(request: Request) -> Answer:
    """DeleteChangeSet; one that is not there is as good as deleted."""
    try:
        _, found = _named(request)
    except Refusal:
        return {}
    if found.execution_status == "EXECUTE_IN_PROGRESS":
        raise Refusal(
            f"ChangeSet [{found.id}] cannot be deleted in its current status of [{found.status}]",
            code="InvalidChangeSetStatus",
        )
    with request.engine.stacks.lock:
        del request.engine.stacks.change_sets[found.id]
    request.engine.stacks.changed()
    return {}


def execute_change_set(request: Request) -> Answer:
    """ExecuteChangeSet; the stack's other change sets are gone by it."""
    stack, found = _named(request)
    if found.on_failure and request.get("DisableRollback") is not None:
        raise Refusal("DisableRollback cannot be given for a change set with OnStackFailure")
    on_failure = found.on_failure or (DO_NOTHING if request.flag("DisableRollback") else ROLLBACK)
    drifts = inspected(request.region, stack) if found.reverts_drift and found.executed_by is None else {}
    with request.engine.stacks.lock:
        token = request.get("ClientRequestToken")
        if found.executed_by and token and found.executed_by.token == token:
            return {}  # asked again for what was begun
        if found.execution_status != "AVAILABLE":
            raise Refusal(
                f"ChangeSet [{found.id}] cannot be executed in its current execution status of "
                f"[{found.execution_status}]",
                code="InvalidChangeSetStatus",
            )
        with request.named(stack):
            begin = request.engine.create if found.kind == "CREATE" else request.engine.update
            begin(stack, Order(found.target, on_failure, drifts=drifts))
        found.executed_by, stack.change_set_id = stack.operation, found.id
        for other in _of(request, stack):
            if other is not found:
                del request.engine.stacks.change_sets[other.id]
    return {}
