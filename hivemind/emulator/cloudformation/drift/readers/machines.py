"""Instances, launch templates and groups of instances, read back."""

from __future__ import annotations

from collections.abc import Mapping

from hivemind.emulator.cloudformation.drift.readers.reader import Reader, Subject, first, gone, only
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.resources.handler import words


def _instance(at: Subject) -> Mapping[str, Json]:
    answer = at.call("ec2", "describe_instances", InstanceIds=[at.physical_id])
    live = first(answer["Reservations"], at.physical_id)["Instances"][0]
    if live["State"]["Name"] in ("terminated", "shutting-down"):
        raise gone(at.physical_id)
    return {
        **only(live, ("ImageId", "InstanceType", "KeyName", "SubnetId", "PrivateIpAddress")),
        "AvailabilityZone": live["Placement"]["AvailabilityZone"],
        "SecurityGroupIds": [group["GroupId"] for group in live.get("SecurityGroups", ())],
        "Tags": at.tags(live.get("Tags")),
    }


def _template(at: Subject) -> Mapping[str, Json]:
    """Its data is write-only in AWS's schema: a version that someone adds is no drift."""
    answer = at.call("ec2", "describe_launch_templates", LaunchTemplateIds=[at.physical_id])
    return only(first(answer["LaunchTemplates"], at.physical_id), ("LaunchTemplateName",))


_SAME = (
    "MinSize MaxSize DesiredCapacity AvailabilityZones CapacityRebalance DefaultInstanceWarmup HealthCheckGracePeriod "
    "HealthCheckType MaxInstanceLifetime NewInstancesProtectedFromScaleIn TerminationPolicies LaunchTemplate "
    "TargetGroupARNs"
)


def _group(at: Subject) -> Mapping[str, Json]:
    answer = at.call("autoscaling", "describe_auto_scaling_groups", AutoScalingGroupNames=[at.physical_id])
    live = first(answer["AutoScalingGroups"], at.physical_id)
    tags = live.get("Tags") or []
    propagates = {tag["Key"]: tag["PropagateAtLaunch"] for tag in tags}
    return {
        **only(live, _SAME.split()),
        "Cooldown": live.get("DefaultCooldown"),
        "VPCZoneIdentifier": [each for each in (live.get("VPCZoneIdentifier") or "").split(",") if each],
        "Tags": [{**tag, "PropagateAtLaunch": propagates[tag["Key"]]} for tag in at.tags(tags)],
    }


READERS = (
    Reader(
        "AWS::EC2::Instance",
        words("ImageId InstanceType KeyName SubnetId PrivateIpAddress AvailabilityZone SecurityGroupIds Tags"),
        _instance,
    ),
    Reader("AWS::EC2::LaunchTemplate", words("LaunchTemplateName"), _template),
    Reader("AWS::AutoScaling::AutoScalingGroup", words(f"{_SAME} Cooldown VPCZoneIdentifier Tags"), _group),
)
