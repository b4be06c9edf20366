"""The estimate: right to the cent, honest about what it does not know, and loud about traps."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from golden.plan import scene

from hivemind.model.plan import Cost
from hivemind.model.spec import EnvironmentSpec
from hivemind.plan.cost import estimate
from hivemind.plan.planner import plan
from hivemind.plan.prices import prices
from hivemind.plan.resolve import Body, resources
from hivemind.plan.show_cost import show_cost


def cost(text: str, region: str = "us-east-1", before: str | None = None) -> Cost:
    def parts(body: str | None) -> dict[str, object]:
        return {"foundation": resources(Body(f"Resources:\n{body}") if body else None)}

    return estimate(parts(before), parts(text), region)  # type: ignore[arg-type]


def amount(found: Cost, what: str) -> Decimal | None:
    return next(line.after for line in found.lines if line.what == what)


DATABASE = """
  D:
    Type: AWS::RDS::DBInstance
    Properties: {DBInstanceClass: db.t4g.micro, AllocatedStorage: 20, StorageType: gp3, MultiAZ: %s}
"""
BALANCER = """
  B:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {Scheme: %s, Subnets: [a, b]}
"""
GROUP = """
  G:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties: {DesiredCapacity: %s, LaunchTemplate: {LaunchTemplateId: !Ref T, Version: '1'}}
  T:
    Type: AWS::EC2::LaunchTemplate
    Properties: {LaunchTemplateData: {InstanceType: %s, BlockDeviceMappings: [{Ebs: {VolumeSize: 20}}]}}
