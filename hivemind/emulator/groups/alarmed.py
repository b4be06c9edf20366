"""The scaling policy that an alarm names: found by its ARN among the groups of a region, and acted out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hivemind.emulator.groups import record
from hivemind.emulator.groups.scaling import Breach, on_alarm


def act(autoscaling: Any, policy_arn: str, breach: Breach, now: datetime) -> bool:
    """Do what the policy says to a breach; returns whether the wish changed, raises LookupError if it is gone."""
    for group in list(autoscaling.autoscaling_groups.values()):
        for policy in list(record.of(group).policies.values()):
            if policy.policy_arn == policy_arn:
                return on_alarm(group, policy, breach, now)
    raise LookupError(f"No scaling policy found for {policy_arn}")
