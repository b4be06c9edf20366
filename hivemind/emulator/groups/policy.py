"""Scaling policies: how large a group has to be, as pure functions of a metric, the group's capacity and the policy.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html
https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SCALE_IN_SHARE = 0.9
"""Target tracking scales in only when the metric is below this share of the target."""


@dataclass(eq=False)
class Policy:
    """One policy of a group; attribute names are the API's, in snake case."""

    auto_scaling_group_name: str
    policy_name: str
    policy_arn: str
    policy_type: str = "SimpleScaling"
    adjustment_type: str | None = None
    scaling_adjustment: int | None = None
    min_adjustment_magnitude: int | None = None
    cooldown: int | None = None
    step_adjustments: list[dict[str, Any]] = field(default_factory=list)
    metric_aggregation_type: str | None = None
    estimated_instance_warmup: int | None = None
    target_tracking_configuration: dict[str, Any] | None = None
    enabled: bool = True
    alarms: list[dict[str, str]] = field(default_factory=list)
    """AlarmName and AlarmARN of those that target tracking made."""


@dataclass(frozen=True)
class Capacity:
    """A group's size: `desired` is wished for, of which `warming` do not yet count in its metrics."""

    desired: int
    warming: int = 0


def adjusted(capacity: int, kind: str | None, adjustment: int, least: int = 0) -> int:
    """The capacity after an adjustment; percentages round towards zero, but never to no change at all.

    `kind` is ChangeInCapacity, ExactCapacity or PercentChangeInCapacity; `least` is MinAdjustmentMagnitude.
    """
    if kind == "ExactCapacity":
        return adjustment
    change = adjustment
    if kind == "PercentChangeInCapacity":
        exact = capacity * adjustment / 100
        magnitude = max(math.floor(abs(exact)), 1, least) if exact else 0
        change = int(math.copysign(magnitude, exact))
    return max(capacity + change, 0)


def step(steps: Sequence[Mapping[str, Any]], breach: float) -> int | None:
    """The adjustment of the step that a metric falls into; `breach` is its distance from the alarm's threshold.

    Above the threshold the lower bound belongs to the step, below it the upper one does.
    """
    for row in steps:
        low, high = row.get("MetricIntervalLowerBound"), row.get("MetricIntervalUpperBound")
        least, most = (-math.inf if low is None else float(low)), (math.inf if high is None else float(high))
        if least <= breach < most if breach >= 0 else least < breach <= most:
            return int(row["ScalingAdjustment"])
    return None


def stepped(capacity: Capacity, policy: Policy, breach: float) -> int | None:
    """What a step policy wants; instances that still warm up count as the answer to an earlier breach.

    None when no step covers the metric. While instances warm up nothing is taken away.
    """
    adjustment = step(policy.step_adjustments, breach)
    if adjustment is None:
        return None
    least = policy.min_adjustment_magnitude or 0
    warm = capacity.desired - capacity.warming
    wanted = adjusted(warm, policy.adjustment_type, adjustment, least)
    if wanted >= warm:
        return max(capacity.desired, wanted)
    return capacity.desired if capacity.warming else wanted


def tracked(capacity: Capacity, metric: float, target: float, *, may_shrink: bool = True) -> int:
    """What target tracking wants: out at once and in proportion, in only well below the target and when all are warm.

    `metric` is the average per instance, so that the group's whole load is `metric` times its warm instances.
    """
    warm = max(capacity.desired - capacity.warming, 1)
    wanted = math.ceil(round(warm * metric / target, 6))
    if metric > target:
        return max(capacity.desired, wanted)
    if may_shrink and not capacity.warming and metric < SCALE_IN_SHARE * target:
        return min(capacity.desired, max(wanted, 0))
    return capacity.desired
