"""Makes groups true: launches what is missing, replaces what died, drains and ends what is too many.

Every pass looks at a group as it is and does what can be done without waiting, so a pass is short and may be repeated
at any time. An instance leaves in this order: deregistered, drained by the balancer, terminated, forgotten.
"""

from __future__ import annotations

import traceback
from datetime import UTC, datetime, timedelta
from typing import Any

from hivemind.emulator import backends
from hivemind.emulator.groups.launching import launch
from hivemind.emulator.groups.member import Member, begin
from hivemind.emulator.groups.placement import Candidate, victims
from hivemind.emulator.groups.targets import deregister, is_draining, is_unhealthy, register

RETRY_AFTER = timedelta(seconds=5)


def reconcile_all() -> bool:
    """One pass over every group of every region; returns whether anything is still on its way."""
    busy = False
    for _, backend in backends.backends("autoscaling"):
        for group in list(backend.autoscaling_groups.values()):
            try:
                busy = reconcile(group) or busy
            except Exception:
                traceback.print_exc()
    return busy


def reconcile(group: Any) -> bool:
    """One pass over a group; returns whether anything of it is still on its way."""
    _clamp(group)
    for member in list(group.instance_states):
        _advance(group, member)
    _forget_ended(group)
    active = [member for member in group.instance_states if member.is_active]
    missing = (group.desired_capacity or 0) - len(active)
    if missing > 0 and not _is_suspended(group, "Launch"):
        _grow(group, len(active), missing)
    elif missing < 0 and not _is_suspended(group, "Terminate"):
        _shrink(group, active, -missing)
    if _is_deleting(group) and not group.instance_states:
        group.autoscaling_backend.autoscaling_groups.pop(group.name, None)
    return any(member.lifecycle_state not in ("InService", "Standby") for member in group.instance_states)


def retire(group: Any, member: Member, cause: str) -> None:
    """Begin to take a member out: no new requests from now on."""
    if member.lifecycle_state == "Terminating":
        return
    if member.activity.status_code == "InProgress":
        member.activity.finish("Cancelled", "Instance was taken out before it was in service.")
    member.activity = begin(group, f"Terminating EC2 instance: {member.instance_id}", cause)
    member.lifecycle_state = "Terminating"
    deregister(group, member)


def _clamp(group: Any) -> None:
    """A desired capacity outside of the group's sizes moves to the nearest of them."""
    if not _is_deleting(group):
        wanted = group.desired_capacity if group.desired_capacity is not None else group.min_size
        group.desired_capacity = min(max(wanted, group.min_size), group.max_size)


def _advance(group: Any, member: Member) -> None:
    match member.lifecycle_state:
        case "Pending" if member.instance.state == "running":
            member.lifecycle_state = "InService"
            member.in_service_since = datetime.now(UTC)
            member.activity.finish()
            register(group, member)
        case "Pending" | "InService":
            reason = _why_unhealthy(group, member)
            if reason and not _is_suspended(group, "ReplaceUnhealthy"):
                member.health_status = "Unhealthy"
                retire(group, member, f"an instance was taken out of service in response to {reason}.")
            elif member.lifecycle_state == "InService" and not _is_suspended(group, "AddToLoadBalancer"):
                register(group, member)
        case "Standby":
            deregister(group, member)
        case "Terminating":
            _end(group, member)


def _why_unhealthy(group: Any, member: Member) -> str:
    """In AWS's words why a member has to be replaced; empty when it has not."""
    if member.instance.state not in ("pending", "running"):
        return f"an EC2 health check that indicated it has been terminated or stopped ({member.instance.state})"
    if member.health_status == "Unhealthy":
        return "a user health-check"
    if group.health_check_type == "ELB" and member.in_service_since:
        grace = timedelta(seconds=int(group.health_check_grace_period or 0))
        if datetime.now(UTC) > member.in_service_since + grace and is_unhealthy(group, member):
            return "an ELB system health check failure"
    return ""


def _end(group: Any, member: Member) -> None:
    if member.instance.state in ("shutting-down", "terminated"):
        return
    if member.instance.state == "stopped" or not is_draining(group, member):
        group.ec2_backend.terminate_instances([member.instance_id])


def _forget_ended(group: Any) -> None:
    for member in list(group.instance_states):
        if member.lifecycle_state == "Terminating" and member.instance.state == "terminated":
            member.activity.finish()
            group.instance_states.remove(member)


def _grow(group: Any, have: int, missing: int) -> None:
    last_failure = group.__dict__.get("launch_failed_at")
    if last_failure and datetime.now(UTC) - last_failure < RETRY_AFTER:
        return
    cause = (
        "an instance was started in response to a difference between desired and actual capacity, "
        f"increasing the capacity from {have} to {have + missing}."
    )
    for _ in range(missing):
        if not launch(group, cause):
            group.launch_failed_at = datetime.now(UTC)
            return
    group.launch_failed_at = None


def _shrink(group: Any, active: list[Member], surplus: int) -> None:
    version = str(group.ec2_launch_template.get_version(group.launch_template_version).number)
    candidates = [
        Candidate(
            member.instance_id, member.availability_zone, member.template["Version"] != version,
            member.instance.launch_time,
        )
        for member in active
        if not member.protected_from_scale_in or _is_deleting(group)
    ]  # fmt: skip
    chosen = victims(candidates, surplus)
    cause = (
        "an instance was taken out of service in response to a difference between desired and actual capacity, "
        f"shrinking the capacity from {len(active)} to {len(active) - len(chosen)}."
    )
    for member in active:
        if member.instance_id in chosen:
            retire(group, member, cause)


def _is_deleting(group: Any) -> bool:
    return bool(group.__dict__.get("status") == "Delete in progress")


def _is_suspended(group: Any, process: str) -> bool:
    return process in group._suspended_processes
