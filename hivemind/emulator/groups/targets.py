"""A group's members in its target groups: registered while in service, deregistered and drained before the end."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hivemind.emulator.groups.member import Member


def register(group: Any, member: Member) -> None:
    """Register with the target groups that were attached since, deregister from those that were detached."""
    balancer = group.autoscaling_backend.elbv2_backend
    for arn in () if member.kept_out else set(group.target_group_arns) - member.registered:
        if arn in balancer.target_groups and member.instance.state == "running":
            port = balancer.target_groups[arn].port
            balancer.register_targets(arn, [{"Id": member.instance_id, "Port": port}])
            member.registered.add(arn)
    for arn in member.registered - set(group.target_group_arns):
        _deregister(group, member, arn)


def deregister(group: Any, member: Member) -> None:
    """Take the member out of every target group that the group put it in."""
    for arn in set(member.registered):
        _deregister(group, member, arn)


def is_draining(group: Any, member: Member) -> bool:
    """Whether a balancer still waits for the member's open requests."""
    return "draining" in _states(group, member)


def is_unhealthy(group: Any, member: Member) -> bool:
    """Whether any target group finds the member unhealthy."""
    return "unhealthy" in _states(group, member)


def is_healthy(group: Any, member: Member) -> bool:
    """Whether every target group that asks finds the member healthy."""
    return _states(group, member) <= {"healthy", "unused"}


def _deregister(group: Any, member: Member, arn: str) -> None:
    from moto.elbv2.exceptions import ELBClientError

    # Somebody may have deregistered it, or deleted the target group, already.
    with suppress(ELBClientError):
        group.autoscaling_backend.elbv2_backend.deregister_targets(arn, [{"Id": member.instance_id}])
    member.registered.discard(arn)


def _states(group: Any, member: Member) -> set[str]:
    balancer = group.autoscaling_backend.elbv2_backend
    return {
        row.target_health["State"]
        for arn in group.target_group_arns
        if arn in balancer.target_groups
        for row in balancer.describe_target_health(arn, [{"Id": member.instance_id}])
    }
