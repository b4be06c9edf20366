"""Auto Scaling: moto keeps the records and no longer launches, registers or ends anything; see `groups`.

moto launches all instances in one subnet from the template's default version, inside the API call, overwrites a group
of the same name, ignores ForceDelete, keeps no activities, and takes what it does not know as done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from hivemind.emulator.groups import record
from hivemind.emulator.groups.errors import find_group, refuse
from hivemind.emulator.groups.launching import shown_template
from hivemind.emulator.groups.placement import POLICIES
from hivemind.emulator.groups.scaling import begin_cooldown, is_cooling
from hivemind.emulator.groups.sizing import require_sizes, set_desired
from hivemind.emulator.groups.tracking import drop_alarms
from hivemind.emulator.groups.turns import in_turn
from hivemind.emulator.patches import (
    autoscaling_hooks,
    autoscaling_members,
    autoscaling_policies,
    autoscaling_refreshes,
    autoscaling_schedules,
)
from hivemind.emulator.seam import Gap, Seam

UNSUPPORTED = (
    "MixedInstancesPolicy", "LaunchConfigurationName", "InstanceId", "LoadBalancerNames", "TrafficSources",
    "MaxInstanceLifetime", "InstanceMaintenancePolicy", "InstanceLifecyclePolicy", "AvailabilityZoneDistribution",
    "AvailabilityZoneImpairmentPolicy", "CapacityReservationSpecification", "DeletionProtection", "PlacementGroup",
    "DesiredCapacityType",
)  # fmt: skip
FAMILIES = (
    autoscaling_members, autoscaling_hooks, autoscaling_policies, autoscaling_refreshes, autoscaling_schedules,
)  # fmt: skip
HEALTH_CHECKS = ("EC2", "ELB")
Original = Callable[..., Any]


def install(kick: Callable[[], None]) -> None:
    """Patch moto's Auto Scaling; `kick` wakes the reconciler."""
    from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup
    from moto.autoscaling.responses import AutoScalingResponse

    Seam(FakeAutoScalingGroup, "set_desired_capacity").replace(_only_record)
    Seam(AutoScalingBackend, "notify_terminate_instances").replace(lambda _self, _ids: kick())
    Seam(AutoScalingBackend, "update_attached_target_groups").replace(lambda _self, _name: None)
    Seam(AutoScalingResponse, "create_auto_scaling_group", "self").wrap(in_turn(_create))
    Seam(AutoScalingResponse, "update_auto_scaling_group", "self").wrap(in_turn(_update))
    Seam(AutoScalingResponse, "delete_auto_scaling_group", "self").replace(in_turn(_delete))
    Seam(AutoScalingResponse, "set_desired_capacity", "self").replace(in_turn(_set_desired))
    for family in FAMILIES:
        for name, answer in family.CALLS.items():
            Seam(AutoScalingResponse, name, "self").replace(in_turn(answer))
        for name, answer in family.ADDED.items():
            Gap(AutoScalingResponse, name).fill(in_turn(answer))


def seams() -> tuple[Seam | Gap, ...]:
    """Everything that is replaced or added."""
    from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup
    from moto.autoscaling.responses import AutoScalingResponse

    own = (
        "create_auto_scaling_group",
        "update_auto_scaling_group",
        "delete_auto_scaling_group",
        "set_desired_capacity",
    )
    replaced = (*own, *(name for family in FAMILIES for name in family.CALLS))
    return (
        Seam(FakeAutoScalingGroup, "set_desired_capacity", "self new_capacity"),
        Seam(FakeAutoScalingGroup, "_set_launch_configuration"),
        Seam(AutoScalingBackend, "notify_terminate_instances", "self instance_ids"),
        Seam(AutoScalingBackend, "update_attached_target_groups", "self group_name"),
        *(Seam(AutoScalingResponse, name, "self") for name in replaced),
        *(Gap(AutoScalingResponse, name) for family in FAMILIES for name in family.ADDED),
    )


def _only_record(group: Any, new_capacity: int | None) -> None:
    group.desired_capacity = group.min_size if new_capacity is None else new_capacity


