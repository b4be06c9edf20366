"""Auto Scaling groups on the local cloud keep what they promise."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.bench.loadgen import LoadGenerator, Result
from tests.scenario.emulator_cloud import HTTP_UNIT, Cloud, encoded, eventually, running

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


@pytest.fixture(scope="module")
def plain(cloud: Cloud) -> None:
    """A launch template of that name, with one version."""
    new_template(cloud, "plain", ImageId=cloud.image(), InstanceType="t3.micro")


def make(cloud: Cloud, name: str, subnets: list[str], desired: int, **extra: Any) -> None:
    data = {"ImageId": cloud.image(), "InstanceType": "t3.micro", "UserData": encoded("sleep 1000")}
    cloud.client("ec2").create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)
    asked = {
        "MinSize": 0,
        "MaxSize": 4,
        "DesiredCapacity": desired,
        "LaunchTemplate": {"LaunchTemplateName": name, "Version": "1"},
        "VPCZoneIdentifier": ",".join(subnets),
        "Tags": [{"Key": "team", "Value": "blue", "PropagateAtLaunch": True}],
    }
    cloud.client("autoscaling").create_auto_scaling_group(AutoScalingGroupName=name, **asked | extra)


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
    ec2 = cloud.client("ec2")
    data = {"ImageId": ec2.register_image(Name="own")["ImageId"], "InstanceType": "t3.micro"}
    ec2.create_launch_template(LaunchTemplateName="broken", LaunchTemplateData=data)
    scaling = cloud.client("autoscaling")
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="broken",
        MinSize=0,
        MaxSize=1,
        LaunchTemplate={"LaunchTemplateName": "broken"},
        VPCZoneIdentifier=subnets[0],
    )
    ec2.deregister_image(ImageId=data["ImageId"])
    scaling.set_desired_capacity(AutoScalingGroupName="broken", DesiredCapacity=1)

    def failed() -> list[Any]:
        return list(scaling.describe_scaling_activities(AutoScalingGroupName="broken")["Activities"])

    activity = eventually(failed)[-1]
    assert activity["StatusCode"] == "Failed"
    assert "does not exist" in activity["StatusMessage"]
    scaling.delete_auto_scaling_group(AutoScalingGroupName="broken", ForceDelete=True)


def states(cloud: Cloud, name: str) -> dict[str, str]:
    return {row["InstanceId"]: row["LifecycleState"] for row in group(cloud, name)["Instances"]}


def only(cloud: Cloud, name: str, state: str) -> str:
    """The one instance of a group, once it is in that state."""
    eventually(lambda: list(states(cloud, name).values()) == [state])
    return next(iter(states(cloud, name)))


def target_group(cloud: Cloud, subnets: list[str], name: str) -> str:
    """A target group with a balancer in front of it."""
    elb, ec2 = cloud.client("elbv2"), cloud.client("ec2")
    vpc = ec2.describe_subnets(SubnetIds=subnets)["Subnets"][0]["VpcId"]
    balancer = elb.create_load_balancer(Name=name, Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    checks = {"HealthCheckIntervalSeconds": 5, "HealthCheckTimeoutSeconds": 2}
    made = elb.create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=vpc, **checks)
    arn = str(made["TargetGroups"][0]["TargetGroupArn"])
    quick = [{"Key": "deregistration_delay.timeout_seconds", "Value": "1"}]
    elb.modify_target_group_attributes(TargetGroupArn=arn, Attributes=quick)
    forward = [{"Type": "forward", "TargetGroupArn": arn}]
    elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=forward)
    return arn


def targets(cloud: Cloud, arn: str) -> set[str]:
    rows = cloud.client("elbv2").describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    return {row["Target"]["Id"] for row in rows if row["TargetHealth"]["State"] != "draining"}


def test_standby_leaves_the_balancer_and_comes_back(cloud: Cloud, subnets: list[str]) -> None:
    scaling, arn = cloud.client("autoscaling"), target_group(cloud, subnets, "aside")
    make(cloud, "aside", subnets, 1, MinSize=1, TargetGroupARNs=[arn])
    one = only(cloud, "aside", "InService")
    eventually(lambda: targets(cloud, arn) == {one})
    mine = {"AutoScalingGroupName": "aside", "InstanceIds": [one]}
    with pytest.raises(ClientError, match=r"has min-size=1, .* desired-size=1\. To place into standby 1"):
        scaling.enter_standby(**mine, ShouldDecrementDesiredCapacity=True)
    scaling.update_auto_scaling_group(AutoScalingGroupName="aside", MinSize=0)
    told = scaling.enter_standby(**mine, ShouldDecrementDesiredCapacity=True)["Activities"]
    assert told[0]["Description"] == f"Moving EC2 instance to Standby: {one}"
    assert "shrinking the capacity from 1 to 0" in told[0]["Cause"]
    assert targets(cloud, arn) == set(), "it gets no new request from the very answer on"
    assert only(cloud, "aside", "Standby") == one
    with pytest.raises(ClientError, match=f"The instance {one} is not in InService"):
        scaling.enter_standby(**mine, ShouldDecrementDesiredCapacity=False)
    scaling.exit_standby(**mine)
    assert group(cloud, "aside")["DesiredCapacity"] == 1
    assert only(cloud, "aside", "InService") == one
    eventually(lambda: targets(cloud, arn) == {one})
    detached = scaling.detach_instances(**mine, ShouldDecrementDesiredCapacity=True)["Activities"]
    assert detached[0]["Description"] == f"Detaching EC2 instance: {one}"
    eventually(lambda: not states(cloud, "aside"))
    assert (cloud.state(one), targets(cloud, arn)) == ("running", set())
    scaling.attach_instances(**mine)
    assert only(cloud, "aside", "InService") == one
    eventually(lambda: targets(cloud, arn) == {one})


def test_hooks_hold_an_instance_on_its_way_in_and_out(cloud: Cloud, subnets: list[str]) -> None:
    scaling = cloud.client("autoscaling")
    coming = {"LifecycleHookName": "in", "LifecycleTransition": "autoscaling:EC2_INSTANCE_LAUNCHING"}
    make(cloud, "hooked", subnets, 1, LifecycleHookSpecificationList=[coming])
    one = only(cloud, "hooked", "Pending:Wait")
    mine = {"AutoScalingGroupName": "hooked", "LifecycleHookName": "in", "InstanceId": one}
    scaling.record_lifecycle_action_heartbeat(**mine)
    scaling.complete_lifecycle_action(**mine, LifecycleActionResult="CONTINUE")
    assert only(cloud, "hooked", "InService") == one
    with pytest.raises(ClientError, match=f"No active Lifecycle Action found with instance ID {one}"):
        scaling.complete_lifecycle_action(**mine, LifecycleActionResult="CONTINUE")
    out = {"AutoScalingGroupName": "hooked", "LifecycleHookName": "out"}
    scaling.put_lifecycle_hook(**out, LifecycleTransition="autoscaling:EC2_INSTANCE_TERMINATING", HeartbeatTimeout=30)
    scaling.set_desired_capacity(AutoScalingGroupName="hooked", DesiredCapacity=0)
    assert only(cloud, "hooked", "Terminating:Wait") == one
    assert cloud.state(one) == "running"
    scaling.complete_lifecycle_action(**out, InstanceId=one, LifecycleActionResult="ABANDON")
    eventually(lambda: cloud.state(one) == "terminated" and not states(cloud, "hooked"))


@pytest.mark.proof
def test_an_abandoned_launch_is_replaced(cloud: Cloud, subnets: list[str]) -> None:
    scaling = cloud.client("autoscaling")
    hook = {"LifecycleHookName": "in", "LifecycleTransition": "autoscaling:EC2_INSTANCE_LAUNCHING"}
    make(cloud, "abandoned", subnets, 1, LifecycleHookSpecificationList=[hook])
    one = only(cloud, "abandoned", "Pending:Wait")
    mine = {"AutoScalingGroupName": "abandoned", "LifecycleHookName": "in"}
    scaling.complete_lifecycle_action(**mine, InstanceId=one, LifecycleActionResult="ABANDON")
    eventually(lambda: one not in states(cloud, "abandoned"))
    scaling.delete_lifecycle_hook(**mine)
    assert only(cloud, "abandoned", "InService") != one


@pytest.mark.proof
def test_suspended_processes_stand_still(cloud: Cloud, subnets: list[str]) -> None:
    scaling, mine = cloud.client("autoscaling"), {"AutoScalingGroupName": "still"}
    make(cloud, "still", subnets, 1)
    one = only(cloud, "still", "InService")
    scaling.suspend_processes(**mine, ScalingProcesses=["ReplaceUnhealthy"])
    scaling.set_instance_health(InstanceId=one, HealthStatus="Unhealthy")
    eventually(lambda: group(cloud, "still")["Instances"][0]["HealthStatus"] == "Unhealthy")
    scaling.set_desired_capacity(**mine, DesiredCapacity=2)
    eventually(lambda: list(states(cloud, "still").values()) == ["InService", "InService"])
    assert one in states(cloud, "still"), "a whole pass went by"
    scaling.resume_processes(**mine, ScalingProcesses=["ReplaceUnhealthy"])
    eventually(lambda: one not in states(cloud, "still"))
    with pytest.raises(ClientError, match="Sleep is not a valid scaling process"):
        scaling.suspend_processes(**mine, ScalingProcesses=["Sleep"])


def test_policies_scale_within_their_cooldown_and_their_steps(cloud: Cloud, subnets: list[str]) -> None:
    scaling, mine = cloud.client("autoscaling"), {"AutoScalingGroupName": "scaled"}
    make(cloud, "scaled", subnets, 0)
    simple = {"PolicyName": "one-more", "AdjustmentType": "ChangeInCapacity", "ScalingAdjustment": 1}
    scaling.put_scaling_policy(**mine, **simple, Cooldown=600)
    scaling.execute_policy(**mine, PolicyName="one-more", HonorCooldown=True)
    assert group(cloud, "scaled")["DesiredCapacity"] == 1
    with pytest.raises(ClientError, match="ScalingActivityInProgress"):
        scaling.execute_policy(**mine, PolicyName="one-more", HonorCooldown=True)
    only(cloud, "scaled", "InService")
    newest = scaling.describe_scaling_activities(**mine)["Activities"][0]
    assert "a user request executed policy one-more changing the desired capacity from 0 to 1" in newest["Cause"]
    steps = [{"MetricIntervalLowerBound": 0.0, "ScalingAdjustment": 2}]
    step = {"PolicyType": "StepScaling", "AdjustmentType": "ChangeInCapacity", "StepAdjustments": steps}
    scaling.put_scaling_policy(**mine, PolicyName="stairs", EstimatedInstanceWarmup=0, **step)
    scaling.execute_policy(**mine, PolicyName="stairs", MetricValue=70.0, BreachThreshold=50.0)
    assert group(cloud, "scaled")["DesiredCapacity"] == 3
    with pytest.raises(ClientError, match="No step adjustment found"):
        scaling.execute_policy(**mine, PolicyName="stairs", MetricValue=40.0, BreachThreshold=50.0)
    scaling.delete_auto_scaling_group(**mine, ForceDelete=True)


def test_target_tracking_makes_its_two_alarms_and_takes_them_away(cloud: Cloud, subnets: list[str]) -> None:
    scaling, mine = cloud.client("autoscaling"), {"AutoScalingGroupName": "tracked", "PolicyName": "cpu"}
    make(cloud, "tracked", subnets, 0)
    metric = {"PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"}}
    asked = {"PolicyType": "TargetTrackingScaling", "TargetTrackingConfiguration": {**metric, "TargetValue": 50.0}}
    answer = scaling.put_scaling_policy(**mine, **asked)
    names = [row["AlarmName"] for row in answer["Alarms"]]
    found = cloud.client("cloudwatch").describe_alarms(AlarmNames=names)["MetricAlarms"]
    high, low = sorted(found, key=lambda row: str(row["AlarmName"]))
    assert high["AlarmName"].startswith("TargetTracking-tracked-AlarmHigh-")
    assert (high["Threshold"], high["EvaluationPeriods"], high["Period"]) == (50.0, 3, 60)
    assert (low["Threshold"], low["EvaluationPeriods"], low["Period"]) == (45.0, 15, 60)
    assert high["AlarmActions"] == low["AlarmActions"] == [answer["PolicyARN"]]
    assert high["Dimensions"] == [{"Name": "AutoScalingGroupName", "Value": "tracked"}]
    asked["TargetTrackingConfiguration"] = {**metric, "TargetValue": 60.0, "DisableScaleIn": True}
    kept = scaling.put_scaling_policy(**mine, **asked)["Alarms"]
    assert [row["AlarmName"] for row in kept] == [high["AlarmName"]]
    with pytest.raises(ClientError, match="cannot be executed on demand"):
        scaling.execute_policy(**mine)
    scaling.delete_policy(**mine)
    assert not cloud.client("cloudwatch").describe_alarms(AlarmNames=names)["MetricAlarms"]


def test_a_tracked_metric_scales_out_at_once_and_in_proportion(cloud: Cloud, subnets: list[str]) -> None:
    scaling, mine = cloud.client("autoscaling"), {"AutoScalingGroupName": "busy"}
    make(cloud, "busy", subnets, 1)
    eventually(lambda: list(states(cloud, "busy").values()) == ["InService"])
    now = datetime.now(UTC)
    data = [{"MetricName": "jobs", "Timestamp": now - timedelta(minutes=ago), "Value": 25} for ago in range(1, 5)]
    cloud.client("cloudwatch").put_metric_data(Namespace="app", MetricData=data)
    metric = {"Namespace": "app", "MetricName": "jobs", "Statistic": "Average"}
    wanted = {"CustomizedMetricSpecification": metric, "TargetValue": 10.0}
    scaling.put_scaling_policy(
        **mine, PolicyName="jobs", PolicyType="TargetTrackingScaling", TargetTrackingConfiguration=wanted,
        EstimatedInstanceWarmup=0,
    )  # fmt: skip
    eventually(lambda: group(cloud, "busy")["DesiredCapacity"] == 3)
    in_service(cloud, "busy", 3)
    told = scaling.describe_scaling_activities(**mine)["Activities"][0]["Cause"]
    assert "a monitor alarm TargetTracking-busy-AlarmHigh-" in told
    assert "triggered policy jobs changing the desired capacity from 1 to 3" in told
    scaling.delete_auto_scaling_group(**mine, ForceDelete=True)


@pytest.mark.proof
def test_a_busy_processor_scales_a_group_out(cloud: Cloud, subnets: list[str]) -> None:
    """The real processor time of an instance's processes, measured each minute; the alarm takes three of them."""
    scaling, mine = cloud.client("autoscaling"), {"AutoScalingGroupName": "hot"}
    spin = encoded("for n in 1 2 3 4; do (while :; do :; done) & done; wait")
    data = {"ImageId": cloud.image(), "InstanceType": "t3.micro", "UserData": spin, "Monitoring": {"Enabled": True}}
    make(cloud, "hot", subnets, 1, MaxSize=2, LaunchTemplate=new_template(cloud, "spinning", **data))
    metric = {"PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"}}
    wanted = {"PolicyType": "TargetTrackingScaling", "TargetTrackingConfiguration": {**metric, "TargetValue": 5.0}}
    scaling.put_scaling_policy(**mine, PolicyName="cpu", **wanted)
    eventually(lambda: group(cloud, "hot")["DesiredCapacity"] == 2, 420)
    told = scaling.describe_scaling_activities(**mine)["Activities"][0]["Cause"]
    assert "a monitor alarm TargetTracking-hot-AlarmHigh-" in told
    scaling.delete_auto_scaling_group(**mine, ForceDelete=True)


