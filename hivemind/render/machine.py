"""What every machine of ours has: IMDSv2 only, an encrypted disk, tags on all its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from troposphere import Base64, GetAtt, Sub, Tags, ec2

BASIC_MONITORING = 300
"""Seconds between the measurements that EC2 makes of an instance; every minute would cost extra."""


@dataclass(frozen=True)
class Disk:
    """The one disk of a machine: the device that its image boots from, and its size."""

    device: str
    gigabytes: int


def launch_data(profile: str, user_data: str, disk: Disk, tags: Mapping[str, Any], **rest: Any) -> Any:
    """The data of a launch template; `user_data` is the text of an `Fn::Sub`, `rest` what differs."""
    return ec2.LaunchTemplateData(
        IamInstanceProfile=ec2.IamInstanceProfile(Arn=GetAtt(profile, "Arn")),
        MetadataOptions=ec2.MetadataOptions(
            HttpTokens="required", HttpPutResponseHopLimit=1, InstanceMetadataTags="enabled"
        ),
        BlockDeviceMappings=[
            ec2.LaunchTemplateBlockDeviceMapping(
                DeviceName=disk.device,
                Ebs=ec2.EBSBlockDevice(Encrypted=True, VolumeType="gp3", VolumeSize=disk.gigabytes),
            )
        ],
        TagSpecifications=[
            ec2.TagSpecifications(ResourceType=kind, Tags=Tags(**tags)) for kind in ("instance", "volume")
        ],
        UserData=Base64(Sub(user_data)),
        **rest,
    )


def template_tags(tags: Mapping[str, Any]) -> list[Any]:
    """The tags of a launch template itself, which spells them in a way of its own."""
    return [ec2.TagSpecifications(ResourceType="launch-template", Tags=Tags(**tags))]
