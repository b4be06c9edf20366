"""Auto Scaling groups."""

from __future__ import annotations

from typing import Any

from hivemind.aws.failures import cloud_errors, code_of
from hivemind.aws.session import Session
from hivemind.errors import CloudError
from hivemind.model.live import Group

_HERE = ("Pending", "InService")
"""How the life of a member begins: `Pending:Wait` and the like go with it. What follows is on its way out.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
"""


class AwsGroups:
    """The Groups port."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, name: str) -> Group:
        """The group as it is. Raises CloudError where there is none."""
        with cloud_errors(f"group {name}"):
            found = self._client.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
        if not found:
            raise CloudError(
                "there is no such group", where=name, hint="Run `hivemind plan`: it shows what is missing."
            )
        (group,) = found
        members = (m["InstanceId"] for m in group.get("Instances", ()) if m["LifecycleState"].startswith(_HERE))
        return Group(desired=group["DesiredCapacity"], most=group["MaxSize"], members=tuple(members))

    def resize(self, name: str, desired: int) -> None:
        """Tell the group how many instances to have; at once, whatever cooldown it is in."""
        with cloud_errors(f"group {name}"):
            self._client.set_desired_capacity(AutoScalingGroupName=name, DesiredCapacity=desired, HonorCooldown=False)

    def retire(self, instance: str) -> None:
        """Drain and end a member, and have one fewer; no error where it is none any more, or on its way out."""
        from botocore.exceptions import ClientError

        with cloud_errors(f"instance {instance}"):
            try:
                self._client.terminate_instance_in_auto_scaling_group(
                    InstanceId=instance, ShouldDecrementDesiredCapacity=True
                )
            except ClientError as error:
                if code_of(error) != "ValidationError" or "Instance Id not found" not in str(error):
                    raise

    @property
    def _client(self) -> Any:
        return self._session.client("autoscaling")