def refreshed(cloud: Cloud, name: str, status: str, seconds: float = 40) -> dict[str, Any]:
    def seen() -> dict[str, Any]:
        found = cloud.client("autoscaling").describe_instance_refreshes(AutoScalingGroupName=name)
        newest: dict[str, Any] = found["InstanceRefreshes"][0]
        return newest if newest["Status"] == status else {}

    return eventually(seen, seconds)


def new_version(cloud: Cloud, name: str, **extra: Any) -> dict[str, Any]:
    """A second version of a group's template, as a desired configuration."""
    given = {"LaunchTemplateName": name, "SourceVersion": "1"}
    cloud.client("ec2").create_launch_template_version(**given, LaunchTemplateData=extra)
    return {"LaunchTemplate": {"LaunchTemplateName": name, "Version": "2"}}


def test_a_refresh_replaces_every_instance_and_then_changes_the_group(cloud: Cloud, subnets: list[str]) -> None:
    scaling, mine = cloud.client("autoscaling"), {"AutoScalingGroupName": "fresh"}
    make(cloud, "fresh", subnets, 2)
    old = {row["InstanceId"] for row in in_service(cloud, "fresh", 2)}
    desired = new_version(cloud, "fresh", InstanceType="t3.small")
    wanted = {"MinHealthyPercentage": 100, "InstanceWarmup": 0, "SkipMatching": True}
    scaling.start_instance_refresh(**mine, DesiredConfiguration=desired, Preferences=wanted)
    with pytest.raises(ClientError, match="InstanceRefreshInProgress"):
        scaling.start_instance_refresh(**mine)
    with pytest.raises(ClientError, match="An active instance refresh with a desired configuration exists"):
        scaling.update_auto_scaling_group(**mine, LaunchTemplate=desired["LaunchTemplate"])
    done = refreshed(cloud, "fresh", "Successful")
    assert (done["PercentageComplete"], done["InstancesToUpdate"]) == (100, 0)
    now = in_service(cloud, "fresh", 2)
    assert not old & {row["InstanceId"] for row in now}
    assert {(row["LaunchTemplate"]["Version"], row["InstanceType"]) for row in now} == {("2", "t3.small")}
    assert group(cloud, "fresh")["LaunchTemplate"]["Version"] == "2"
    scaling.start_instance_refresh(**mine, Preferences=wanted)
    assert refreshed(cloud, "fresh", "Successful")["PercentageComplete"] == 100
    assert {row["InstanceId"] for row in in_service(cloud, "fresh", 2)} == {row["InstanceId"] for row in now}
    for call in (scaling.cancel_instance_refresh, scaling.rollback_instance_refresh):
        with pytest.raises(ClientError, match="ActiveInstanceRefreshNotFound"):
            call(**mine)


