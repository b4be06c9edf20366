"""moto's elbv2 with the balancer behind it, through boto3; the data plane is a fake that keeps what it was told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from hivemind.emulator.balancer.addresses import Ports
from hivemind.emulator.balancer.config import BalancerConfig, FixedResponse, Forward, Rule, Target, TargetGroup
from hivemind.emulator.balancer.installation import Installation, install, seams
from hivemind.emulator.balancer.report import Health, TargetHealth, Verdict
from hivemind.emulator.ports import PortPool

pytestmark = [pytest.mark.slow, pytest.mark.proof]


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


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    from moto import mock_aws

    for seam in seams():
        monkeypatch.setattr(seam.owner, seam.name, getattr(seam.owner, seam.name))
    balancer, addresses = FakeBalancer(tmp_path), dict[str, Any]()
    with mock_aws():
        yield World(balancer, install(balancer, addresses.get), addresses)  # type: ignore[arg-type]


def test_moto_still_has_every_seam() -> None:
    assert len(seams()) == 20
    for seam in seams():
        seam.check()


def refused(code: str) -> Any:
    return pytest.raises(ClientError, match=rf"\({code}\)")


class TestEffect:
    """What a call changes is with the data plane when the call returns."""

    def test_dns_name_is_there_at_once_and_is_the_first_listener_s(self, world: World) -> None:
        name = world.elb.describe_load_balancers()["LoadBalancers"][0]["DNSName"]
        assert name.startswith("127.0.0.1:")

        world.listener()

        assert name == f"127.0.0.1:{world.balancer.config.listeners[0].port}"

    def test_each_listener_has_its_own_port(self, world: World) -> None:
        world.listener(80)
        world.listener(81)

        first, second = world.balancer.config.listeners
        assert first.port != second.port

    def test_a_port_that_is_taken_is_replaced_and_the_dns_name_with_it(self, world: World) -> None:
        before = world.load_balancer("other")["DNSName"]
        world.balancer.taken = [(int(before.rpartition(":")[2]),)]

        world.installation.refresh()

        after = world.elb.describe_load_balancers(Names=["other"])["LoadBalancers"][0]["DNSName"]
        assert after != before

    def test_rules_come_change_and_go(self, world: World) -> None:
        green = world.group("green")
        listener = world.listener()
        rule = world.rule(listener, world.blue)
        assert [one.action for one in world.rules] == [Forward(((world.blue, 1),))] * 2

        shares = [{"TargetGroupArn": world.blue, "Weight": 90}, {"TargetGroupArn": green, "Weight": 10}]
        world.elb.modify_rule(RuleArn=rule, Actions=[{"Type": "forward", "ForwardConfig": {"TargetGroups": shares}}])
        assert world.rules[0].action == Forward(((world.blue, 90), (green, 10)))

        world.elb.delete_rule(RuleArn=rule)
        assert len(world.rules) == 1

    def test_priorities_change_the_order(self, world: World) -> None:
        green = world.group("green")
        listener = world.listener()
        first, _ = world.rule(listener, world.blue, 1), world.rule(listener, green, 2)

        world.elb.set_rule_priorities(RulePriorities=[{"RuleArn": first, "Priority": 3}])

        assert [one.action for one in world.rules[:2]] == [Forward(((green, 1),)), Forward(((world.blue, 1),))]

    def test_the_listener_s_default_action_changes(self, world: World) -> None:
        listener = world.listener()
        gone = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "410", "MessageBody": "gone"}}

        world.elb.modify_listener(ListenerArn=listener, DefaultActions=[gone])

        assert world.rules[0].action == FixedResponse(410, "text/plain", "gone")

    def test_listeners_and_load_balancers_go(self, world: World) -> None:
        listener = world.listener()
        world.elb.delete_listener(ListenerArn=listener)
        assert world.balancer.config.listeners == ()

        world.listener()
        world.elb.delete_load_balancer(LoadBalancerArn=world.lb)
        assert world.balancer.config.listeners == ()

    def test_the_load_balancer_s_attributes_change(self, world: World) -> None:
        world.listener()

        world.elb.modify_load_balancer_attributes(
            LoadBalancerArn=world.lb, Attributes=[{"Key": "idle_timeout.timeout_seconds", "Value": "7"}]
        )

        assert world.balancer.config.listeners[0].idle_timeout == 7

    def test_the_health_check_and_the_delay_change(self, world: World) -> None:
        world.elb.modify_target_group(
            TargetGroupArn=world.blue, HealthCheckPath="/up", HealthCheckIntervalSeconds=7, Matcher={"HttpCode": "204"}
        )
        world.elb.modify_target_group_attributes(
            TargetGroupArn=world.blue, Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "9"}]
        )

        found = world.blue_group
        assert (found.check.path, found.check.interval, found.check.codes) == ("/up", 7.0, "204")
        assert found.deregistration_delay == 9

    def test_targets_come_and_go(self, world: World) -> None:
        instance = world.instance()
        world.register(instance)
        assert world.blue_group.targets == (Target(instance, 8080, world.addresses[instance]),)

        world.elb.deregister_targets(TargetGroupArn=world.blue, Targets=[{"Id": instance}])
        assert world.blue_group.targets == ()

    def test_what_a_target_group_is_used_by_is_told_as_it_is_now(self, world: World) -> None:
        green = world.group("green")
        rule = world.rule(world.listener(), green)

        def users(group: str) -> list[str]:
            found = world.elb.describe_target_groups(TargetGroupArns=[group])["TargetGroups"][0]
            return list(found.get("LoadBalancerArns", ()))

        assert users(green) == [world.lb]
        world.elb.modify_rule(RuleArn=rule, Actions=[{"Type": "forward", "TargetGroupArn": world.blue}])
        assert users(green) == []

    def test_an_instance_that_moved_is_found_again(self, world: World) -> None:
        instance = world.instance()
        world.register(instance)
        world.addresses[instance] = ("127.0.0.1", 31999)

        world.installation.refresh()

        assert world.blue_group.targets[0].address == ("127.0.0.1", 31999)


class TestHealth:
    """DescribeTargetHealth tells what the data plane found."""

    def test_what_the_data_plane_says_is_what_is_told(self, world: World) -> None:
        world.listener()
        instance = world.instance()
        world.register(instance)
        world.says(instance, Verdict("unhealthy", "Target.ResponseCodeMismatch", 500))

        assert world.health() == [
            (instance, "unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [500]")
        ]

        world.says(instance, Verdict("healthy"))
        assert world.health({"Id": instance}) == [(instance, "healthy", "", "")]

    def test_the_check_s_port_is_the_target_s(self, world: World) -> None:
        world.register(world.instance())

        rows = world.elb.describe_target_health(TargetGroupArn=world.blue)["TargetHealthDescriptions"]

        assert rows[0]["HealthCheckPort"] == "8080"

    def test_a_target_nobody_asked_yet_is_initial_or_unused(self, world: World) -> None:
        instance = world.instance()
        world.register(instance)
        assert world.health()[0][1:3] == ("unused", "Target.NotInUse")

        world.listener()
        assert world.health()[0][1:3] == ("initial", "Elb.RegistrationInProgress")

    def test_a_draining_target_is_told_of_though_it_is_not_registered(self, world: World) -> None:
        world.listener()
        instance = world.instance()
        world.says(instance, Verdict("draining", "Target.DeregistrationInProgress"))

        for rows in (world.health(), world.health({"Id": instance})):
            assert rows == [
                (instance, "draining", "Target.DeregistrationInProgress", "Target deregistration is in progress")
            ]

    def test_a_stranger_is_not_registered(self, world: World) -> None:
        assert world.health({"Id": "i-0123"})[0][1:3] == ("unused", "Target.NotRegistered")

    def test_an_ended_instance_is_invalid_once_its_checks_fail(self, world: World) -> None:
        world.listener()
        instance = world.instance()
        world.register(instance)
        world.says(instance, Verdict("healthy"))
        world.ec2.stop_instances(InstanceIds=[instance])
        assert world.health()[0][1] == "healthy"

        world.says(instance, Verdict("unhealthy", "Target.FailedHealthChecks"))
        assert world.health()[0][1:] == ("unused", "Target.InvalidState", "Target is in the stopped state")

    def test_an_unknown_group(self, world: World) -> None:
        with refused("TargetGroupNotFound"):
            world.elb.describe_target_health(TargetGroupArn=world.blue + "x")


class TestTargets:
    """Registering and deregistering as on AWS."""

    def test_a_terminated_instance_stays_registered(self, world: World) -> None:
        world.listener()
        instance = world.instance()
        world.register(instance)

        world.ec2.terminate_instances(InstanceIds=[instance])
        world.installation.refresh()

        assert [target.id for target in world.blue_group.targets] == [instance]

    def test_a_starting_instance_can_be_registered(self, world: World) -> None:
        from moto.ec2.models import ec2_backends
        from moto.ec2.models.instances import InstanceState

        instance = world.instance()
        backend = next(iter(ec2_backends.values()))["us-east-1"]
        backend.get_instance_by_id(instance)._state = InstanceState("pending", 0)

        world.register(instance)

        assert world.blue_group.targets[0].id == instance

    def test_an_ended_instance_cannot(self, world: World) -> None:
        instance = world.instance()
        world.ec2.stop_instances(InstanceIds=[instance])

        with refused("InvalidTarget"):
            world.register(instance)

    def test_an_unknown_instance_cannot_and_then_none_is(self, world: World) -> None:
        with refused("InvalidTarget"):
            world.elb.register_targets(
                TargetGroupArn=world.blue, Targets=[{"Id": world.instance()}, {"Id": "i-0123456789abcdef0"}]
            )

        assert world.blue_group.targets == ()

    def test_deregistering_a_stranger_succeeds(self, world: World) -> None:
        world.elb.deregister_targets(TargetGroupArn=world.blue, Targets=[{"Id": "i-0123456789abcdef0"}])

    def test_deregistering_another_port_changes_nothing(self, world: World) -> None:
        instance = world.instance()
        world.register(instance)

        world.elb.deregister_targets(TargetGroupArn=world.blue, Targets=[{"Id": instance, "Port": 9}])

        assert len(world.blue_group.targets) == 1


class TestRefusals:
    """What AWS refuses, and what is not rehearsed here."""

    def test_a_group_that_a_listener_uses_stays(self, world: World) -> None:
        world.listener()

        with refused("ResourceInUse"):
            world.elb.delete_target_group(TargetGroupArn=world.blue)

    def test_a_group_that_only_a_rule_uses_stays_until_the_rule_is_gone(self, world: World) -> None:
        green = world.group("green")
        rule = world.rule(world.listener(), green)
        with refused("ResourceInUse"):
            world.elb.delete_target_group(TargetGroupArn=green)

        world.elb.delete_rule(RuleArn=rule)
        world.elb.delete_target_group(TargetGroupArn=green)

        assert [group.arn for group in world.balancer.config.groups] == [world.blue]

    def test_a_second_listener_on_a_port(self, world: World) -> None:
        world.listener(80)
        other = world.listener(81)

        with refused("DuplicateListener"):
            world.listener(80)
        with refused("DuplicateListener"):
            world.elb.modify_listener(ListenerArn=other, Port=80, DefaultActions=[])

    def test_a_second_load_balancer_of_a_name(self, world: World) -> None:
        with refused("DuplicateLoadBalancerName"):
            world.load_balancer("main")

    def test_a_protected_load_balancer(self, world: World) -> None:
        on = [{"Key": "deletion_protection.enabled", "Value": "true"}]
        world.elb.modify_load_balancer_attributes(LoadBalancerArn=world.lb, Attributes=on)

        with refused("OperationNotPermitted"):
            world.elb.delete_load_balancer(LoadBalancerArn=world.lb)

    def test_a_group_of_another_load_balancer(self, world: World) -> None:
        world.listener()
        other = world.load_balancer("other")["LoadBalancerArn"]

        with refused("TargetGroupAssociationLimit"):
            world.elb.create_listener(
                LoadBalancerArn=other,
                Protocol="HTTP",
                Port=80,
                DefaultActions=[{"Type": "forward", "TargetGroupArn": world.blue}],
            )

    def test_https(self, world: World) -> None:
        with refused("UnsupportedProtocol"):
            world.elb.create_listener(
                LoadBalancerArn=world.lb,
                Protocol="HTTPS",
                Port=443,
                DefaultActions=[{"Type": "forward", "TargetGroupArn": world.blue}],
            )

    def test_network_load_balancers(self, world: World) -> None:
        with refused("InvalidConfigurationRequest"):
            world.elb.create_load_balancer(Name="n", Subnets=world.subnets, Type="network")

    @pytest.mark.parametrize(
        "change",
        [{"Protocol": "TCP"}, {"Protocol": "HTTPS"}, {"ProtocolVersion": "GRPC"}, {"TargetType": "alb"}],
    )
    def test_groups_of_other_kinds(self, world: World, change: dict[str, str]) -> None:
        given = {"Name": "g", "Protocol": "HTTP", "Port": 80, "VpcId": world.vpc, **change}

        with refused("InvalidConfigurationRequest"):
            world.elb.create_target_group(**given)

    def test_sticky_sessions(self, world: World) -> None:
        with refused("InvalidConfigurationRequest"):
            world.elb.modify_target_group_attributes(
                TargetGroupArn=world.blue, Attributes=[{"Key": "stickiness.enabled", "Value": "true"}]
            )

    def test_signing_in(self, world: World) -> None:
        with refused("InvalidLoadBalancerAction"):
            world.elb.create_rule(
                ListenerArn=world.listener(),
                Priority=1,
                Conditions=[{"Field": "path-pattern", "Values": ["/*"]}],
                Actions=[{"Type": "authenticate-oidc", "Order": 1}],
            )

    def test_what_is_refused_changes_nothing(self, world: World) -> None:
        world.listener(80)
        before = replace(world.balancer.config)

        with refused("DuplicateListener"):
            world.listener(80)

        assert world.balancer.config == before
        assert len(world.elb.describe_listeners(LoadBalancerArn=world.lb)["Listeners"]) == 1
