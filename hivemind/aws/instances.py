"""Machines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hivemind.aws.failures import cloud_errors, code_of
from hivemind.aws.session import Session
from hivemind.model.live import Instance

GROUP_TAG = "aws:autoscaling:groupName"
"""EC2 Auto Scaling puts it on every machine it launches, and it outlives the machine's membership."""


class AwsInstances:
    """The Instances port."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def tagged(self, tags: Mapping[str, str]) -> tuple[Instance, ...]:
        """Every machine that carries all these tags, by launch time."""
        filters = [{"Name": f"tag:{key}", "Values": [value]} for key, value in tags.items()]
        with cloud_errors("instances"):
            pages = self._client.get_paginator("describe_instances").paginate(Filters=filters)
            found = [machine for page in pages for r in page["Reservations"] for machine in r["Instances"]]
        return tuple(_instance(machine) for machine in sorted(found, key=lambda m: (m["LaunchTime"], m["InstanceId"])))

    def in_group(self, group: str) -> tuple[Instance, ...]:
        """The machines of an Auto Scaling group, ended ones too while EC2 still shows them."""
        return self.tagged({GROUP_TAG: group})

    def console(self, instance: str) -> str:
        """The console output so far; the latest where the machine's type can give it."""
        from botocore.exceptions import ClientError

        with cloud_errors(f"instance {instance}"):
            try:
                return str(self._client.get_console_output(InstanceId=instance, Latest=True).get("Output") or "")
            except ClientError as error:
                if code_of(error).startswith("InvalidInstanceID"):
                    return ""
                if code_of(error) != "UnsupportedOperation":
                    raise
            return str(self._client.get_console_output(InstanceId=instance).get("Output") or "")

    def launch(self, template: str, *, image: str, tags: Mapping[str, str], token: str) -> str:
        """Start one machine from the newest version of a launch template; the same token gives the same machine."""
        listed = [{"Key": key, "Value": value} for key, value in tags.items()]
        with cloud_errors(f"launch template {template}"):
            found = self._client.run_instances(
                LaunchTemplate={"LaunchTemplateId": template, "Version": "$Latest"},
                ImageId=image,
                MinCount=1,
                MaxCount=1,
                ClientToken=token,
                TagSpecifications=[{"ResourceType": kind, "Tags": listed} for kind in ("instance", "volume")],
            )
        return str(found["Instances"][0]["InstanceId"])

    def terminate(self, instance: str) -> None:
        """End a machine; no error when it is gone."""
        from botocore.exceptions import ClientError

        with cloud_errors(f"instance {instance}"):
            try:
                self._client.terminate_instances(InstanceIds=[instance])
            except ClientError as error:
                if not code_of(error).startswith("InvalidInstanceID"):
                    raise

    @property
    def _client(self) -> Any:
        return self._session.client("ec2")


def _instance(found: Any) -> Instance:
    return Instance(
        id=found["InstanceId"],
        state=found["State"]["Name"],
        tags={tag["Key"]: tag["Value"] for tag in found.get("Tags", ())},
        image=found.get("ImageId", ""),
        type=found.get("InstanceType", ""),
        launched=found.get("LaunchTime"),
    )