@pytest.mark.proof
@pytest.mark.parametrize(("least", "fails"), [(100, False), (0, True)])
def test_a_refresh_under_load_fails_no_request_unless_all_may_go(
    cloud: Cloud, subnets: list[str], least: int, fails: bool
) -> None:
    """The balancer's health counts, so that an old one leaves only when a new one serves; the control shows it."""
    name = f"loaded-{least}"
    arn = target_group(cloud, subnets, name)
    script = {"UserData": encoded(HTTP_UNIT), "ImageId": cloud.image(), "InstanceType": "t3.micro"}
    make(
        cloud, name, subnets, 2, TargetGroupARNs=[arn], HealthCheckType="ELB", HealthCheckGracePeriod=120,
        LaunchTemplate=new_template(cloud, f"serving-{least}", **script),
    )  # fmt: skip
    eventually(lambda: sorted(health(cloud, arn)) == ["healthy", "healthy"], 60)
    old = set(states(cloud, name))
    result = asyncio.run(refresh_under_load(cloud, name, least))
    assert not old & set(states(cloud, name))
    assert result.requests > 500
    assert bool(result.failed) is fails, result.outcomes
    cloud.client("autoscaling").delete_auto_scaling_group(AutoScalingGroupName=name, ForceDelete=True)


async def refresh_under_load(cloud: Cloud, name: str, least: int) -> Result:
    """What four connections meet from the start of a refresh until the last old instance is gone."""
    balancer = cloud.client("elbv2").describe_load_balancers(Names=[name])["LoadBalancers"][0]["DNSName"]
    wanted = {"MinHealthyPercentage": least, "MaxHealthyPercentage": 100, "InstanceWarmup": 0}
    old = set(states(cloud, name))
    async with LoadGenerator(f"http://{balancer}/", connections=4) as load:
        cloud.client("autoscaling").start_instance_refresh(AutoScalingGroupName=name, Preferences=wanted)
        await asyncio.to_thread(refreshed, cloud, name, "Successful", 120)
        await asyncio.to_thread(eventually, lambda: not old & set(states(cloud, name)), 60)
    result = load.result()
    print(f"{result.requests} requests, {result.failed} failed")  # noqa: T201
    return result


