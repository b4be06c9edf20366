"""A stack of 50 resources of the kinds that our templates have: how long it takes to make.

There is neither an instance nor a database in it: how long those take is the application's own start.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.bench import memory
from tests.bench.report import say
from tests.scenario.emulator_cloud import running

TURNS = 5
BUDGET = 3.0
"""Seconds from ExecuteChangeSet to CREATE_COMPLETE."""
CAPABILITIES = ["CAPABILITY_IAM"]
TRUST = (
    "{Version: '2012-10-17', Statement: [{Effect: Allow, Action: 'sts:AssumeRole', "
    "Principal: {Service: ec2.amazonaws.com}}]}"
)
IMAGE = "{{resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64}}"
NOT_FOUND = "[{Type: fixed-response, FixedResponseConfig: {StatusCode: '404'}}]"


def bench() -> None:
    """Several of them one after the other, as medians, and the memory after the last."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "home") as cloud:
        api = cloud.client("cloudformation")
        took = [(review(api, name), execute(api, name)) for name in (f"turn-{turn}" for turn in range(TURNS))]
        say("50 resources: the first of them", took[0][1], BUDGET)
        say("50 resources: change set", statistics.median(each[0] for each in took))
        say("50 resources: create", statistics.median(each[1] for each in took), BUDGET)
        say(f"memory after {TURNS} of them (MB, PSS)", memory.of_local_cloud(cloud.home), 400)
        say("50 resources: delete", statistics.median(delete(api, f"turn-{turn}") for turn in range(TURNS)))


def template() -> str:
    """The template: a network, a load balancer, two empty colours, and what watches them."""
    resources = [*_network(), *_groups(), *_balancer(), *_colours(), *_data(), *_watching()]
    assert len(resources) == 50
    return "\n".join(["Resources:", *(f"  {each}" for each in resources), ""])


def _of(name: str, kind: str, properties: str = "{}") -> str:
    return f"{name}: {{Type: 'AWS::{kind}', Properties: {properties}}}"


def _network() -> Iterator[str]:
    yield _of("Vpc", "EC2::VPC", "{CidrBlock: 10.1.0.0/16}")
    yield _of("Gateway", "EC2::InternetGateway")
    yield _of("Attached", "EC2::VPCGatewayAttachment", "{VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway}")
    yield _of("Table", "EC2::RouteTable", "{VpcId: !Ref Vpc}")
    yield _of(
        "Route", "EC2::Route", "{RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}"
    )
    service = "{VpcId: !Ref Vpc, ServiceName: com.amazonaws.us-east-1.s3, RouteTableIds: [!Ref Table]}"
    yield _of("Endpoint", "EC2::VPCEndpoint", service)
    for number, zone in enumerate("abab"):
        placed = f"CidrBlock: 10.1.{number}.0/24, AvailabilityZone: us-east-1{zone}"
        yield _of(f"Subnet{number}", "EC2::Subnet", f"{{VpcId: !Ref Vpc, {placed}}}")
        routed = f"{{SubnetId: !Ref Subnet{number}, RouteTableId: !Ref Table}}"
        yield _of(f"Routed{number}", "EC2::SubnetRouteTableAssociation", routed)


def _groups() -> Iterator[str]:
    for name in ("Front", "Back", "Data"):
        yield _of(name, "EC2::SecurityGroup", "{GroupDescription: d, VpcId: !Ref Vpc}")
    for inner, outer, port in (("Back", "Front", 8080), ("Data", "Back", 5432)):
        ports = f"IpProtocol: tcp, FromPort: {port}, ToPort: {port}"
        admitted = f"{{GroupId: !Ref {inner}, SourceSecurityGroupId: !Ref {outer}, {ports}}}"
        yield _of(f"{inner}Admits", "EC2::SecurityGroupIngress", admitted)


