"""The load balancer inside the local cloud: what the API says is what a client meets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hivemind.emulator import daemon
from tests.scenario.emulator_cloud import HTTP_UNIT, Cloud, eventually, get, running

pytestmark = [pytest.mark.slow, pytest.mark.proof, pytest.mark.xdist_group("balancer-cloud")]


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with running(tmp_path_factory.mktemp("cloud") / "home") as cloud:
        yield cloud


class Shop:
    """A load balancer before two instances that serve files."""

    def __init__(self, cloud: Cloud, name: str = "shop") -> None:
        self.cloud = cloud
        ec2 = cloud.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        rows = (("10.0.0.0/24", "us-east-1a"), ("10.0.1.0/24", "us-east-1b"))
        self.subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=zone)["Subnet"]["SubnetId"]
            for block, zone in rows
        ]
        balancer = self.elb.create_load_balancer(Name=name, Subnets=self.subnets)["LoadBalancers"][0]
        self.arn, self.name = balancer["LoadBalancerArn"], balancer["DNSName"]
        made = self.elb.create_target_group(
            Name=name, Protocol="HTTP", Port=8080, VpcId=vpc, HealthCheckIntervalSeconds=5,
            HealthCheckTimeoutSeconds=2,
        )  # fmt: skip
        self.group = made["TargetGroups"][0]["TargetGroupArn"]
        forward = [{"Type": "forward", "TargetGroupArn": self.group}]
        self.elb.create_listener(LoadBalancerArn=self.arn, Protocol="HTTP", Port=80, DefaultActions=forward)

    @property
    def elb(self) -> Any:
        return self.cloud.client("elbv2")

    def open(self) -> str:
        """Launch an instance and register it, still starting as it is."""
        instance = self.cloud.launch(HTTP_UNIT, SubnetId=self.subnets[0])
        self.elb.register_targets(TargetGroupArn=self.group, Targets=[{"Id": instance}])
        return instance

    def health(self) -> dict[str, str]:
        rows = self.elb.describe_target_health(TargetGroupArn=self.group)["TargetHealthDescriptions"]
        return {row["Target"]["Id"]: row["TargetHealth"]["State"] for row in rows}

    def ask(self, times: int = 10) -> set[int]:
        """The statuses of some requests to the load balancer's DNS name; 0 for an error."""
        return {get(f"http://{self.name}/") for _ in range(times)}


def test_what_passes_is_measured(cloud: Cloud) -> None:
    shop = Shop(cloud, "measured")
    shop.open()
    eventually(lambda: "healthy" in shop.health().values(), 40)
    assert shop.ask(20) == {200}
    watch, began = cloud.client("cloudwatch"), datetime.now(UTC)
    dimensions = {
        "LoadBalancer": shop.arn.partition(":loadbalancer/")[2], "TargetGroup": shop.group.rpartition(":")[2],
    }  # fmt: skip

    def total(name: str, statistic: str) -> float:
        points = watch.get_metric_statistics(
            Namespace="AWS/ApplicationELB", MetricName=name, Statistics=[statistic], Period=60,
            StartTime=began - timedelta(minutes=5), EndTime=began + timedelta(minutes=5),
            Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
        )["Datapoints"]  # fmt: skip
        return sum(float(point[statistic]) for point in points)

    eventually(lambda: total("RequestCount", "Sum") == 20, 30)
    assert total("HTTPCode_Target_2XX_Count", "Sum") == 20
    assert total("TargetResponseTime", "SampleCount") == 20
    assert total("TargetResponseTime", "Maximum") > 0
    assert total("HealthyHostCount", "Maximum") >= 1


def test_traffic_follows_the_api_over_a_restart_too(cloud: Cloud) -> None:
    shop = Shop(cloud)
    assert shop.ask(1) == {0}

    first, second = shop.open(), shop.open()
    eventually(lambda: shop.health() == {first: "healthy", second: "healthy"}, 40)
    assert shop.ask() == {200}

    shop.elb.deregister_targets(TargetGroupArn=shop.group, Targets=[{"Id": first}])
    assert shop.health() == {first: "draining", second: "healthy"}
    eventually(lambda: shop.health() == {second: "healthy"})
    assert shop.ask() == {200}

    daemon.stop(cloud.home)
    cloud.restart()
    found = shop.elb.describe_load_balancers(LoadBalancerArns=[shop.arn])["LoadBalancers"][0]
    assert found["DNSName"] == shop.name
    eventually(lambda: shop.health() == {second: "healthy"}, 40)
    assert shop.ask() == {200}

    cloud.client("ec2").terminate_instances(InstanceIds=[second])
    eventually(lambda: cloud.state(second) == "terminated")
    assert second in shop.health(), "nobody deregistered it"
    assert shop.ask() == {0}
    eventually(lambda: shop.health() == {second: "unused"}, 40)