def new_template(cloud: Cloud, name: str, **data: Any) -> dict[str, Any]:
    cloud.client("ec2").create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)
    return {"LaunchTemplateName": name, "Version": "1"}


def health(cloud: Cloud, arn: str) -> list[str]:
    rows = cloud.client("elbv2").describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    return [row["TargetHealth"]["State"] for row in rows]


@pytest.mark.proof
def test_a_refresh_goes_back_when_told_or_when_nothing_can_be_launched(cloud: Cloud, subnets: list[str]) -> None:
    scaling, mine = cloud.client("autoscaling"), {"AutoScalingGroupName": "back"}
    make(cloud, "back", subnets, 1)
    one = only(cloud, "back", "InService")
    broken = new_version(cloud, "back", ImageId="ami-0123456789abcdef0")
    wanted = {"MinHealthyPercentage": 100, "MaxHealthyPercentage": 200, "InstanceWarmup": 3600}
    scaling.start_instance_refresh(**mine, DesiredConfiguration=broken, Preferences=wanted | {"AutoRollback": True})
    done = refreshed(cloud, "back", "RollbackSuccessful")
    assert "does not exist" in done["RollbackDetails"]["RollbackReason"]
    assert states(cloud, "back") == {one: "InService"}, "with all kept healthy nothing was taken out"
    good = {"LaunchTemplate": {"LaunchTemplateName": "back", "Version": "1"}}
    scaling.start_instance_refresh(**mine, DesiredConfiguration=good, Preferences=wanted)
    eventually(lambda: len(states(cloud, "back")) == 2)
    scaling.rollback_instance_refresh(**mine)
    assert refreshed(cloud, "back", "RollbackInProgress")["RollbackDetails"]["PercentageCompleteOnRollback"] == 0
    scaling.cancel_instance_refresh(**mine)
    refreshed(cloud, "back", "Cancelled")
    scaling.start_instance_refresh(**mine)
    with pytest.raises(ClientError, match="IrreversibleInstanceRefresh"):
        scaling.rollback_instance_refresh(**mine)
    scaling.delete_auto_scaling_group(**mine, ForceDelete=True)


