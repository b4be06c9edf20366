"""What the data plane tells: the health of every target, and what was counted since it last told."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

WIDTH = math.log(1.05)
State = Literal["initial", "healthy", "unhealthy", "unused", "draining", "unavailable"]
Reason = Literal[
    "",
    "Elb.RegistrationInProgress",
    "Elb.InitialHealthChecking",
    "Target.ResponseCodeMismatch",
    "Target.Timeout",
    "Target.FailedHealthChecks",
    "Target.NotRegistered",
    "Target.NotInUse",
    "Target.DeregistrationInProgress",
    "Target.HealthCheckDisabled",
]

# The descriptions are those that DescribeTargetHealth answers; Target.ResponseCodeMismatch also names the codes.
DESCRIPTIONS: Mapping[Reason, str] = {
    "": "",
    "Elb.RegistrationInProgress": "Target registration is in progress",
    "Elb.InitialHealthChecking": "Initial health checks in progress",
    "Target.ResponseCodeMismatch": "Health checks failed with these codes: [{}]",
    "Target.Timeout": "Request timed out",
    "Target.FailedHealthChecks": "Health checks failed",
    "Target.NotRegistered": "Target is not registered to the target group",
    "Target.NotInUse": "Target group is not configured to receive traffic from the load balancer",
    "Target.DeregistrationInProgress": "Target deregistration is in progress",
    "Target.HealthCheckDisabled": "Health checks are disabled for this target group",
}


@dataclass(frozen=True)
class Verdict:
    """The state of a target with the reason for it; `code` is the status that a failed check got."""

    state: State
    reason: Reason = ""
    code: int = 0

    @property
    def description(self) -> str:
        """What DescribeTargetHealth says about it; empty when healthy."""
        return DESCRIPTIONS[self.reason].format(self.code)


@dataclass(frozen=True)
class TargetHealth:
    """One target of a group: `in_flight` is the number of requests (and open websockets) it is serving."""

    id: str
    port: int
    verdict: Verdict
    in_flight: int = 0


Health = Mapping[str, tuple[TargetHealth, ...]]
"""Target group ARN → its targets, draining ones too."""


@dataclass
class Distribution:
    """Response times in seconds, kept in buckets that are 5 % wide (bucket n holds 1 µs x 1.05^n and above)."""

    count: int = 0
    total: float = 0.0
    maximum: float = 0.0
    buckets: dict[int, int] = field(default_factory=dict)

    def observe(self, seconds: float) -> None:
        """Count one more."""
        bucket = int(math.log(seconds * 1e6) / WIDTH) if seconds > 1e-6 else 0
        self.count += 1
        self.total += seconds
        self.maximum = max(self.maximum, seconds)
        self.buckets[bucket] = self.buckets.get(bucket, 0) + 1

    def quantile(self, share: float) -> float:
        """The time that `share` of the requests did not exceed, within 5 %; 0 when there were none."""
        seen, wanted = 0, share * self.count
        for bucket in sorted(self.buckets):
            seen += self.buckets[bucket]
            if seen >= wanted:
                return min(self.maximum, 1e-6 * math.exp(WIDTH * (bucket + 1)))
        return 0.0

    def values(self) -> dict[float, int]:
        """A value for each bucket with its count: each right within 5 %, all together with the exact sum."""
        middles = {1e-6 * math.exp(WIDTH * (bucket + 0.5)): number for bucket, number in sorted(self.buckets.items())}
        estimated = sum(value * number for value, number in middles.items())
        return {value * self.total / estimated: number for value, number in middles.items()}

    def add(self, other: Distribution) -> None:
        """Take another distribution's counts in."""
        self.count += other.count
        self.total += other.total
        self.maximum = max(self.maximum, other.maximum)
        for bucket, number in other.buckets.items():
            self.buckets[bucket] = self.buckets.get(bucket, 0) + number


@dataclass
class GroupCounts:
    """What a target group did: answers by status code, and the time until the targets began to answer.

    `chosen` counts the requests for which a target was found, answered or not.
    """

    codes: dict[int, int] = field(default_factory=dict)
    times: Distribution = field(default_factory=Distribution)
    connection_errors: int = 0
    chosen: int = 0

    @property
    def requests(self) -> int:
        """Requests that a target answered."""
        return sum(self.codes.values())

    def add(self, other: GroupCounts) -> None:
        """Take another count in."""
        self.chosen += other.chosen
        _merge(self.codes, other.codes)
        self.times.add(other.times)
        self.connection_errors += other.connection_errors


@dataclass
class BalancerCounts:
    """What a load balancer did by itself: `codes` are the errors it made, not those of its targets."""

    requests: int = 0
    codes: dict[int, int] = field(default_factory=dict)
    fixed_responses: int = 0
    redirects: int = 0
    new_connections: int = 0
    tls_errors: int = 0

    def add(self, other: BalancerCounts) -> None:
        """Take another count in."""
        self.requests += other.requests
        _merge(self.codes, other.codes)
        self.fixed_responses += other.fixed_responses
        self.redirects += other.redirects
        self.new_connections += other.new_connections
        self.tls_errors += other.tls_errors


@dataclass
class Counts:
    """Counts by load balancer ARN and by target group ARN."""

    balancers: dict[str, BalancerCounts] = field(default_factory=dict)
    groups: dict[str, GroupCounts] = field(default_factory=dict)

    def add(self, other: Counts) -> None:
        """Take another report's counts in."""
        for arn, balancer in other.balancers.items():
            self.balancers.setdefault(arn, BalancerCounts()).add(balancer)
        for arn, group in other.groups.items():
            self.groups.setdefault(arn, GroupCounts()).add(group)


@dataclass(frozen=True)
class Report:
    """One line from the data plane: the generation it runs, the ports it could not have, health, and new counts."""

    generation: int
    unbound: tuple[int, ...]
    health: Health
    counts: Counts


def _merge(into: dict[int, int], other: Mapping[int, int]) -> None:
    for key, number in other.items():
        into[key] = into.get(key, 0) + number
