"""Metrics collection of Auto Scaling groups: moto takes no list for none, where AWS means all, and cannot disable.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_EnableMetricsCollection.html
"""

from __future__ import annotations

from typing import Any

from hivemind.emulator.groups.errors import find_group, refuse
from hivemind.emulator.metrics.sampler import GROUP_METRICS
from hivemind.emulator.seam import Gap, Seam

GRANULARITY = "1Minute"


def install() -> None:
    """Patch moto's Auto Scaling."""
    enable, disable = seams()
    enable.replace(_enable)
    disable.fill(_disable)


def seams() -> tuple[Seam, Gap]:
    """Everything this file replaces, and what moto does not have."""
    from moto.autoscaling.responses import AutoScalingResponse

    return (
        Seam(AutoScalingResponse, "enable_metrics_collection", "self"),
        Gap(AutoScalingResponse, "disable_metrics_collection"),
    )


def _enable(self: Any) -> Any:
    from moto.core.responses import EmptyResult

    asked = self._get_params()
    if asked.get("Granularity") != GRANULARITY:
        raise refuse("ValidationError", f"The only valid granularity is {GRANULARITY}")
    group = find_group(self.autoscaling_backend, asked["AutoScalingGroupName"])
    group.metrics = sorted({*group.metrics, *_named(asked)})
    return EmptyResult()


def _disable(self: Any) -> Any:
    from moto.core.responses import EmptyResult

    asked = self._get_params()
    group = find_group(self.autoscaling_backend, asked["AutoScalingGroupName"])
    going = set(_named(asked))
    group.metrics = [name for name in group.metrics if name not in going]
    return EmptyResult()


def _named(asked: Any) -> tuple[str, ...]:
    """The metrics of a call; all of them when none is named."""
    names = tuple(asked.get("Metrics") or GROUP_METRICS)
    unknown = sorted(set(names) - set(GROUP_METRICS))
    if unknown:
        raise refuse("ValidationError", f"The local cloud has no group metric {unknown[0]}")
    return names
