"""Auto Scaling's calls about instances: standby, attach, detach, health, protection, processes, target groups.

moto moves instances from state to state without the balancer, refuses next to nothing, and shows no activities.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from hivemind.emulator.groups import membership
from hivemind.emulator.groups.errors import find_group, find_member, refuse
from hivemind.emulator.groups.transitions import has_grace

PROCESSES = (
    "Launch", "Terminate", "AddToLoadBalancer", "AlarmNotification", "AZRebalance", "HealthCheck", "InstanceRefresh",
    "ReplaceUnhealthy", "ScheduledActions",
)  # fmt: skip
"""https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html"""


def _group(call: Any) -> Any:
    return find_group(call.autoscaling_backend, call._get_param("AutoScalingGroupName"))


def _ids(call: Any) -> Sequence[str]:
    return list(call._get_param("InstanceIds", []))


def _activities(found: Sequence[Any]) -> Any:
    from moto.core.responses import ActionResult

    return ActionResult({"Activities": list(found)})


def _nothing() -> Any:
    from moto.core.responses import EmptyResult

    return EmptyResult()


def _enter_standby(call: Any) -> Any:
    decrement = call._get_bool_param("ShouldDecrementDesiredCapacity", False)
    return _activities(membership.enter_standby(_group(call), _ids(call), decrement))


def _exit_standby(call: Any) -> Any:
    return _activities(membership.exit_standby(_group(call), _ids(call)))


def _detach(call: Any) -> Any:
    decrement = call._get_bool_param("ShouldDecrementDesiredCapacity", False)
    return _activities(membership.detach(_group(call), _ids(call), decrement))


def _attach(call: Any) -> Any:
    membership.attach(_group(call), _ids(call))
    return _nothing()


def _terminate(call: Any) -> Any:
    from moto.core.responses import ActionResult

    group, member = find_member(call.autoscaling_backend, call._get_param("InstanceId"))
    decrement = call._get_bool_param("ShouldDecrementDesiredCapacity", False)
    return ActionResult({"Activity": membership.terminate(group, member, decrement)})


def _set_health(call: Any) -> Any:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetInstanceHealth.html"""
    group, member = find_member(call.autoscaling_backend, call._get_param("InstanceId"))
    status = call._get_param("HealthStatus")
    if status not in ("Healthy", "Unhealthy"):
        raise refuse("ValidationError", f"Valid instance health states are: [Healthy, Unhealthy], not {status}")
    respects = call._get_bool_param("ShouldRespectGracePeriod", True)
    if not (status == "Unhealthy" and respects and has_grace(group, member, datetime.now(UTC))):
        member.health_status = status
    return _nothing()


def _set_protection(call: Any) -> Any:
    """https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-protection.html"""
    group, protected = _group(call), call._get_bool_param("ProtectedFromScaleIn", False)
    found = {member.instance_id: member for member in group.instance_states}
    for id_ in _ids(call):
        if id_ not in found:
            raise refuse("ValidationError", f"The instance {id_} is not part of Auto Scaling group {group.name}.")
        if found[id_].lifecycle_state not in ("InService", "EnteringStandby", "Standby"):
            raise refuse("ValidationError", f"The instance {id_} is not in InService or EnteringStandby or Standby.")
    for id_ in _ids(call):
        found[id_].protected_from_scale_in = protected
    return _nothing()


def _processes(call: Any) -> set[str]:
    asked = set(call._get_param("ScalingProcesses", []) or PROCESSES)
    for name in sorted(asked - set(PROCESSES)):
        raise refuse("ValidationError", f"{name} is not a valid scaling process. Valid ones: {', '.join(PROCESSES)}")
    return asked


def _suspend(call: Any) -> Any:
    group, asked = _group(call), _processes(call)
    group.suspended_processes = sorted(set(group._suspended_processes) | asked)
    return _nothing()


def _resume(call: Any) -> Any:
    group, asked = _group(call), _processes(call)
    group.suspended_processes = sorted(set(group._suspended_processes) - asked)
    return _nothing()


def _attach_target_groups(call: Any) -> Any:
    """https://docs.aws.amazon.com/autoscaling/ec2/userguide/attach-load-balancer-asg.html"""
    group, arns = _group(call), call._get_param("TargetGroupARNs", [])
    if not set(arns) <= set(call.autoscaling_backend.elbv2_backend.target_groups):
        raise refuse("ValidationError", "Provided Target Groups may not be valid. Please ensure they exist.")
    group.target_group_arns = list(dict.fromkeys((*group.target_group_arns, *arns)))
    for member in group.instance_states:
        member.kept_out = False
    return _nothing()


def _detach_target_groups(call: Any) -> Any:
    """Members are deregistered, and drained, by the next pass; the instances stay in the group."""
    group, arns = _group(call), call._get_param("TargetGroupARNs", [])
    group.target_group_arns = [arn for arn in group.target_group_arns if arn not in arns]
    return _nothing()


def _describe_activities(call: Any) -> Any:
    name, ids = call._get_param("AutoScalingGroupName"), call._get_param("ActivityIds", [])
    return _activities([
        activity
        for activity in call.autoscaling_backend.__dict__.get("activities", [])
        if (not name or activity.auto_scaling_group_name == name) and (not ids or activity.activity_id in ids)
    ])  # fmt: skip


def _no_warm_pool(call: Any) -> Any:
    raise refuse("ValidationError", f"The local cloud has no warm pools ({_group(call).name})")


CALLS: Mapping[str, Callable[[Any], Any]] = {
    "enter_standby": _enter_standby,
    "exit_standby": _exit_standby,
    "attach_instances": _attach,
    "detach_instances": _detach,
    "terminate_instance_in_auto_scaling_group": _terminate,
    "set_instance_health": _set_health,
    "set_instance_protection": _set_protection,
    "suspend_processes": _suspend,
    "resume_processes": _resume,
    "attach_load_balancer_target_groups": _attach_target_groups,
    "detach_load_balancer_target_groups": _detach_target_groups,
    "describe_scaling_activities": _describe_activities,
    "put_warm_pool": _no_warm_pool,
}
ADDED: Mapping[str, Callable[[Any], Any]] = {}
