"""Auto Scaling groups on the local cloud keep what they promise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.scenario.emulator_cloud import Cloud, encoded, eventually, running

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("emulator-groups")]


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with running(tmp_path_factory.mktemp("cloud") / "home") as cloud:
        yield cloud


@pytest.fixture(scope="module")
def subnets(cloud: Cloud) -> list[str]:
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    rows = (("10.0.0.0/24", "us-east-1a"), ("10.0.1.0/24", "us-east-1b"))
    return [ec2.create_subnet(VpcId=vpc, CidrBlock=c, AvailabilityZone=z)["Subnet"]["SubnetId"] for c, z in rows]


def make(cloud: Cloud, name: str, subnets: list[str], desired: int) -> None:
    data = {"ImageId": cloud.image(), "InstanceType": "t3.micro", "UserData": encoded("sleep 1000")}
    cloud.client("ec2").create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)
    cloud.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=name,
        MinSize=0,
        MaxSize=4,
        DesiredCapacity=desired,
        LaunchTemplate={"LaunchTemplateName": name, "Version": "1"},
        VPCZoneIdentifier=",".join(subnets),
        Tags=[{"Key": "team", "Value": "blue", "PropagateAtLaunch": True}],
    )


def group(cloud: Cloud, name: str) -> Any:
    found = cloud.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])
    return found["AutoScalingGroups"][0] if found["AutoScalingGroups"] else None


def in_service(cloud: Cloud, name: str, count: int) -> list[dict[str, Any]]:
    def settled() -> list[dict[str, Any]]:
        members = group(cloud, name)["Instances"]
        good = len(members) == count and all(row["LifecycleState"] == "InService" for row in members)
        return list(members) if good else []

    return eventually(settled)


def test_a_group_is_balanced_tagged_and_replaces_what_dies(cloud: Cloud, subnets: list[str]) -> None:
    make(cloud, "balanced", subnets, 2)
    members = in_service(cloud, "balanced", 2)
    assert {row["AvailabilityZone"] for row in members} == {"us-east-1a", "us-east-1b"}
    victim = members[0]["InstanceId"]
    seen = cloud.client("ec2").describe_instances(InstanceIds=[victim])["Reservations"][0]["Instances"][0]
    tags = {tag["Key"]: tag["Value"] for tag in seen["Tags"]}
    assert tags["team"] == "blue"
    assert tags["aws:autoscaling:groupName"] == "balanced"
    cloud.client("ec2").terminate_instances(InstanceIds=[victim])
    eventually(lambda: victim not in {row["InstanceId"] for row in group(cloud, "balanced")["Instances"]})
    assert victim not in {row["InstanceId"] for row in in_service(cloud, "balanced", 2)}
    history = cloud.client("autoscaling").describe_scaling_activities(AutoScalingGroupName="balanced")["Activities"]
    assert any(victim in row["Description"] and "health check" in row["Cause"] for row in history)


def test_capacity_follows_the_wish_within_its_bounds(cloud: Cloud, subnets: list[str]) -> None:
    scaling = cloud.client("autoscaling")
    make(cloud, "sized", subnets, 1)
    in_service(cloud, "sized", 1)
    scaling.set_desired_capacity(AutoScalingGroupName="sized", DesiredCapacity=3)
    in_service(cloud, "sized", 3)
    scaling.set_desired_capacity(AutoScalingGroupName="sized", DesiredCapacity=1)
    in_service(cloud, "sized", 1)
    with pytest.raises(ClientError, match="above max value 4"):
        scaling.set_desired_capacity(AutoScalingGroupName="sized", DesiredCapacity=5)
    with pytest.raises(ClientError, match="AlreadyExists"):
        make_again(cloud, subnets)


def make_again(cloud: Cloud, subnets: list[str]) -> None:
    cloud.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName="sized",
        MinSize=0,
        MaxSize=1,
        LaunchTemplate={"LaunchTemplateName": "sized"},
        VPCZoneIdentifier=subnets[0],
    )


def test_deleting_needs_force_while_instances_run_and_ends_them(cloud: Cloud, subnets: list[str]) -> None:
    scaling = cloud.client("autoscaling")
    make(cloud, "doomed", subnets, 1)
    instance = in_service(cloud, "doomed", 1)[0]["InstanceId"]
    with pytest.raises(ClientError, match="ResourceInUse"):
        scaling.delete_auto_scaling_group(AutoScalingGroupName="doomed")
    scaling.delete_auto_scaling_group(AutoScalingGroupName="doomed", ForceDelete=True)
    eventually(lambda: group(cloud, "doomed") is None)
    assert cloud.state(instance) == "terminated"


def test_a_launch_that_fails_is_an_activity_with_its_reason(cloud: Cloud, subnets: list[str]) -> None:
    data = {"ImageId": "ami-0123456789abcdef0", "InstanceType": "t3.micro"}
    cloud.client("ec2").create_launch_template(LaunchTemplateName="broken", LaunchTemplateData=data)
    scaling = cloud.client("autoscaling")
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="broken",
        MinSize=1,
        MaxSize=1,
        LaunchTemplate={"LaunchTemplateName": "broken"},
        VPCZoneIdentifier=subnets[0],
    )

    def failed() -> list[Any]:
        return list(scaling.describe_scaling_activities(AutoScalingGroupName="broken")["Activities"])

    activity = eventually(failed)[-1]
    assert activity["StatusCode"] == "Failed"
    assert "does not exist" in activity["StatusMessage"]
    scaling.delete_auto_scaling_group(AutoScalingGroupName="broken", ForceDelete=True)
