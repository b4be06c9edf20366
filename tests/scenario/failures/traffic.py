"""Load balancers, target groups, listeners and rules."""

from __future__ import annotations

from typing import Any

from tests.scenario.failures.acts import (
    DELETED,
    Account,
    ByHand,
    Case,
    Delete,
    PutRight,
    Undo,
    created,
    creation_undone,
    not_deleted,
    update_undone,
)
from tests.scenario.failures.templates import NETWORK, VPC, resource, stack, subnet

NOT_FOUND = "[{Type: fixed-response, FixedResponseConfig: {StatusCode: '404'}}]"


def balancer(more: str = "", subnets: str = "[!Ref SubnetA, !Ref SubnetB]") -> str:
    """A load balancer of the network."""
    return resource("Balancer", "ElasticLoadBalancingV2::LoadBalancer", f"{{Subnets: {subnets}{more}}}")


def targets(more: str = "") -> str:
    """A target group of the network."""
    return resource(
        "Targets", "ElasticLoadBalancingV2::TargetGroup", f"{{VpcId: !Ref Vpc, Port: 80, Protocol: HTTP{more}}}"
    )


def listener(name: str = "Listener", port: int = 80, actions: str = NOT_FOUND) -> str:
    """A listener of the load balancer."""
    heard = f"LoadBalancerArn: !Ref Balancer, Port: {port}, Protocol: HTTP, DefaultActions: {actions}"
    return resource(name, "ElasticLoadBalancingV2::Listener", f"{{{heard}}}")


def rule(name: str, priority: int, **attributes: str) -> str:
    """A rule of the listener."""
    told = f"Conditions: [{{Field: path-pattern, PathPatternConfig: {{Values: ['/{name}']}}}}], Actions: {NOT_FOUND}"
    listed = f"{{ListenerArn: !Ref Listener, Priority: {priority}, {told}}}"
    return resource(name, "ElasticLoadBalancingV2::ListenerRule", listed, **attributes)


def _two_subnets(account: Account) -> list[str]:
    """Two subnets of the default network, in two zones."""
    found = account.client("ec2").describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"]
    return [each["SubnetId"] for each in sorted(found, key=lambda each: str(each["AvailabilityZone"]))[:2]]


def _a_balancer(account: Account, name: str) -> tuple[Any, str]:
    elb = account.client("elbv2")
    made = elb.create_load_balancer(Name=name, Subnets=_two_subnets(account))["LoadBalancers"][0]
    return elb, made["LoadBalancerArn"]


def _a_balancer_of_that_name(account: Account) -> Undo:
    elb, arn = _a_balancer(account, "taken")
    return lambda: elb.delete_load_balancer(LoadBalancerArn=arn)


def _protection(account: Account) -> Undo:
    elb, arn = account.client("elbv2"), account.physical("Balancer")

    def protect(word: str) -> Any:
        attributes = [{"Key": "deletion_protection.enabled", "Value": word}]
        return elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=attributes)

    protect("true")
    return lambda: protect("false")


def _a_group_of_that_name(account: Account) -> Undo:
    elb = account.client("elbv2")
    vpc = account.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    arn = elb.create_target_group(Name="taken", Port=80, Protocol="HTTP", VpcId=vpc)["TargetGroups"][0][
        "TargetGroupArn"
    ]
    return lambda: elb.delete_target_group(TargetGroupArn=arn)


def _a_listener_that_uses_ours(account: Account) -> Undo:
    elb, arn = _a_balancer(account, "other")
    forward = [{"Type": "forward", "TargetGroupArn": account.physical("Targets")}]
    elb.create_listener(LoadBalancerArn=arn, Port=80, Protocol="HTTP", DefaultActions=forward)
    return lambda: elb.delete_load_balancer(LoadBalancerArn=arn)


_REFUSING: Any = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]


def _a_listener_on_the_port(account: Account) -> Undo:
    elb, asked = account.client("elbv2"), {"Port": 80, "Protocol": "HTTP", "DefaultActions": _REFUSING}
    made = elb.create_listener(LoadBalancerArn=account.physical("Balancer"), **asked)["Listeners"][0]
    return lambda: elb.delete_listener(ListenerArn=made["ListenerArn"])


