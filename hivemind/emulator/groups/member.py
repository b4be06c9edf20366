"""An instance as a member of its group: what DescribeAutoScalingGroups shows of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from hivemind.emulator.groups.activity import Activity
from hivemind.emulator.groups.hooks import Action

LifecycleState = Literal[
    "Pending", "Pending:Wait", "Pending:Proceed", "InService", "EnteringStandby", "Standby", "Detaching",
    "Terminating", "Terminating:Wait", "Terminating:Proceed",
]  # fmt: skip
"""https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html"""

ACTIVE = ("Pending", "Pending:Wait", "Pending:Proceed", "InService")
LEAVING = ("Terminating", "Terminating:Wait", "Terminating:Proceed")
SETTLED = ("InService", "Standby")
WAITING = ("Pending:Wait", "Terminating:Wait")


@dataclass(eq=False)
class Member:
    """One instance of a group; attribute names are the API's, in snake case."""

    instance: Any
    auto_scaling_group_name: str
    template: dict[str, str] | None
    """LaunchTemplateId, LaunchTemplateName and the Version that it was really launched from; None when attached."""
    protected_from_scale_in: bool
    activity: Activity
    lifecycle_state: LifecycleState = "Pending"
    health_status: str = "Healthy"
    in_service_since: datetime | None = None
    registered: set[str] = field(default_factory=set)
    """ARNs of the target groups that the group itself registered it with."""
    actions: tuple[Action, ...] = ()
    """The lifecycle actions it waits for."""
    kept_out: bool = False
    """Whether it came into service while AddToLoadBalancer was suspended: then it stays out of the balancer."""
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
    def launch_template(self) -> dict[str, str] | None:
        """What it was launched from."""
        return self.template

    @property
    def is_active(self) -> bool:
        """Whether it counts towards the desired capacity."""
        return self.lifecycle_state in ACTIVE

    @property
    def is_leaving(self) -> bool:
        """Whether it is on its way to its end."""
        return self.lifecycle_state in LEAVING
