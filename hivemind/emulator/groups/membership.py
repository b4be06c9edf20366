"""What people ask of single instances of a group: standby and back, attach, detach, terminate.

A request that would leave the group below its minimum or above its maximum is refused in AWS's words.
https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-enter-exit-standby.html
https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-detach-attach-instances.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from hivemind.emulator.groups.activity import Activity, begin
from hivemind.emulator.groups.errors import refuse
from hivemind.emulator.groups.launching import GROUP_TAG
from hivemind.emulator.groups.member import Member
from hivemind.emulator.groups.targets import deregister
from hivemind.emulator.groups.transitions import retire

ASIDE = {
    "EnteringStandby": ("Moving EC2 instance to Standby", "moved to standby"),
    "Detaching": ("Detaching EC2 instance", "detached"),
}
"""How an activity tells it, by the state that a member goes to."""


def enter_standby(group: Any, ids: Sequence[str], decrement: bool) -> list[Activity]:
    """Take members out of the balancer and of the capacity; they keep running and are not looked after."""
    members = _members(group, ids, "InService")
    shrinking = _shrink(group, len(members), decrement, "place into standby {} instance")
    return [_aside(group, member, "EnteringStandby", shrinking) for member in members]


def exit_standby(group: Any, ids: Sequence[str]) -> list[Activity]:
    """Bring members back: they count again, and are registered once in service."""
    members = _members(group, ids, "Standby")
    growing = _grow(group, len(members), "take out of standby {} instance")
    for member in members:
        cause = f"instance {member.instance_id} was moved out of standby in response to a user request{growing}."
        member.activity = begin(group, f"Moving EC2 instance out of Standby: {member.instance_id}", cause)
        member.activity.status_code, member.activity.progress = "PreInService", 30
        member.lifecycle_state = "Pending"
    return [member.activity for member in members]


def detach(group: Any, ids: Sequence[str], decrement: bool) -> list[Activity]:
    """Let members go: out of the balancer, then out of the group; the instances run on."""
    members = _members(group, ids, "InService", "Standby")
    serving = sum(member.is_active for member in members)
    shrinking = _shrink(group, serving, decrement, "detach {} instance(s)")
    return [_aside(group, member, "Detaching", shrinking) for member in members]


def attach(group: Any, ids: Sequence[str]) -> None:
    """Take running instances of the group's zones into the group, whose desired capacity grows."""
    instances = [_free_instance(group, id_) for id_ in ids]
    _grow(group, len(instances), "attach {} more instance(s)")
    for instance in instances:
        cause = "an instance was attached in response to user request."
        activity = begin(group, f"Attaching an existing EC2 instance: {instance.id}", cause)
        protected = bool(group.new_instances_protected_from_scale_in)
        group.ec2_backend.create_tags([instance.id], {GROUP_TAG: group.name})
        group.instance_states.append(Member(instance, group.name, None, protected, activity))


def terminate(group: Any, member: Member, decrement: bool) -> Activity:
    """End a member on request, replaced unless the desired capacity is decremented."""
    shrinking = ""
    if decrement and member.is_active:
        if group.desired_capacity <= group.min_size:
            raise refuse(
                "ValidationError",
                f"Currently, desiredSize equals minSize ({group.min_size}). Terminating instance without replacement "
                "will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or "
                "lower group's min size.",
            )
        shrinking = _resized(group, -1)
    cause = f"instance {member.instance_id} was taken out of service in response to a user request{shrinking}."
    retire(group, member, cause)
    return member.activity


def _members(group: Any, ids: Sequence[str], *states: str) -> list[Member]:
    found = {member.instance_id: member for member in group.instance_states}
    for id_ in ids:
        if id_ not in found:
            raise refuse("ValidationError", f"The instance {id_} is not part of Auto Scaling group {group.name}.")
        if found[id_].lifecycle_state not in states:
            raise refuse("ValidationError", f"The instance {id_} is not in {' or '.join(states)}.")
    return [found[id_] for id_ in dict.fromkeys(ids)]


def _aside(group: Any, member: Member, state: Literal["EnteringStandby", "Detaching"], shrinking: str) -> Activity:
    what, done = ASIDE[state]
    cause = f"instance {member.instance_id} was {done} in response to a user request{shrinking}."
    member.activity = begin(group, f"{what}: {member.instance_id}", cause)
    member.lifecycle_state = state
    deregister(group, member)
    return member.activity


def _shrink(group: Any, count: int, decrement: bool, verb: str) -> str:
    if not decrement or not count:
        return ""
    if group.desired_capacity - count < group.min_size:
        raise _sizes(group, verb.format(count))
    return _resized(group, -count)


def _grow(group: Any, count: int, verb: str) -> str:
    if group.desired_capacity + count > group.max_size:
        raise _sizes(group, verb.format(count))
    return _resized(group, count)


def _resized(group: Any, change: int) -> str:
    """Change the desired capacity; returns how an activity tells it."""
    before, group.desired_capacity = group.desired_capacity, group.desired_capacity + change
    verb = "shrinking" if change < 0 else "increasing"
    return f", {verb} the capacity from {before} to {group.desired_capacity}"


def _sizes(group: Any, verb: str) -> Exception:
    return refuse(
        "ValidationError",
        f"AutoScalingGroup {group.name} has min-size={group.min_size}, max-size={group.max_size}, and "
        f"desired-size={group.desired_capacity}. To {verb}, please update the AutoScalingGroup sizes appropriately.",
    )


def _free_instance(group: Any, id_: str) -> Any:
    instance = group.ec2_backend.get_instance_by_id(id_)
    if instance is None:
        raise refuse("ValidationError", f"Invalid Instance ID(s): [{id_}] specified")
    if instance.state != "running":
        raise refuse("ValidationError", f"Instance {id_} is not in correct state. Instance(s) must be in 'running'")
    owner = {tag["key"]: tag["value"] for tag in instance.get_tags()}.get(GROUP_TAG)
    if owner:
        raise refuse("ValidationError", f"Instance {id_} is already part of an Auto Scaling group: {owner}")
    if instance.availability_zone not in group.availability_zones:
        zones = ", ".join(group.availability_zones)
        message = f"Instance {id_} is in {instance.availability_zone}, which is none of the group's zones: {zones}"
        raise refuse("ValidationError", message)
    return instance
