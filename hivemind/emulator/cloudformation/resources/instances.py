"""Machines: instances and the templates they are launched from."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from hivemind.emulator.cloudformation.cloud import Cloud, until
from hivemind.emulator.cloudformation.physical import tail
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.refusal import Refusal, Unable
from hivemind.emulator.cloudformation.resources.handler import Handler, Wanted, words
from hivemind.emulator.cloudformation.resources.tags import retag_ec2, specifications

_STOP_TO_CHANGE = ("InstanceType", "UserData")
_DIRECT = "ImageId InstanceType KeyName SubnetId SecurityGroupIds PrivateIpAddress BlockDeviceMappings LaunchTemplate"
_FIXED = ("EbsOptimized", "MetadataOptions", "Monitoring", "IamInstanceProfile")
_SETTINGS = "DisableApiTermination InstanceInitiatedShutdownBehavior EbsOptimized MetadataOptions"


class Instance(Handler):
    """AWS::EC2::Instance."""

    type = "AWS::EC2::Instance"
    honours = words(f"{_DIRECT} {_SETTINGS} AvailabilityZone UserData IamInstanceProfile Monitoring Tags")
    offers = words("InstanceId PrivateIp PublicIp PrivateDnsName PublicDnsName AvailabilityZone VpcId")
    volatile = words("PublicIp PublicDnsName")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        asked = {**wanted.pick(*_DIRECT.split(), *_SETTINGS.split()), **_settings(wanted)}
        answer = cloud.call(
            "ec2", "run_instances", MinCount=1, MaxCount=1, **asked, **specifications("instance", wanted)
        )
        return str(answer["Instances"][0]["InstanceId"])

    def ready(self, cloud: Cloud, physical_id: str) -> bool:
        state = self._state(cloud, physical_id)
        if state not in ("pending", "running"):
            raise Refusal(f"Instance {physical_id} is in state {state} and hence failed to stabilize.")
        return state == "running"

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        live = self._live(cloud, physical_id)
        return {
            "InstanceId": physical_id,
            "PrivateIp": live.get("PrivateIpAddress", ""),
            "PublicIp": live.get("PublicIpAddress", ""),
            "PrivateDnsName": live.get("PrivateDnsName", ""),
            "PublicDnsName": live.get("PublicDnsName", ""),
            "AvailabilityZone": live["Placement"]["AvailabilityZone"],
            "VpcId": live.get("VpcId", ""),
        }

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        if after.changes(before, *_FIXED):
            raise Unable(f"the local cloud cannot change {' or '.join(_FIXED)} of a running instance")
        if after.changes(before, *_STOP_TO_CHANGE):
            self._reshape(cloud, physical_id, after)
        if after.changes(before, "SecurityGroupIds"):
            _modify(cloud, physical_id, Groups=after["SecurityGroupIds"])
        if after.changes(before, "DisableApiTermination"):
            _modify(cloud, physical_id, DisableApiTermination={"Value": after.get("DisableApiTermination", False)})
        if after.changes(before, "InstanceInitiatedShutdownBehavior"):
            behaviour = {"Value": after.get("InstanceInitiatedShutdownBehavior", "stop")}
            _modify(cloud, physical_id, InstanceInitiatedShutdownBehavior=behaviour)
        retag_ec2(cloud, physical_id, before, after)

    def replaces(self, before: Wanted, after: Wanted) -> bool:
        return after.changes(before, "BlockDeviceMappings", "Tenancy")

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("ec2", "terminate_instances", InstanceIds=[physical_id])

    def gone(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> bool:
        return self._state(cloud, physical_id) == "terminated"

    def _reshape(self, cloud: Cloud, physical_id: str, after: Wanted) -> None:
        cloud.call("ec2", "stop_instances", InstanceIds=[physical_id])
        if not until(lambda: self._state(cloud, physical_id) == "stopped", self.patience, cloud.check):
            raise Refusal(f"Instance {physical_id} did not stop.")
        if "InstanceType" in after.properties:
            _modify(cloud, physical_id, InstanceType={"Value": after["InstanceType"]})
        _modify(cloud, physical_id, UserData={"Value": base64.b64decode(after.get("UserData", ""))})
        cloud.call("ec2", "start_instances", InstanceIds=[physical_id])

    def _live(self, cloud: Cloud, physical_id: str) -> Mapping[str, Any]:
        answer = cloud.call("ec2", "describe_instances", InstanceIds=[physical_id])
        live: Mapping[str, Any] = answer["Reservations"][0]["Instances"][0]
        return live

    def _state(self, cloud: Cloud, physical_id: str) -> str:
        return str(self._live(cloud, physical_id)["State"]["Name"])


def _modify(cloud: Cloud, physical_id: str, **change: Json) -> None:
    cloud.call("ec2", "modify_instance_attribute", InstanceId=physical_id, **change)


def _settings(wanted: Wanted) -> dict[str, Json]:
    settings: dict[str, Json] = {}
    if "UserData" in wanted.properties:  # boto3 encodes it again
        settings["UserData"] = base64.b64decode(wanted["UserData"]).decode()
    if "IamInstanceProfile" in wanted.properties:
        settings["IamInstanceProfile"] = {"Name": wanted["IamInstanceProfile"]}
    if "Monitoring" in wanted.properties:
        settings["Monitoring"] = {"Enabled": wanted["Monitoring"]}
    if "AvailabilityZone" in wanted.properties:
        settings["Placement"] = {"AvailabilityZone": wanted["AvailabilityZone"]}
    return settings


class LaunchTemplate(Handler):
    """AWS::EC2::LaunchTemplate; an update is a new version."""

    type = "AWS::EC2::LaunchTemplate"
    honours = words("LaunchTemplateName LaunchTemplateData TagSpecifications VersionDescription")
    offers = words("LaunchTemplateId LatestVersionNumber DefaultVersionNumber")
    volatile = words("LatestVersionNumber")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        name = wanted.get("LaunchTemplateName") or f"{wanted.logical_id}_{tail()}"
        answer = cloud.call(
            "ec2",
            "create_launch_template",
            LaunchTemplateName=name,
            **wanted.pick("LaunchTemplateData", "VersionDescription"),
            **specifications("launch-template", _flat(wanted)),
        )
        return str(answer["LaunchTemplate"]["LaunchTemplateId"])

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        live = cloud.call("ec2", "describe_launch_templates", LaunchTemplateIds=[physical_id])["LaunchTemplates"][0]
        versions = {name: str(live[name]) for name in ("LatestVersionNumber", "DefaultVersionNumber")}
        return {"LaunchTemplateId": physical_id, **versions}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        if after.changes(before, "LaunchTemplateData", "VersionDescription"):
            asked = after.pick("LaunchTemplateData", "VersionDescription")
            cloud.call("ec2", "create_launch_template_version", LaunchTemplateId=physical_id, **asked)
        if after.changes(before, "TagSpecifications") or before.tags != after.tags:
            retag_ec2(cloud, physical_id, _flat(before), _flat(after))

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("ec2", "delete_launch_template", LaunchTemplateId=physical_id)


def _flat(wanted: Wanted) -> Wanted:
    own = [tag for each in wanted.get("TagSpecifications", ()) for tag in each.get("Tags", ())]
    return Wanted(wanted.stack, wanted.logical_id, {"Tags": own}, wanted.tags)