@pytest.mark.proof
def test_a_scheduled_action_happens(cloud: Cloud, subnets: list[str]) -> None:
    scaling, mine = cloud.client("autoscaling"), {"AutoScalingGroupName": "nightly"}
    make(cloud, "nightly", subnets, 0)
    soon = datetime.now(UTC) + timedelta(seconds=2)
    sizes = {"MinSize": 1, "MaxSize": 2, "DesiredCapacity": 1}
    scaling.put_scheduled_update_group_action(**mine, ScheduledActionName="once", StartTime=soon, **sizes)
    again = {"ScheduledActionName": "again", "Recurrence": "0 3 * * *", "MinSize": 0}
    scaling.put_scheduled_update_group_action(**mine, **again)
    only(cloud, "nightly", "InService")
    seen = group(cloud, "nightly")
    assert (seen["MinSize"], seen["MaxSize"]) == (1, 2)
    left = scaling.describe_scheduled_actions(**mine)["ScheduledUpdateGroupActions"]
    assert [row["ScheduledActionName"] for row in left] == ["again"]
    past = datetime.now(UTC) - timedelta(days=1)
    with pytest.raises(ClientError, match="in the past"):
        scaling.put_scheduled_update_group_action(**mine, ScheduledActionName="late", StartTime=past, **sizes)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"HealthCheckType": "VPC_LATTICE"}, "checks health as EC2 or ELB"),
        ({"MaxInstanceLifetime": 86400}, "does not have MaxInstanceLifetime"),
        ({"TerminationPolicies": ["AllocationStrategy"]}, "no termination policy AllocationStrategy"),
        ({"LaunchTemplate": {"LaunchTemplateName": "plain", "Version": "9"}}, "valid fully-formed launch template"),
        ({"LaunchTemplate": {"LaunchTemplateName": "none"}}, r"launch template\. .* name none, does not exist"),
        ({"MinSize": 3, "MaxSize": 2}, "must be greater than or equal to min bound"),
    ],
)
def test_what_a_group_cannot_have_is_refused(
    cloud: Cloud, subnets: list[str], plain: None, asked: dict[str, Any], words: str
) -> None:
    with pytest.raises(ClientError, match=words):
        cloud.client("autoscaling").create_auto_scaling_group(
            AutoScalingGroupName="refused",
            **{"MinSize": 0, "MaxSize": 1, "LaunchTemplate": {"LaunchTemplateName": "plain"}} | asked,
            VPCZoneIdentifier=subnets[0],
        )
    assert group(cloud, "refused") is None


