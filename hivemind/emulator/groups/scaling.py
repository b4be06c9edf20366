"""Scaling policies, acted out: by a person (ExecutePolicy) or by an alarm (`on_alarm`).

Simple policies wait for the cooldown; step and target tracking policies do not, and count instances that warm up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hivemind.emulator import backends
from hivemind.emulator.groups import record
from hivemind.emulator.groups.cooldown import Cooldown
from hivemind.emulator.groups.errors import refuse
from hivemind.emulator.groups.policy import Capacity, Policy, adjusted, stepped, tracked
from hivemind.emulator.groups.record import is_deleting, is_suspended
from hivemind.emulator.groups.sizing import set_desired
from hivemind.emulator.groups.turns import in_turn


@dataclass(frozen=True)
class Breach:
    """What an alarm saw: its name, the metric's value and the threshold that it is beyond."""

    alarm: str
    metric: float
    threshold: float


def execute(group: Any, policy: Policy, breach: Breach | None, *, honours: bool, now: datetime) -> None:
    """ExecutePolicy; `honours`: the cooldown too. A step policy needs the breach.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_ExecutePolicy.html
    """
    match policy.policy_type:
        case "SimpleScaling":
            if honours and is_cooling(group, now):
                message = "Scaling activity is in cooldown: the policy was not executed because of HonorCooldown"
                raise refuse("ScalingActivityInProgress", message)
        case "StepScaling":
            if breach is None:
                raise refuse("ValidationError", "MetricValue and BreachThreshold are required for a StepScaling policy")
        case kind:
            raise refuse("ValidationError", f"A policy of type {kind} cannot be executed on demand")
    wanted = _wanted(group, policy, breach, now)
    if wanted is None:
        raise refuse("ValidationError", "No step adjustment found for the given metric value and breach threshold")
    _resize(group, policy, wanted, f"a user request executed policy {policy.policy_name}")


def on_alarm(group: Any, policy: Policy, breach: Breach, now: datetime) -> bool:
    """An alarm whose action is the policy is in ALARM, and says so once a minute; returns whether the wish changed."""
    if not policy.enabled or is_deleting(group) or is_suspended(group, "AlarmNotification"):
        return False
    if policy.policy_type == "SimpleScaling" and is_cooling(group, now):
        return False
    wanted = _wanted(group, policy, breach, now)
    who = f"a monitor alarm {breach.alarm} in state ALARM triggered policy {policy.policy_name}"
    return wanted is not None and _resize(group, policy, wanted, who)


@in_turn
def scale_for_alarm(arn: str, region: str, breach: Breach, now: datetime) -> None:
    """What an alarm's action that is a scaling policy does; raises LookupError when there is no such policy."""
    for group, policy in policies(backends.backend("autoscaling", region)):
        if policy.policy_arn == arn:
            on_alarm(group, policy, breach, now)
            return
    raise LookupError(f"there is no scaling policy {arn}")


def policies(backend: Any) -> Iterator[tuple[Any, Policy]]:
    """Every policy of a region with its group."""
    for group in list(backend.autoscaling_groups.values()):
        for policy in list(record.of(group).policies.values()):
            yield group, policy


def is_cooling(group: Any, now: datetime) -> bool:
    """Whether simple scaling has to wait."""
    cooldown = record.of(group).cooldown
    return cooldown is not None and not cooldown.is_over(now)


def begin_cooldown(group: Any, seconds: int | None) -> None:
    """From the end of the activity that was just begun."""
    record.of(group).cooldown = Cooldown(int(group.default_cooldown if seconds is None else seconds))


def capacity(group: Any, policy: Policy, now: datetime) -> Capacity:
    """The group's desired capacity, and how many of it came too lately to count in its metrics.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-default-instance-warmup.html
    """
    seconds = policy.estimated_instance_warmup
    if seconds is None:
        seconds = group.__dict__.get("default_instance_warmup")
    warmup = timedelta(seconds=int(group.default_cooldown if seconds is None else seconds))
    active = [member for member in group.instance_states if member.is_active]
    warm = sum(bool(one.in_service_since) and now >= one.in_service_since + warmup for one in active)
    return Capacity(group.desired_capacity, max(group.desired_capacity - warm, 0))


def _wanted(group: Any, policy: Policy, breach: Breach | None, now: datetime) -> int | None:
    match policy.policy_type:
        case "SimpleScaling":
            least = policy.min_adjustment_magnitude or 0
            return adjusted(group.desired_capacity, policy.adjustment_type, policy.scaling_adjustment or 0, least)
        case "StepScaling" if breach:
            return stepped(capacity(group, policy, now), policy, breach.metric - breach.threshold)
        case "TargetTrackingScaling" if breach and policy.target_tracking_configuration:
            asked = policy.target_tracking_configuration
            target, fixed = float(asked["TargetValue"]), bool(asked.get("DisableScaleIn"))
            return tracked(capacity(group, policy, now), breach.metric, target, may_shrink=not fixed)
    return None


def _resize(group: Any, policy: Policy, wanted: int, who: str) -> bool:
    changed = set_desired(group, wanted, who)
    if changed and policy.policy_type == "SimpleScaling":
        begin_cooldown(group, policy.cooldown)
    return changed
