"""A group's scaling activities: what DescribeScalingActivities shows, newest first."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

KEPT = 100
Status = Literal[
    "PreInService", "InProgress", "MidLifecycleAction", "WaitingForELBConnectionDraining", "Successful", "Failed",
    "Cancelled",
]  # fmt: skip
"""https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Activity.html"""


@dataclass(eq=False)
class Activity:
    """One scaling activity; attribute names are the API's, in snake case, as moto's serializer wants them."""

    auto_scaling_group_name: str
    description: str
    cause: str
    status_code: Status = "InProgress"
    progress: int = 50
    status_message: str | None = None
    activity_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    start_time: datetime = field(default_factory=lambda: datetime.now(UTC))
    end_time: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether it came to its end, good or bad."""
        return self.end_time is not None

    def finish(self, status: Status = "Successful", message: str | None = None) -> None:
        """Close it as Successful, Failed or Cancelled; one that is over stays as it ended."""
        if not self.is_over:
            self.status_code, self.status_message, self.progress = status, message, 100
            self.end_time = datetime.now(UTC)


def begin(group: Any, description: str, *causes: str) -> Activity:
    """Note a new activity of a group; each cause is a sentence without its time."""
    told = " ".join(f"At {_moment()} {cause}" for cause in causes if cause)
    activity = Activity(group.name, description, told)
    history = group.autoscaling_backend.__dict__.setdefault("activities", [])
    history.insert(0, activity)
    del history[KEPT:]
    return activity


def _moment() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
