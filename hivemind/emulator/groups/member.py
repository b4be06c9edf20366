"""An instance as a member of its group, and the group's activities: what DescribeAutoScalingGroups shows."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

ACTIVE = ("Pending", "InService")
KEPT_ACTIVITIES = 100


@dataclass(eq=False)
class Activity:
    """One scaling activity; attribute names are the API's, in snake case, as moto's serializer wants them."""

    auto_scaling_group_name: str
    description: str
    cause: str
    status_code: str = "InProgress"
    progress: int = 50
    status_message: str | None = None
    activity_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    start_time: datetime = field(default_factory=lambda: datetime.now(UTC))
    end_time: datetime | None = None

    def finish(self, status: str = "Successful", message: str | None = None) -> None:
        """Close it as Successful, Failed or Cancelled."""
        self.status_code, self.status_message, self.progress = status, message, 100
        self.end_time = datetime.now(UTC)


@dataclass(eq=False)
class Member:
    """One instance of a group; attribute names are the API's, in snake case."""

    instance: Any
    auto_scaling_group_name: str
    template: dict[str, str]
    """LaunchTemplateId, LaunchTemplateName and the Version that it was really launched from."""
    protected_from_scale_in: bool
    activity: Activity
    lifecycle_state: str = "Pending"
    health_status: str = "Healthy"
    in_service_since: datetime | None = None
    registered: set[str] = field(default_factory=set)
    """ARNs of the target groups that the group itself registered it with."""
    launch_configuration_name: None = None

    @property
    def instance_id(self) -> str:
        """The EC2 instance."""
        return str(self.instance.id)

    @property
    def instance_type(self) -> str:
        """Its type."""
        return str(self.instance.instance_type)

    @property
    def availability_zone(self) -> str:
        """Its zone."""
        return str(self.instance.availability_zone)

    @property
    def launch_template(self) -> dict[str, str]:
        """What it was launched from."""
        return self.template

    @property
    def is_active(self) -> bool:
        """Whether it counts towards the desired capacity."""
        return self.lifecycle_state in ACTIVE


def begin(group: Any, description: str, cause: str) -> Activity:
    """Note a new activity of a group, newest first."""
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    activity = Activity(group.name, description, f"At {moment} {cause}")
    history = group.autoscaling_backend.__dict__.setdefault("activities", [])
    history.insert(0, activity)
    del history[KEPT_ACTIVITIES:]
    return activity
