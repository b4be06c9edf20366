"""moto's elbv2 with the balancer behind it, through boto3; the data plane is a fake that keeps what it was told."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from hivemind.emulator.balancer.addresses import Ports
from hivemind.emulator.balancer.config import BalancerConfig, Rule, TargetGroup
from hivemind.emulator.balancer.installation import Installation
from hivemind.emulator.balancer.report import Health, TargetHealth, Verdict
from hivemind.emulator.ports import PortPool


class FakeBalancer:
    """Takes configurations, says what a test lets it say, and may find ports taken."""

    def __init__(self, folder: Path) -> None:
        self.ports = Ports(folder / "ports.json", PortPool())
        self.config = BalancerConfig()
        self.says: dict[str, tuple[TargetHealth, ...]] = {}
        self.taken: list[tuple[int, ...]] = []

    def apply(self, config: BalancerConfig) -> tuple[int, ...]:
        self.config = config
        return self.taken.pop() if self.taken else ()

    def health(self) -> Health:
        return self.says


class World:
    """An account with a network, one load balancer and one target group."""

    def __init__(self, balancer: FakeBalancer, installation: Installation, addresses: dict[str, Any]) -> None:
        self.balancer, self.installation, self.addresses = balancer, installation, addresses
        self.elb = boto3.client("elbv2", region_name="us-east-1")
        self.ec2 = boto3.client("ec2", region_name="us-east-1")
        self.vpc = self.ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        self.subnets = [subnet["SubnetId"] for subnet in self.ec2.describe_subnets()["Subnets"][:2]]
        self.lb = self.load_balancer("main")["LoadBalancerArn"]
        self.blue = self.group("blue")

    def load_balancer(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.elb.create_load_balancer(Name=name, Subnets=self.subnets)["LoadBalancers"][0]
        return found

    def group(self, name: str) -> str:
        made = self.elb.create_target_group(Name=name, Protocol="HTTP", Port=8080, VpcId=self.vpc)
        return str(made["TargetGroups"][0]["TargetGroupArn"])

    def listener(self, port: int = 80, *groups: str) -> str:
        actions = [{"Type": "forward", "TargetGroupArn": arn} for arn in groups or (self.blue,)]
        made = self.elb.create_listener(LoadBalancerArn=self.lb, Protocol="HTTP", Port=port, DefaultActions=actions)
        return str(made["Listeners"][0]["ListenerArn"])

    def rule(self, listener: str, group: str, priority: int = 1) -> str:
        made = self.elb.create_rule(
            ListenerArn=listener,
            Priority=priority,
            Conditions=[{"Field": "path-pattern", "Values": ["/*"]}],
            Actions=[{"Type": "forward", "TargetGroupArn": group}],
        )
        return str(made["Rules"][0]["RuleArn"])

    def instance(self) -> str:
        image = self.ec2.describe_images()["Images"][0]["ImageId"]
        made = self.ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
        self.addresses[made] = ("127.0.0.1", 30000 + len(self.addresses))
        return str(made)

    def register(self, instance: str, group: str = "") -> None:
        self.elb.register_targets(TargetGroupArn=group or self.blue, Targets=[{"Id": instance}])

    def health(self, *targets: dict[str, Any]) -> list[tuple[str, str, str, str]]:
        asked = {"Targets": list(targets)} if targets else {}
        rows = self.elb.describe_target_health(TargetGroupArn=self.blue, **asked)["TargetHealthDescriptions"]
        return [
            (
                row["Target"]["Id"],
                row["TargetHealth"]["State"],
                row["TargetHealth"].get("Reason", ""),
                row["TargetHealth"].get("Description", ""),
            )
            for row in rows
        ]

    def says(self, instance: str, verdict: Verdict, port: int = 8080) -> None:
        self.balancer.says[self.blue] = (TargetHealth(instance, port, verdict),)

    @property
    def rules(self) -> tuple[Rule, ...]:
        return self.balancer.config.listeners[0].rules

    @property
    def blue_group(self) -> TargetGroup:
        return next(group for group in self.balancer.config.groups if group.arn == self.blue)


def refused(code: str, words: str = "") -> Any:
    """The call inside ends in this error, with these words in its message."""
    return pytest.raises(ClientError, match=rf"\({code}\).*{re.escape(words)}")