def _create(original: Original, call: Any) -> Any:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html"""
    backend, asked = call.autoscaling_backend, call._get_params()
    name = asked["AutoScalingGroupName"]
    if name in backend.autoscaling_groups:
        raise refuse("AlreadyExists", f"AutoScalingGroup by this name already exists - A group named {name}")
    require_sizes(asked.get("MinSize"), asked.get("MaxSize"), asked.get("DesiredCapacity"))
    for arn in asked.get("TargetGroupARNs") or ():
        if arn not in backend.elbv2_backend.target_groups:
            raise refuse("ValidationError", "Provided Target Groups may not be valid. Please ensure they exist.")
    _check(asked)
    hooks = [autoscaling_hooks.hook_of(name, row) for row in asked.get("LifecycleHookSpecificationList") or ()]
    _require_template(backend, asked)
    answer = original(call)
    group = backend.autoscaling_groups[name]
    group.health_check_grace_period = int(asked.get("HealthCheckGracePeriod") or 0)
    record.of(group).hooks = {hook.lifecycle_hook_name: hook for hook in hooks}
    _take_over(group, asked)
    who = f"a user request created an AutoScalingGroup {_sizes(group)}"
    record.of(group).reason = f"{who} changing the desired capacity from 0 to {group.desired_capacity}."
    return answer


def _update(original: Original, call: Any) -> Any:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html"""
    asked = call._get_params()
    group = find_group(call.autoscaling_backend, asked["AutoScalingGroupName"])
    least, most = asked.get("MinSize", group.min_size), asked.get("MaxSize", group.max_size)
    require_sizes(least, most, asked.get("DesiredCapacity"))
    _check(asked)
    _require_no_refresh(group, asked)
    _require_template(call.autoscaling_backend, asked)
    before = group.desired_capacity
    answer = original(call)
    _take_over(group, asked)
    wanted, group.desired_capacity = group.desired_capacity, before
    wanted = min(max(before if asked.get("DesiredCapacity") is None else wanted, least), most)
    who = f"a user request update of AutoScalingGroup constraints to min: {least}, max: {most}, desired: {wanted}"
    set_desired(group, wanted, who)
    return answer


def _check(asked: Mapping[str, Any]) -> None:
    for name in UNSUPPORTED:
        if asked.get(name):
            raise refuse("ValidationError", f"The local cloud does not have {name} of an Auto Scaling group")
    if asked.get("HealthCheckType") not in (None, "", *HEALTH_CHECKS):
        message = f"The local cloud checks health as {' or '.join(HEALTH_CHECKS)}, not {asked['HealthCheckType']}"
        raise refuse("ValidationError", message)
    for policy in asked.get("TerminationPolicies") or ():
        if policy not in POLICIES:
            known = ", ".join(POLICIES)
            raise refuse("ValidationError", f"The local cloud has no termination policy {policy}; it has {known}")


def _require_template(backend: Any, asked: Mapping[str, Any]) -> None:
    """Refuse a template, or a version of it, that is not there."""
    from moto.core.exceptions import ServiceException

    wanted = asked.get("LaunchTemplate")
    try:
        if wanted:
            shown_template(backend.ec2_backend, wanted)
    except (ServiceException, ValueError) as problem:
        message = getattr(problem, "message", None) or problem
        raise refuse("ValidationError", f"You must use a valid fully-formed launch template. {message}") from problem


def _require_no_refresh(group: Any, asked: Mapping[str, Any]) -> None:
    refresh = record.of(group).refresh
    if refresh and refresh.template and asked.get("LaunchTemplate"):
        raise refuse(
            "ValidationError",
            "An active instance refresh with a desired configuration exists. All configuration options derived from "
            "the desired configuration are not available for update while the instance refresh is active.",
        )


def _take_over(group: Any, asked: Mapping[str, Any]) -> None:
    """What moto leaves out."""
    if asked.get("DefaultCooldown") is not None:
        group.default_cooldown = int(asked["DefaultCooldown"])
    if asked.get("TerminationPolicies"):
        group.termination_policies = list(asked["TerminationPolicies"])
    if asked.get("CapacityRebalance") is not None:
        group.capacity_rebalance = bool(asked["CapacityRebalance"])
    if asked.get("DefaultInstanceWarmup") is not None:
        warmup = int(asked["DefaultInstanceWarmup"])
        group.default_instance_warmup = None if warmup < 0 else warmup


def _sizes(group: Any) -> str:
    return f"with min: {group.min_size}, max: {group.max_size}, desired: {group.desired_capacity}"


def _delete(call: Any) -> Any:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteAutoScalingGroup.html"""
    from moto.cloudwatch.models import cloudwatch_backends
    from moto.core.responses import EmptyResult

    group = find_group(call.autoscaling_backend, call._get_param("AutoScalingGroupName"))
    if group.instance_states and not call._get_bool_param("ForceDelete", False):
        message = (
            "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) "
            "still in the group."
        )
        raise refuse("ResourceInUse", message)
    group.status = "Delete in progress"
    group.desired_capacity = group.min_size = 0
    for policy in record.of(group).policies.values():
        drop_alarms(cloudwatch_backends[group.account_id][group.region], policy)
    return EmptyResult()


def _set_desired(call: Any) -> Any:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetDesiredCapacity.html"""
    from moto.core.responses import EmptyResult

    group = find_group(call.autoscaling_backend, call._get_param("AutoScalingGroupName"))
    wanted, honours = call._get_int_param("DesiredCapacity"), call._get_bool_param("HonorCooldown", False)
    for bad, side, bound in (
        (wanted > group.max_size, "above max", group.max_size),
        (wanted < group.min_size, "below min", group.min_size),
    ):
        if bad:
            message = f"New SetDesiredCapacity value {wanted} is {side} value {bound} for the AutoScalingGroup."
            raise refuse("ValidationError", message)
    if honours and is_cooling(group, datetime.now(UTC)):
        message = f"Scaling activity of Auto Scaling group {group.name} is in cooldown and blocks this action"
        raise refuse("ScalingActivityInProgress", message)
    if set_desired(group, wanted, "a user request explicitly set group desired capacity") and honours:
        begin_cooldown(group, None)
    return EmptyResult()