TRACKING = {"PolicyName": "p", "PolicyType": "TargetTrackingScaling"}
LAUNCHING = {"LifecycleHookName": "h", "LifecycleTransition": "autoscaling:EC2_INSTANCE_LAUNCHING"}
PREDEFINED = "PredefinedMetricSpecification"
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("put_scaling_policy", {"PolicyName": "p", "AdjustmentType": "ExactCapacity"}, "ScalingAdjustment is required"),
    ("put_scaling_policy", {"PolicyName": "p", "ScalingAdjustment": 1}, "AdjustmentType must be one of"),
    ("put_scaling_policy", {"PolicyName": "p", "PolicyType": "StepScaling"}, "StepAdjustments are required"),
    ("put_scaling_policy", TRACKING, "TargetTrackingConfiguration is required"),
    ("put_scaling_policy", TRACKING | {"TargetTrackingConfiguration": {"TargetValue": 1.0}}, "Exactly one of"),
    (
        "put_scaling_policy",
        TRACKING
        | {
            "TargetTrackingConfiguration": {
                PREDEFINED: {"PredefinedMetricType": "ALBRequestCountPerTarget", "ResourceLabel": "app/x"},
                "TargetValue": 1.0,
            }
        },
        "not valid for ALBRequestCountPerTarget",
    ),
    (
        "put_scaling_policy",
        TRACKING
        | {
            "TargetTrackingConfiguration": {
                PREDEFINED: {"PredefinedMetricType": "ASGAverageNetworkIn"},
                "TargetValue": 1.0,
            }
        },
        "no metric ASGAverageNetworkIn",
    ),
    ("put_scaling_policy", {"PolicyName": "p", "PolicyType": "PredictiveScaling"}, "no policies of type Predictive"),
    ("execute_policy", {"PolicyName": "none"}, "No policy found"),
    ("put_lifecycle_hook", LAUNCHING | {"HeartbeatTimeout": 29}, "not between 30 and 7200"),
    ("put_lifecycle_hook", LAUNCHING | {"DefaultResult": "RETRY"}, "Use CONTINUE or ABANDON"),
    ("put_lifecycle_hook", {"LifecycleHookName": "h"}, "Lifecycle Transition is not valid"),
    ("put_lifecycle_hook", LAUNCHING | {"NotificationTargetARN": "arn:aws:sqs:us-east-1:1:q"}, "SNS topics only"),
    ("put_warm_pool", {}, "no warm pools"),
    ("start_instance_refresh", {"Strategy": "ReplaceRootVolume"}, "with the strategy Rolling"),
    ("start_instance_refresh", {"Preferences": {"MaxHealthyPercentage": 150}}, "needs MinHealthyPercentage"),
    (
        "start_instance_refresh",
        {"Preferences": {"MinHealthyPercentage": 10, "MaxHealthyPercentage": 150}},
        "is over 100",
    ),
    ("start_instance_refresh", {"Preferences": {"CheckpointPercentages": [50, 20]}}, "in ascending order"),
    ("start_instance_refresh", {"Preferences": {"AutoRollback": True}}, "AutoRollback needs a desired configuration"),
    (
        "start_instance_refresh",
        {"DesiredConfiguration": {"LaunchTemplate": {"LaunchTemplateName": "plain", "Version": "7"}}},
        "valid fully-formed launch template",
    ),
    ("put_scheduled_update_group_action", {"ScheduledActionName": "s"}, "At least one of MinSize"),
    ("put_scheduled_update_group_action", {"ScheduledActionName": "s", "MinSize": 1}, "Either StartTime or"),
    (
        "put_scheduled_update_group_action",
        {"ScheduledActionName": "s", "MinSize": 1, "Recurrence": "every day"},
        "recurrence string:every day",
    ),
    ("set_desired_capacity", {"DesiredCapacity": 5}, "above max value 4"),
    ("attach_instances", {"InstanceIds": ["i-00000000000000000"]}, "Invalid Instance ID"),
    ("exit_standby", {"InstanceIds": ["i-00000000000000000"]}, "is not part of Auto Scaling group"),
]


@pytest.mark.parametrize(("call", "asked", "words"), REFUSED, ids=[f"{row[0]}-{row[2]}" for row in REFUSED])
def test_what_cannot_be_asked_of_a_group_is_refused_and_leaves_nothing(
    cloud: Cloud, subnets: list[str], plain: None, call: str, asked: dict[str, Any], words: str
) -> None:
    if group(cloud, "strict") is None:
        make(cloud, "strict", subnets, 0)
    scaling, mine = cloud.client("autoscaling"), {"AutoScalingGroupName": "strict"}
    with pytest.raises(ClientError, match=words):
        scaling._make_api_call(scaling.meta.method_to_api_mapping[call], mine | asked)
    assert not scaling.describe_policies(**mine)["ScalingPolicies"]
    assert not scaling.describe_instance_refreshes(**mine)["InstanceRefreshes"]
    assert not scaling.describe_lifecycle_hooks(**mine)["LifecycleHooks"]
    assert not scaling.describe_scheduled_actions(**mine)["ScheduledUpdateGroupActions"]
