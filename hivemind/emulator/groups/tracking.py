"""The two CloudWatch alarms of a target tracking policy: high after 3 minutes, low after 15, below 90 % of the target.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hivemind.emulator.groups.errors import refuse
from hivemind.emulator.groups.policy import SCALE_IN_SHARE, Policy

HIGH_MINUTES, LOW_MINUTES = 3, 15


@dataclass(frozen=True)
class Metric:
    """What is tracked."""

    namespace: str
    name: str
    statistic: str
    dimensions: tuple[tuple[str, str], ...]


def metric_of(group: str, wanted: Mapping[str, Any]) -> Metric:
    """The metric of a TargetTrackingConfiguration; raises ValidationError for what is wrong or not had here."""
    if bool(wanted.get("PredefinedMetricSpecification")) == bool(wanted.get("CustomizedMetricSpecification")):
        message = "Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be given"
        raise refuse("ValidationError", message)
    if wanted.get("CustomizedMetricSpecification"):
        return _customized(wanted["CustomizedMetricSpecification"])
    asked = wanted["PredefinedMetricSpecification"]
    match asked.get("PredefinedMetricType"):
        case "ASGAverageCPUUtilization":
            return Metric("AWS/EC2", "CPUUtilization", "Average", (("AutoScalingGroupName", group),))
        case "ALBRequestCountPerTarget":
            target_group = _target_group(str(asked.get("ResourceLabel") or ""))
            return Metric("AWS/ApplicationELB", "RequestCountPerTarget", "Sum", (("TargetGroup", target_group),))
        case kind:
            raise refuse("ValidationError", f"The local cloud has no metric {kind} to track")


def _customized(asked: Mapping[str, Any]) -> Metric:
    if asked.get("Metrics"):
        raise refuse("ValidationError", "The local cloud does not track metric math in a target tracking policy")
    dimensions = tuple((row["Name"], row["Value"]) for row in asked.get("Dimensions") or ())
    return Metric(asked["Namespace"], asked["MetricName"], asked["Statistic"], dimensions)


def _target_group(label: str) -> str:
    """`app/<name>/<id>/targetgroup/<name>/<id>`: the part that names the target group in CloudWatch."""
    parts = label.split("/")
    if len(parts) != 6 or parts[0] != "app" or parts[3] != "targetgroup":
        raise refuse("ValidationError", f"The resource label {label!r} is not valid for ALBRequestCountPerTarget")
    return "/".join(parts[3:])


def put_alarms(cloudwatch: Any, policy: Policy) -> None:
    """Make the policy's alarms, or bring those it has up to date; no low one when scaling in is disabled."""
    wanted = policy.target_tracking_configuration or {}
    metric, target = metric_of(policy.auto_scaling_group_name, wanted), float(wanted["TargetValue"])
    sides = [("High", "GreaterThanThreshold", target, HIGH_MINUTES)]
    if not wanted.get("DisableScaleIn"):
        sides.append(("Low", "LessThanThreshold", target * SCALE_IN_SHARE, LOW_MINUTES))
    kept = {_side(row["AlarmName"]): row["AlarmName"] for row in policy.alarms}
    drop_alarms(
        cloudwatch, policy, [name for side, name in kept.items() if side not in dict.fromkeys(s[0] for s in sides)]
    )
    made = []
    for side, comparison, threshold, minutes in sides:
        name = kept.get(side) or f"TargetTracking-{policy.auto_scaling_group_name}-Alarm{side}-{uuid.uuid4()}"
        alarm = _put(cloudwatch, name, policy, metric, (comparison, threshold, minutes))
        made.append({"AlarmName": name, "AlarmARN": str(alarm.alarm_arn)})
    policy.alarms = made


def drop_alarms(cloudwatch: Any, policy: Policy, names: list[str] | None = None) -> None:
    """Delete alarms of a policy: those named, or all."""
    cloudwatch.delete_alarms([row["AlarmName"] for row in policy.alarms] if names is None else names)


def _side(alarm: str) -> str:
    return "High" if "-AlarmHigh-" in alarm else "Low"


def _put(cloudwatch: Any, name: str, policy: Policy, metric: Metric, limit: tuple[str, float, int]) -> Any:
    comparison, threshold, minutes = limit
    return cloudwatch.put_metric_alarm(
        name=name,
        namespace=metric.namespace,
        metric_name=metric.name,
        comparison_operator=comparison,
        evaluation_periods=minutes,
        period=60,
        threshold=threshold,
        statistic=metric.statistic,
        description=f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {policy.policy_arn}.",
        dimensions=[{"Name": key, "Value": value} for key, value in metric.dimensions],
        alarm_actions=[policy.policy_arn],
        ok_actions=[],
        insufficient_data_actions=[],
    )
