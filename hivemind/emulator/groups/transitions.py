"""One member's next step: on its way in, while it serves, and on its way out.

In:  Pending → (Pending:Wait → Pending:Proceed) → InService, registered with the balancer.
Out: deregistered and drained as Terminating → (Terminating:Wait → Terminating:Proceed) → ended → forgotten.
A detour: deregistered and drained as EnteringStandby → Standby → Pending again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, assert_never

from hivemind.emulator.groups import hooks, record
from hivemind.emulator.groups.activity import begin
from hivemind.emulator.groups.launching import GROUP_TAG
from hivemind.emulator.groups.member import Member
from hivemind.emulator.groups.notices import announce
from hivemind.emulator.groups.record import is_deleting, is_suspended
from hivemind.emulator.groups.targets import deregister, is_draining, is_unhealthy, register


def advance(group: Any, member: Member, now: datetime) -> None:
    """Do for one member what can be done without waiting."""
    match member.lifecycle_state:
        case "Pending":
            _arrive(group, member, now)
        case "Pending:Wait" | "Terminating:Wait":
            _wait(group, member, now)
        case "Pending:Proceed":
            _serve(group, member, now)
        case "InService":
            _keep_serving(group, member, now)
        case "EnteringStandby" | "Detaching":
            _step_aside(group, member)
        case "Standby":
            pass
        case "Terminating" | "Terminating:Proceed":
            _leave(group, member, now)
        case state:
            assert_never(state)


def retire(group: Any, member: Member, *causes: str) -> None:
    """Begin to take a member out: no new requests from now on."""
    if member.is_leaving:
        return
    member.activity.finish("Cancelled", "Instance was taken out before it was in service.")
    member.activity = begin(group, f"Terminating EC2 instance: {member.instance_id}", *causes)
    member.lifecycle_state, member.actions = "Terminating", ()
    deregister(group, member)


def has_grace(group: Any, member: Member, now: datetime) -> bool:
    """Whether a member is still within the group's health check grace period."""
    if member.in_service_since is None:
        return True
    return now <= member.in_service_since + timedelta(seconds=int(group.health_check_grace_period or 0))


def _arrive(group: Any, member: Member, now: datetime) -> None:
    if member.instance.state != "running":
        _replace_if_unhealthy(group, member, now)
        return
    member.actions = _open(group, member, hooks.LAUNCHING, now)
    if member.actions:
        member.lifecycle_state = "Pending:Wait"
        member.activity.status_code = "MidLifecycleAction"
    else:
        _serve(group, member, now)


def _open(group: Any, member: Member, transition: str, now: datetime) -> tuple[hooks.Action, ...]:
    actions = hooks.open_actions(record.of(group).hooks.values(), transition, now)
    for action in actions:
        announce(group, member.instance_id, action)
    return actions


def _wait(group: Any, member: Member, now: datetime) -> None:
    coming = member.lifecycle_state == "Pending:Wait"
    if coming and member.instance.state != "running":
        _replace_if_unhealthy(group, member, now)
        return
    verdict = hooks.verdict(member.actions, now)
    if is_deleting(group) or member.instance.state == "terminated":
        verdict = "CONTINUE"
    if verdict is None:
        return
    member.actions = ()
    member.activity.status_code = "InProgress"
    if not coming:
        member.lifecycle_state = "Terminating:Proceed"
    elif verdict == "CONTINUE":
        member.lifecycle_state = "Pending:Proceed"
    else:
        message = "Instance failed to complete user's Lifecycle Action: Lifecycle Action was abandoned"
        member.activity.finish("Cancelled", message)
        retire(group, member, "an instance was taken out of service in response to an abandoned lifecycle action.")


def _serve(group: Any, member: Member, now: datetime) -> None:
    member.lifecycle_state, member.in_service_since = "InService", now
    member.health_status = "Healthy"
    member.kept_out = is_suspended(group, "AddToLoadBalancer")
    member.activity.finish()
    register(group, member)


def _keep_serving(group: Any, member: Member, now: datetime) -> None:
    _replace_if_unhealthy(group, member, now)
    if member.lifecycle_state == "InService":
        register(group, member)


def _replace_if_unhealthy(group: Any, member: Member, now: datetime) -> None:
    """A sick member is marked (HealthCheck), then taken out (ReplaceUnhealthy, Terminate); each may be suspended."""
    reason = _why_unhealthy(group, member, now)
    if not reason:
        return
    member.health_status = "Unhealthy"
    if not any(is_suspended(group, process) for process in ("ReplaceUnhealthy", "Terminate")):
        retire(group, member, f"an instance was taken out of service in response to {reason}.")


def _why_unhealthy(group: Any, member: Member, now: datetime) -> str:
    """In AWS's words why a member has to be replaced; empty when it has not."""
    checks = not is_suspended(group, "HealthCheck")
    state = member.instance.state
    if checks and state not in ("pending", "running"):
        return f"an EC2 health check that indicated it has been terminated or stopped ({state})"
    if member.health_status == "Unhealthy":
        return "a user health-check"
    elb = checks and group.health_check_type == "ELB" and member.in_service_since
    if elb and not has_grace(group, member, now) and is_unhealthy(group, member):
        return "an ELB system health check failure"
    return ""


def _step_aside(group: Any, member: Member) -> None:
    if is_draining(group, member):
        member.activity.status_code = "WaitingForELBConnectionDraining"
        return
    member.activity.finish()
    if member.lifecycle_state == "EnteringStandby":
        member.lifecycle_state = "Standby"
    else:
        group.instance_states.remove(member)
        group.ec2_backend.delete_tags([member.instance_id], {GROUP_TAG: group.name})


def _leave(group: Any, member: Member, now: datetime) -> None:
    if member.instance.state == "terminated":
        member.activity.finish()
        group.instance_states.remove(member)
        return
    if member.instance.state == "shutting-down":
        return
    if member.instance.state != "stopped" and is_draining(group, member):
        member.activity.status_code = "WaitingForELBConnectionDraining"
        return
    member.activity.status_code = "InProgress"
    waits = member.lifecycle_state == "Terminating" and not is_deleting(group)
    member.actions = _open(group, member, hooks.TERMINATING, now) if waits else ()
    if member.actions:
        member.lifecycle_state = "Terminating:Wait"
        member.activity.status_code = "MidLifecycleAction"
    else:
        _end(group, member)


def _end(group: Any, member: Member) -> None:
    """Terminate past a protection against termination: it does not hold for a group.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-protection.html
    """
    member.instance.disable_api_termination = False
    group.ec2_backend.terminate_instances([member.instance_id])
