"""The cooldown after a simple scaling policy or a manual change: it begins when the group has what it wished for.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scaling-cooldowns.html
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Cooldown:
    """How long, in seconds, and until when once the scaling activity is over."""

    seconds: int
    until: datetime | None = None

    def settled(self, now: datetime) -> Cooldown:
        """The group has its capacity: from now on time counts."""
        return self if self.until else Cooldown(self.seconds, now + timedelta(seconds=self.seconds))

    def is_over(self, now: datetime) -> bool:
        """Whether the next simple scaling may happen."""
        return self.until is not None and now >= self.until