def _a_rule_of_that_priority(account: Account) -> Undo:
    elb, conditions = account.client("elbv2"), [{"Field": "path-pattern", "Values": ["/hand"]}]
    asked = {"Priority": 20, "Conditions": conditions, "Actions": _REFUSING}
    made = elb.create_rule(ListenerArn=account.physical("Listener"), **asked)["Rules"][0]
    return lambda: elb.delete_rule(RuleArn=made["RuleArn"])


_NO_GROUP = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/none/0123456789abcdef"

CASES = (
    Case(
        "balancer-name-taken",
        ByHand(_a_balancer_of_that_name),
        creation_undone(stack(*NETWORK, balancer(", Name: taken")), "Balancer", "with the same name"),
    ),
    Case(
        "balancer-in-one-zone",
        creation_undone(
            stack(*NETWORK, balancer(subnets="[!Ref SubnetA]")),
            "Balancer",
            "At least two subnets in two different Availability Zones must be specified",
        ),
    ),
    Case(
        "balancer-twice-in-one-zone",
        creation_undone(
            stack(*NETWORK, subnet("SubnetC", 2), balancer(subnets="[!Ref SubnetA, !Ref SubnetB, !Ref SubnetC]")),
            "Balancer",
            "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
        ),
    ),
    Case(
        "balancer-behind-no-security-group",
        creation_undone(
            stack(*NETWORK, balancer(", SecurityGroups: [sg-0123456789abcdef0]")),
            "Balancer",
            "One or more security groups are invalid",
        ),
    ),
    Case(
        "balancer-behind-no-security-group-at-update",
        created(stack(*NETWORK, balancer())),
        update_undone(
            stack(*NETWORK, balancer(", SecurityGroups: [sg-0123456789abcdef0]")),
            "Balancer",
            "sg-0123456789abcdef0 does not exist",
        ),
    ),
    Case(
        "balancer-protected-at-delete",
        created(stack(*NETWORK, balancer())),
        ByHand(_protection),
        not_deleted("Balancer", "cannot be deleted because deletion protection is enabled"),
        PutRight(),
        Delete(DELETED),
    ),
    Case(
        "target-group-name-taken",
        ByHand(_a_group_of_that_name),
        creation_undone(
            stack(VPC, targets(", Name: taken")), "Targets", "A target group with the specified name already exists."
        ),
    ),
    Case(
        "target-group-checked-longer-than-its-interval-at-update",
        created(stack(VPC, targets(", HealthCheckIntervalSeconds: 10"))),
        update_undone(
            stack(VPC, targets(", HealthCheckIntervalSeconds: 10, HealthCheckTimeoutSeconds: 20")),
            "Targets",
            "Health check timeout '20' must be smaller than the interval '10'",
        ),
    ),
    Case(
        "target-group-in-use-at-delete",
        created(stack(VPC, targets())),
        ByHand(_a_listener_that_uses_ours),
        not_deleted("Targets", "is currently in use by a listener or a rule"),
        PutRight(),
        Delete(DELETED),
    ),
    Case(
        "listener-to-no-target-group",
        creation_undone(
            stack(*NETWORK, balancer(), listener(actions=f"[{{Type: forward, TargetGroupArn: '{_NO_GROUP}'}}]")),
            "Listener",
            "target groups not found",
        ),
    ),
    Case(
        "listener-port-taken-at-update",
        created(stack(*NETWORK, balancer())),
        ByHand(_a_listener_on_the_port),
        update_undone(
            stack(*NETWORK, balancer(), listener()),
            "Listener",
            "A listener already exists on this port",
            "CREATE_FAILED",
        ),
    ),
    Case(
        "rule-priority-taken",
        creation_undone(
            stack(*NETWORK, balancer(), listener(), rule("One", 10), rule("Two", 10, DependsOn="One")),
            "Two",
            "PriorityInUse",
        ),
    ),
    Case(
        "rule-priority-taken-at-update",
        created(stack(*NETWORK, balancer(), listener(), rule("One", 10))),
        ByHand(_a_rule_of_that_priority),
        update_undone(stack(*NETWORK, balancer(), listener(), rule("One", 20)), "One", "PriorityInUse"),
    ),
)
