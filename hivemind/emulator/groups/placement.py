"""Which subnet the next instance goes to, and which instance goes first: pure choices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Subnet:
    """A subnet of a group and its zone."""

    id: str
    zone: str


@dataclass(frozen=True)
class Candidate:
    """An instance that scaling in may take."""

    id: str
    zone: str
    outdated: bool
    """Whether it was launched from another template version than the group's own."""
    launched: datetime
    version: int = 0
    """The template version that it was launched from."""


def next_subnet(subnets: Sequence[Subnet], used: Sequence[str]) -> Subnet:
    """The emptiest subnet of the emptiest zone, in the group's order; `used` holds a subnet id per instance."""
    per_subnet = Counter(used)
    per_zone = Counter({subnet.zone: 0 for subnet in subnets})
    for subnet in subnets:
        per_zone[subnet.zone] += per_subnet[subnet.id]
    return min(subnets, key=lambda subnet: (per_zone[subnet.zone], per_subnet[subnet.id]))


def is_unbalanced(zones: Sequence[str], used: Sequence[str]) -> bool:
    """Whether one of the group's zones has at least two instances more than another; `used` holds a zone each."""
    counts = Counter({**dict.fromkeys(zones, 0), **Counter(used)})
    return max(counts.values(), default=0) - min(counts.values(), default=0) > 1


Rank = Callable[[Candidate], Any]
POLICIES: dict[str, Rank] = {
    "Default": lambda one: (not one.outdated, one.launched),
    "OldestInstance": lambda one: one.launched,
    "NewestInstance": lambda one: -one.launched.timestamp(),
    "OldestLaunchTemplate": lambda one: (not one.outdated, one.version),
    "ClosestToNextInstanceHour": lambda one: -(one.launched.minute * 60 + one.launched.second),
}
"""The termination policies that the local cloud has: who has the lowest rank goes first."""


def victims(candidates: Sequence[Candidate], count: int, policies: Sequence[str] = ("Default",)) -> tuple[str, ...]:
    """Who goes when the group shrinks: out of the fullest zone, then by the policies in their order.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
    """
    left = list(candidates)
    chosen: list[str] = []
    while left and len(chosen) < count:
        zones = Counter(candidate.zone for candidate in left)
        fullest = [candidate for candidate in left if zones[candidate.zone] == max(zones.values())]
        victim = min(fullest, key=lambda one: (*(POLICIES[policy](one) for policy in policies), one.launched, one.id))
        left.remove(victim)
        chosen.append(victim.id)
    return tuple(chosen)
