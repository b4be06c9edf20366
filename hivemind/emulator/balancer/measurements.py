"""What was counted → data for CloudWatch, with the metrics and dimensions of AWS/ApplicationELB. Pure.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html: a metric that
is zero is not reported, except how many targets are healthy. Each datum carries the minute in which it was counted, so
that the data of a minute add up however often they are sent. A response time is one of the values of a histogram whose
steps are 5 % wide; their sum is exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from hivemind.emulator.balancer.report import BalancerCounts, Counts, Distribution, GroupCounts, TargetHealth

NAMESPACE = "AWS/ApplicationELB"
MOST_VALUES = 150
"""How many different values CloudWatch takes in one datum."""
Datum = dict[str, Any]
Dimensions = Mapping[str, str]


def of_balancer(arn: str, counts: Counts, groups: Mapping[str, int], minute: datetime) -> Iterator[Datum]:
    """Everything counted for one load balancer; `groups` are its target groups with their numbers of targets."""
    whole = GroupCounts()
    here = {"LoadBalancer": full_name(arn)}
    for group, targets in groups.items():
        found = counts.groups.get(group, GroupCounts())
        whole.add(found)
        its = {"TargetGroup": full_name(group)}
        yield from _of_group(found, {**its, **here}, minute)
        per_target = found.chosen / max(1, targets)
        for dimensions in (its, {**its, **here}):
            yield from _sum("RequestCountPerTarget", per_target, dimensions, minute)
    yield from _of_group(whole, here, minute)
    yield from _own(counts.balancers.get(arn, BalancerCounts()), here, minute)


def of_hosts(balancer: str, group: str, targets: tuple[TargetHealth, ...], minute: datetime) -> Iterator[Datum]:
    """How many targets of a group are healthy and how many are not; nothing when none is registered."""
    states = [target.verdict.state for target in targets]
    if not set(states) - {"unused", "draining", "unavailable"}:
        return
    dimensions = {"TargetGroup": full_name(group), "LoadBalancer": full_name(balancer)}
    for name, number in (
        ("HealthyHostCount", states.count("healthy")),
        ("UnHealthyHostCount", states.count("unhealthy")),
    ):
        yield _datum(name, dimensions, minute, "Count") | {"Value": float(number)}


def full_name(arn: str) -> str:
    """What CloudWatch calls it: `app/name/id` or `targetgroup/name/id`."""
    return arn.rpartition(":")[2].removeprefix("loadbalancer/")


def _of_group(counts: GroupCounts, dimensions: Dimensions, minute: datetime) -> Iterator[Datum]:
    yield from _sum("RequestCount", counts.chosen, dimensions, minute)
    for hundreds in (2, 3, 4, 5):
        number = _within(counts.codes, hundreds)
        yield from _sum(f"HTTPCode_Target_{hundreds}XX_Count", number, dimensions, minute)
    yield from _sum("TargetConnectionErrorCount", counts.connection_errors, dimensions, minute)
    yield from _times("TargetResponseTime", counts.times, dimensions, minute)


def _own(counts: BalancerCounts, dimensions: Dimensions, minute: datetime) -> Iterator[Datum]:
    numbers = {
        "HTTPCode_ELB_3XX_Count": counts.redirects,
        "HTTPCode_ELB_4XX_Count": _within(counts.codes, 4),
        "HTTPCode_ELB_5XX_Count": _within(counts.codes, 5),
        **{f"HTTPCode_ELB_{code}_Count": counts.codes.get(code, 0) for code in (500, 502, 503, 504)},
        "HTTP_Redirect_Count": counts.redirects,
        "HTTP_Fixed_Response_Count": counts.fixed_responses,
        "NewConnectionCount": counts.new_connections,
        "ClientTLSNegotiationErrorCount": counts.tls_errors,
    }
    for name, number in numbers.items():
        yield from _sum(name, number, dimensions, minute)


def _within(codes: Mapping[int, int], hundreds: int) -> int:
    return sum(number for code, number in codes.items() if code // 100 == hundreds)


def _sum(name: str, number: float, dimensions: Dimensions, minute: datetime) -> Iterator[Datum]:
    if number:
        yield _datum(name, dimensions, minute, "Count") | {"Value": float(number)}


def _times(name: str, times: Distribution, dimensions: Dimensions, minute: datetime) -> Iterator[Datum]:
    rest = iter(times.values().items())
    while part := dict(islice(rest, MOST_VALUES)):
        counts = [float(number) for number in part.values()]
        yield _datum(name, dimensions, minute, "Seconds") | {"Values": list(part), "Counts": counts}


def _datum(name: str, dimensions: Dimensions, minute: datetime, unit: str) -> Datum:
    rows = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    return {"MetricName": name, "Dimensions": rows, "Timestamp": minute, "Unit": unit}
