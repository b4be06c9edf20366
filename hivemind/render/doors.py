"""Security groups: who may talk to whom. The world to the balancer, the balancer to apps, apps to the database."""

from __future__ import annotations

from typing import Any

from troposphere import Ref, Template, ec2

from hivemind.model.balancing import PORTS
from hivemind.render.network import Network
from hivemind.render.scope import Scope

ANYWHERE = "0.0.0.0/0"
POSTGRES = 5432
PORT_RANGE = {"IpProtocol": "tcp", "FromPort": PORTS[0], "ToPort": PORTS[1]}


def add_security_groups(template: Template, scope: Scope, network: Network) -> None:
    """`AppSecurityGroup` and `BuilderSecurityGroup`; those of balancer and database where these exist."""
    _group(template, network, "AppSecurityGroup", "Application instances", egress=[_everywhere()])
    _group(template, network, "BuilderSecurityGroup", "The one-shot builder", egress=[_everywhere()])
    if scope.web_services:
        _add_balancer_group(template, scope, network)
    if scope.database:
        _add_database_group(template, network)


def _add_balancer_group(template: Template, scope: Scope, network: Network) -> None:
    public = (80, 443) if scope.environment.certificate else (80,)
    _group(
        template,
        network,
        "BalancerSecurityGroup",
        "The load balancer",
        ingress=[_rule(port, "The public", CidrIp=ANYWHERE) for port in public],
        egress=[
            ec2.SecurityGroupRule(
                **PORT_RANGE,
                Description="Application instances",
                DestinationSecurityGroupId=Ref("AppSecurityGroup"),
            )
        ],
    )
    # A resource of its own, because groups that name each other inside would be a cycle. Every port that a service may
    # have: while a release with another one takes over, both are in use.
    template.add_resource(
        ec2.SecurityGroupIngress(
            "AppFromBalancer",
            GroupId=Ref("AppSecurityGroup"),
            SourceSecurityGroupId=Ref("BalancerSecurityGroup"),
            Description="The load balancer",
            **PORT_RANGE,
        )
    )


def _add_database_group(template: Template, network: Network) -> None:
    clients = {"AppSecurityGroup": "Application instances", "BuilderSecurityGroup": "Migrations"}
    _group(
        template,
        network,
        "DatabaseSecurityGroup",
        "The database",
        ingress=[_rule(POSTGRES, who, SourceSecurityGroupId=Ref(client)) for client, who in clients.items()],
        # A group without a rule would be given one that allows everything.
        egress=[ec2.SecurityGroupRule(IpProtocol="-1", CidrIp="127.0.0.1/32", Description="Nothing")],
    )


def _group(template: Template, network: Network, title: str, description: str, **rules: list[Any]) -> None:
    template.add_resource(
        ec2.SecurityGroup(
            title,
            GroupDescription=description,
            VpcId=network.vpc,
            **{f"SecurityGroup{direction.title()}": found for direction, found in rules.items()},
        )
    )


def _rule(port: int, description: str, **peer: Any) -> Any:
    return ec2.SecurityGroupRule(IpProtocol="tcp", FromPort=port, ToPort=port, Description=description, **peer)


def _everywhere() -> Any:
    """Applications call what they like: mail, payment, another cloud's cache; only the way in is narrow."""
    return ec2.SecurityGroupRule(IpProtocol="-1", CidrIp=ANYWHERE, Description="Whatever the application calls")
