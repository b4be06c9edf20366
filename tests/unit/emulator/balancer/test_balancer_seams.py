"""moto's elbv2 with the balancer behind it: what a call changes, what health is told, what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from unit.emulator.balancer.balancer_world import World, refused

from hivemind.emulator.balancer.config import FixedResponse, Forward, Target
from hivemind.emulator.balancer.installation import seams
from hivemind.emulator.balancer.report import Verdict

pytestmark = [pytest.mark.slow, pytest.mark.proof]


def test_moto_still_has_every_seam() -> None:
    assert len(seams()) == 22
    for seam in seams():
        seam.check()


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