def _balancer() -> Iterator[str]:
    stands = "{Subnets: [!Ref Subnet0, !Ref Subnet1], SecurityGroups: [!Ref Front]}"
    yield _of("Balancer", "ElasticLoadBalancingV2::LoadBalancer", stands)
    heard = f"{{LoadBalancerArn: !Ref Balancer, Port: 80, Protocol: HTTP, DefaultActions: {NOT_FOUND}}}"
    yield _of("Listener", "ElasticLoadBalancingV2::Listener", heard)
    for number, colour in enumerate(("Blue", "Green"), 1):
        checked = "{VpcId: !Ref Vpc, Port: 8080, Protocol: HTTP, HealthCheckPath: /healthz}"
        yield _of(f"{colour}Targets", "ElasticLoadBalancingV2::TargetGroup", checked)
        path = f"[{{Field: path-pattern, PathPatternConfig: {{Values: ['/{colour}']}}}}]"
        forward = f"[{{Type: forward, TargetGroupArn: !Ref {colour}Targets}}]"
        told = f"{{ListenerArn: !Ref Listener, Priority: {number}, Conditions: {path}, Actions: {forward}}}"
        yield _of(f"{colour}Rule", "ElasticLoadBalancingV2::ListenerRule", told)


def _colours() -> Iterator[str]:
    yield _of("Role", "IAM::Role", f"{{AssumeRolePolicyDocument: {TRUST}}}")
    yield _of("Profile", "IAM::InstanceProfile", "{Roles: [!Ref Role]}")
    for colour in ("Blue", "Green"):
        launched = f"ImageId: '{IMAGE}', InstanceType: t3.micro, SecurityGroupIds: [!Ref Back]"
        yield _of(f"{colour}Template", "EC2::LaunchTemplate", f"{{LaunchTemplateData: {{{launched}}}}}")
        of = f"{{LaunchTemplateId: !Ref {colour}Template, Version: !GetAtt {colour}Template.LatestVersionNumber}}"
        sized = f"MinSize: 0, MaxSize: 2, VPCZoneIdentifier: [!Ref Subnet0, !Ref Subnet1], LaunchTemplate: {of}"
        group = f"{{{sized}, TargetGroupARNs: [!Ref {colour}Targets]}}"
        yield _of(f"{colour}Group", "AutoScaling::AutoScalingGroup", group)


def _data() -> Iterator[str]:
    yield _of("Secret", "SecretsManager::Secret", "{GenerateSecretString: {PasswordLength: 40}}")
    subnets = "{DBSubnetGroupDescription: d, SubnetIds: [!Ref Subnet2, !Ref Subnet3]}"
    yield _of("DataSubnets", "RDS::DBSubnetGroup", subnets)
    yield _of("Settings", "RDS::DBParameterGroup", "{Family: postgres16, Description: d}")


def _watching() -> Iterator[str]:
    yield _of("Topic", "SNS::Topic")
    yield _of("AppLogs", "Logs::LogGroup", "{RetentionInDays: 14}")
    yield _of("BuildLogs", "Logs::LogGroup", "{RetentionInDays: 14}")
    yield _of("Board", "CloudWatch::Dashboard", "{DashboardBody: '{\"widgets\": []}'}")
    for number in range(12):
        compared = "Statistic: Sum, Period: 60, EvaluationPeriods: 1, ComparisonOperator: GreaterThanThreshold"
        measured = f"{{Namespace: app, MetricName: m{number}, Threshold: 1, {compared}, AlarmActions: [!Ref Topic]}}"
        yield _of(f"Alarm{number}", "CloudWatch::Alarm", measured)


def review(api: Any, name: str) -> float:
    """Seconds until a change set of the new stack is there."""
    began = time.perf_counter()
    asked = {"StackName": name, "ChangeSetName": "first"}
    api.create_change_set(ChangeSetType="CREATE", TemplateBody=template(), Capabilities=CAPABILITIES, **asked)
    _once(lambda: api.describe_change_set(**asked)["Status"] == "CREATE_COMPLETE")
    return time.perf_counter() - began


def execute(api: Any, name: str) -> float:
    """Seconds until the reviewed stack is made."""
    began = time.perf_counter()
    api.execute_change_set(StackName=name, ChangeSetName="first")
    _once(lambda: _status(api, name) == "CREATE_COMPLETE")
    return time.perf_counter() - began


def delete(api: Any, name: str) -> float:
    """Seconds until nothing is left of it."""
    began = time.perf_counter()
    stack_id = api.describe_stacks(StackName=name)["Stacks"][0]["StackId"]
    api.delete_stack(StackName=name)
    _once(lambda: _status(api, stack_id) == "DELETE_COMPLETE")
    return time.perf_counter() - began


def _status(api: Any, name: str) -> str:
    status = str(api.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
    assert "FAILED" not in status, status
    assert "ROLLBACK" not in status, status
    return status


def _once(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not done():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.02)
