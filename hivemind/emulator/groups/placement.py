"""Which subnet the next instance goes to, and which instance goes first: pure choices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


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


def next_subnet(subnets: Sequence[Subnet], used: Sequence[str]) -> Subnet:
    """The emptiest subnet of the emptiest zone, in the group's order; `used` holds a subnet id per instance."""
    per_subnet = Counter(used)
    per_zone = Counter({subnet.zone: 0 for subnet in subnets})
    for subnet in subnets:
        per_zone[subnet.zone] += per_subnet[subnet.id]
    return min(subnets, key=lambda subnet: (per_zone[subnet.zone], per_subnet[subnet.id]))


def victims(candidates: Sequence[Candidate], count: int) -> tuple[str, ...]:
    """Who goes when the group shrinks, by the Default termination policy: fullest zone, outdated first, then oldest.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
    """
    left = list(candidates)
    chosen: list[str] = []
    while left and len(chosen) < count:
        zones = Counter(candidate.zone for candidate in left)
        fullest = [candidate for candidate in left if zones[candidate.zone] == max(zones.values())]
        victim = min(fullest, key=lambda candidate: (not candidate.outdated, candidate.launched, candidate.id))
        left.remove(victim)
        chosen.append(victim.id)
    return tuple(chosen)
