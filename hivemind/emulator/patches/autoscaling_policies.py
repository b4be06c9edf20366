"""Auto Scaling's calls about scaling policies; moto keeps one policy per name over all groups and forgets its ARN.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutScalingPolicy.html
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from hivemind.emulator.groups import record
from hivemind.emulator.groups.errors import find_group, refuse
from hivemind.emulator.groups.policy import Policy
from hivemind.emulator.groups.scaling import Breach, execute, policies
from hivemind.emulator.groups.tracking import drop_alarms, put_alarms

ADJUSTMENTS = ("ChangeInCapacity", "ExactCapacity", "PercentChangeInCapacity")


def _put(call: Any) -> Any:
    from moto.core.responses import ActionResult

    asked = call._get_params()
    group = find_group(call.autoscaling_backend, asked["AutoScalingGroupName"])
    mine, name = record.of(group).policies, asked["PolicyName"]
    before = mine.get(name)
    policy = _policy(group, asked, before)
    _check(policy)
    if policy.target_tracking_configuration:
        put_alarms(_cloudwatch(group), policy)
    elif policy.alarms:
        drop_alarms(_cloudwatch(group), policy)
        policy.alarms = []
    mine[name] = policy
    return ActionResult({"PolicyARN": policy.policy_arn, "Alarms": policy.alarms})


def _policy(group: Any, asked: Mapping[str, Any], before: Policy | None) -> Policy:
    name, kind = asked["PolicyName"], asked.get("PolicyType") or "SimpleScaling"
    arn = (
        f"arn:aws:autoscaling:{group.region}:{group.account_id}:scalingPolicy:{uuid.uuid4()}:"
        f"autoScalingGroupName/{group.name}:policyName/{name}"
    )
    return Policy(
        auto_scaling_group_name=group.name,
        policy_name=name,
        policy_arn=before.policy_arn if before else arn,
        policy_type=kind,
        adjustment_type=asked.get("AdjustmentType"),
        scaling_adjustment=_whole(asked.get("ScalingAdjustment")),
        min_adjustment_magnitude=_whole(asked.get("MinAdjustmentMagnitude")),
        cooldown=_whole(asked.get("Cooldown")),
        step_adjustments=list(asked.get("StepAdjustments") or ()),
        metric_aggregation_type=asked.get("MetricAggregationType") or ("Average" if kind == "StepScaling" else None),
        estimated_instance_warmup=_whole(asked.get("EstimatedInstanceWarmup")),
        target_tracking_configuration=asked.get("TargetTrackingConfiguration") or None,
        enabled=asked.get("Enabled") is not False,
        alarms=list(before.alarms) if before else [],
    )


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


def _check(policy: Policy) -> None:
    match policy.policy_type:
        case "SimpleScaling" if policy.scaling_adjustment is None:
            why = "ScalingAdjustment is required for a SimpleScaling policy"
        case "StepScaling" if not policy.step_adjustments:
            why = "StepAdjustments are required for a StepScaling policy"
        case "SimpleScaling" | "StepScaling" if policy.adjustment_type not in ADJUSTMENTS:
            why = f"AdjustmentType must be one of {', '.join(ADJUSTMENTS)}"
        case "TargetTrackingScaling" if not policy.target_tracking_configuration:
            why = "TargetTrackingConfiguration is required for a TargetTrackingScaling policy"
        case "SimpleScaling" | "StepScaling" | "TargetTrackingScaling":
            return
        case kind:
            why = f"The local cloud has no policies of type {kind}"
    raise refuse("ValidationError", why)


def _describe(call: Any) -> Any:
    from moto.core.responses import ActionResult

    group = call._get_param("AutoScalingGroupName")
    names, kinds = call._get_param("PolicyNames", []), call._get_param("PolicyTypes", [])
    found = [
        policy
        for _, policy in policies(call.autoscaling_backend)
        if (not group or policy.auto_scaling_group_name == group)
        and (not names or policy.policy_name in names or policy.policy_arn in names)
        and (not kinds or policy.policy_type in kinds)
    ]
    return ActionResult({"ScalingPolicies": found})


def _delete(call: Any) -> Any:
    from moto.core.responses import EmptyResult

    group, policy = _find(call)
    drop_alarms(_cloudwatch(group), policy)
    del record.of(group).policies[policy.policy_name]
    return EmptyResult()


def _execute(call: Any) -> Any:
    from moto.core.responses import EmptyResult

    group, policy = _find(call)
    metric, threshold = call._get_float_param("MetricValue"), call._get_float_param("BreachThreshold")
    breach = None if metric is None or threshold is None else Breach("", metric, threshold)
    honours = call._get_bool_param("HonorCooldown", False)
    execute(group, policy, breach, honours=honours, now=datetime.now(UTC))
    return EmptyResult()


def _find(call: Any) -> tuple[Any, Policy]:
    """By ARN, or by name within a group."""
    wanted, in_group = call._get_param("PolicyName"), call._get_param("AutoScalingGroupName")
    for group, policy in policies(call.autoscaling_backend):
        if wanted == policy.policy_arn or (wanted == policy.policy_name and in_group in (None, group.name)):
            return group, policy
    raise refuse("ValidationError", f"No policy found with name {wanted}")


def _cloudwatch(group: Any) -> Any:
    from moto.cloudwatch.models import cloudwatch_backends

    return cloudwatch_backends[group.account_id][group.region]


CALLS: Mapping[str, Callable[[Any], Any]] = {
    "put_scaling_policy": _put,
    "describe_policies": _describe,
    "delete_policy": _delete,
    "execute_policy": _execute,
}
ADDED: Mapping[str, Callable[[Any], Any]] = {}
