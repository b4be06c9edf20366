"""What stacks cost the local cloud: little time, little memory, and nothing that stays when they are gone."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.bench import memory, stack
from tests.scenario.emulator_cloud import Cloud, eventually, running

pytestmark = [pytest.mark.slow, pytest.mark.proof]

CYCLES = 50
IMAGE = "{{resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64}}"
CYCLE = f"""
Resources:
  Vpc: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.1.0.0/16}}}}
  A: {{Type: AWS::EC2::Subnet, Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.1.0.0/24, AvailabilityZone: us-east-1a}}}}
  B: {{Type: AWS::EC2::Subnet, Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.1.1.0/24, AvailabilityZone: us-east-1b}}}}
  Balancer: {{Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {{Subnets: [!Ref A, !Ref B]}}}}
  Targets: {{Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {{VpcId: !Ref Vpc, Port: 80, Protocol: HTTP,
    TargetGroupAttributes: [{{Key: deregistration_delay.timeout_seconds, Value: '0'}}]}}}}
  Listener: {{Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {{LoadBalancerArn: !Ref Balancer, Port: 80,
    Protocol: HTTP, DefaultActions: [{{Type: forward, TargetGroupArn: !Ref Targets}}]}}}}
  Template: {{Type: AWS::EC2::LaunchTemplate, Properties: {{LaunchTemplateData: {{ImageId: '{IMAGE}',
    InstanceType: t3.micro}}}}}}
  Group: {{Type: AWS::AutoScaling::AutoScalingGroup, DependsOn: Listener, Properties: {{MinSize: 1, MaxSize: 1,
    VPCZoneIdentifier: [!Ref A], TargetGroupARNs: [!Ref Targets],
    LaunchTemplate: {{LaunchTemplateId: !Ref Template, Version: !GetAtt Template.LatestVersionNumber}}}}}}
  Logs: {{Type: AWS::Logs::LogGroup}}
"""


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    """A local cloud of the test's own."""
    with running(tmp_path / "home") as cloud:
        yield cloud


def test_fifty_resources_take_no_longer_than_some_hundred_calls(
    cloud: Cloud, record_property: Callable[[str, object], None]
) -> None:
    """Measured in calls, since machines differ; such a stack makes some 150, several at once."""
    api = cloud.client("cloudformation")
    stack.review(api, "first")
    stack.execute(api, "first")
    stack.review(api, "second")
    took = stack.execute(api, "second")
    fifty_calls = _fifty_calls(cloud)
    weighs = memory.of_local_cloud(cloud.home)
    record_property("proved", f"50 resources in {took:.2f} s, 50 calls in {fifty_calls:.2f} s; {weighs:.0f} MB after")
    assert took < 8 * fifty_calls
    assert weighs < 400


def _fifty_calls(cloud: Cloud) -> float:
    sns = cloud.client("sns")
    sns.list_topics()
    began = time.perf_counter()
    for number in range(50):
        sns.create_topic(Name=f"topic-{number}")
    return time.perf_counter() - began


@dataclass(frozen=True)
class Held:
    """What the daemon and its load balancer hold."""

    processes: int
    listening: int
    files: int
    threads: int
    megabytes: float


def _held(cloud: Cloud) -> Held:
    ours = memory.processes(cloud.home)
    files = [link for process in ours for link in _links(process)]
    return Held(
        processes=len(cloud.processes()),
        listening=len(_listening() & set(files)),
        files=len(files),
        threads=sum(len(list((process / "task").iterdir())) for process in ours),
        megabytes=memory.of_local_cloud(cloud.home),
    )


def _links(process: Path) -> Iterator[str]:
    for each in (process / "fd").iterdir():
        try:
            yield str(each.readlink())
        except OSError:
            continue


def _listening() -> set[str]:
    """Sockets of this machine that listen, as links of /proc name them."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {f"socket:[{row[9]}]" for row in rows if row[3] == "0A"}


def _cycle(api: Any, name: str) -> None:
    stack_id = api.create_stack(StackName=name, TemplateBody=CYCLE)["StackId"]
    assert _settled(api, stack_id) == "CREATE_COMPLETE", _failures(api, stack_id)
    api.delete_stack(StackName=name)
    assert _settled(api, stack_id) == "DELETE_COMPLETE", _failures(api, stack_id)


def _failures(api: Any, stack_id: str) -> list[tuple[str, str]]:
    events = api.describe_stack_events(StackName=stack_id)["StackEvents"]
    failed = [each for each in events if each["ResourceStatus"].endswith("_FAILED")]
    return [(each["LogicalResourceId"], each.get("ResourceStatusReason", "")) for each in failed]


def _settled(api: Any, stack_id: str) -> str:
    def ended() -> str:
        status = str(api.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"])
        return "" if re.search(r"_IN_PROGRESS$", status) else status

    return eventually(ended, 120)


def test_fifty_cycles_leave_nothing(cloud: Cloud, record_property: Callable[[str, object], None]) -> None:
    """Connections that are kept alive come and go, so files and threads may differ by fewer than there are cycles."""
    api = cloud.client("cloudformation")
    for number in range(3):
        _cycle(api, f"warm-{number}")
    before = _held(cloud)
    for number in range(CYCLES):
        _cycle(api, f"cycle-{number}")

    def as_before() -> bool:
        now = _held(cloud)
        return now.processes == before.processes and now.listening == before.listening

    eventually(as_before, 30)
    after = _held(cloud)
    record_property("proved", f"before {before}; after {CYCLES} cycles {after}")
    assert abs(after.files - before.files) < CYCLES / 2
    assert abs(after.threads - before.threads) < CYCLES / 2
    assert after.megabytes < before.megabytes * 1.5