"""


@pytest.mark.parametrize(
    ("text", "what", "expected"),
    [
        (DATABASE % "false", "database db.t4g.micro", "11.68"),
        (DATABASE % "false", "database storage", "2.30"),
        (DATABASE % "true", "database db.t4g.micro, Multi-AZ", "23.36"),
        (DATABASE % "true", "database storage, Multi-AZ", "4.60"),
        (DATABASE % "true", "database backups, assumed within the free size", "0.00"),
        (BALANCER % "internet-facing", "load balancer", "16.43"),
        (BALANCER % "internet-facing", "public IPv4 addresses", "7.30"),
        (BALANCER % "internet-facing", "data out, assumed 10 GB", "0.90"),
        (GROUP % ("2", "t3.micro"), "t3.micro instances of foundation", "15.18"),
        (GROUP % ("2", "t3.micro"), "disks of foundation", "3.20"),
        ("  N: {Type: AWS::EC2::NatGateway}", "NAT gateways", "32.85"),
        ("  N: {Type: AWS::EC2::EIP}", "public IPv4 addresses", "3.65"),
        ("  S: {Type: AWS::SecretsManager::Secret}", "secrets", "0.40"),
        ("  L: {Type: AWS::Logs::LogGroup}", "logs, assumed 1 GB", "0.50"),
        (
            "  E: {Type: AWS::EC2::VPCEndpoint, Properties: {VpcEndpointType: Interface, SubnetIds: [a, b]}}",
            "interface endpoints",
            "14.60",
        ),
        ("  K: {Type: AWS::KMS::Key}", "encryption keys", "1.00"),
        ("  X: {Type: AWS::XRay::Group}", "traces, assumed 100,000", "0.50"),
        (
            "  W: {Type: AWS::WAFv2::WebACL, Properties: {Rules: [{Name: a, X: 1}, {Name: b, X: 1}]}}",
            "firewall rules",
            "2.00",
        ),
        (
            "  T: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {InstanceType: t3.medium}}}",
            "builder, assumed 2 hours a month",
            "0.08",
        ),
    ],
)
def test_amounts(text: str, what: str, expected: str) -> None:
    assert amount(cost(text), what) == Decimal(expected)


def alarms(count: int) -> str:
    return "\n".join(f"  A{n}: {{Type: AWS::CloudWatch::Alarm}}" for n in range(count))


def test_what_every_account_has_for_nothing_is_named_and_only_the_rest_is_counted() -> None:
    assert amount(cost(alarms(10)), "alarms") == 0
    found = cost(alarms(12))
    assert amount(found, "alarms") == Decimal("0.20")
    assert "first 10 are free, else $1.20" in next(line.note for line in found.lines)


def test_an_alarm_over_several_metrics_is_several() -> None:
    metrics = ", ".join(f"{{Id: m{n}, MetricStat: {{Period: 60}}}}" for n in range(12))
    text = f"  A: {{Type: AWS::CloudWatch::Alarm, Properties: {{Metrics: [{metrics}, {{Id: e, Expression: m1}}]}}}}"
    assert amount(cost(text), "alarms") == Decimal("0.20")


def test_an_internal_balancer_has_no_public_address() -> None:
    assert "public IPv4 addresses" not in {line.what for line in cost(BALANCER % "internal").lines}


def test_instances_in_public_subnets_hold_an_address_each() -> None:
    subnet = "  S: {Type: AWS::EC2::Subnet, Properties: {MapPublicIpOnLaunch: true}}"
    assert amount(cost(GROUP % ("2", "t3.micro") + subnet), "public IPv4 addresses") == Decimal("7.30")
    behind = GROUP % ("2", "t3.micro") + subnet + "\n  N: {Type: AWS::EC2::NatGateway}"
    assert "public IPv4 addresses" not in {line.what for line in cost(behind).lines}


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("  F: {Type: AWS::FSx::FileSystem}", "AWS::FSx::FileSystem F"),
        (GROUP % ("1", "x9.huge"), "x9.huge instances of foundation"),
        (GROUP % ("1", "!Ref Machine"), "instances of foundation"),
        (GROUP % ("!Ref Count", "t3.micro"), "t3.micro instances of foundation"),
        (DATABASE.replace("db.t4g.micro", "db.x9.huge") % "false", "database db.x9.huge"),
    ],
)
def test_unknown_is_unknown_and_never_nothing(text: str, unknown: str) -> None:
    found = cost(text)
    assert unknown in found.unknown
    assert amount(found, unknown) is None
    assert "unknown" in "".join(str(line) for line in show_cost(found, local=False, full=False))


def test_a_region_without_prices_is_unknown_throughout() -> None:
    found = cost(DATABASE % "true", "eu-west-1")
    assert found.region == "eu-west-1"
    assert {line.after for line in found.lines} == {None}
    assert found.after == 0
    assert len(found.unknown) == len(found.lines)


@pytest.mark.parametrize(
    ("text", "trap"),
    [
        ("  N: {Type: AWS::EC2::NatGateway}", "NAT gateways cost $32.85"),
        (BALANCER % "internet-facing", "load balancer costs $16.43 a month even when idle"),
        (BALANCER % "internet-facing", "$7.30 here"),
        (DATABASE % "true", "Multi-AZ doubles the database: $13.98 of its $27.96"),
    ],
)
def test_traps(text: str, trap: str) -> None:
    assert any(trap in told for told in cost(text).traps)


def test_before_and_after() -> None:
    found = cost(DATABASE % "true", before=DATABASE % "false")
    assert (found.before, found.after) == (Decimal("13.98"), Decimal("27.96"))


def test_on_this_machine_it_costs_nothing_and_says_what_aws_would() -> None:
    made = plan(scene.desired(EnvironmentSpec(), scene.release()), scene.nothing(), {}, ())
    assert made.cost.after > 40
    assert any("on this machine this costs $0" in note for note in made.notes)


def test_every_price_is_dated_and_has_a_source() -> None:
    table = prices("us-east-1")
    assert table.as_of.startswith("20")
    text = Path("hivemind/plan/prices.json").read_text(encoding="utf-8")
    assert text.count('"usd"') == text.count('"source": "https://aws.amazon.com/') == len(table.monthly)
    assert all(price > 0 for price in table.monthly.values())
