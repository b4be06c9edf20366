"""How instances without a public address reach what they use: NAT gateways or AWS's endpoints, and S3 always."""

from __future__ import annotations

from typing import Any

from troposphere import GetAtt, Ref, Sub, Template, ec2

from hivemind.render.scope import Scope

ENDPOINTS = ("secretsmanager", "logs", "monitoring", "cloudformation", "ssm", "ssmmessages", "ec2messages")
"""Secrets, logs, metrics, signals and Session Manager: all that an isolated instance asks of AWS besides S3.

Its packages come from AL2023's repositories, which are S3 buckets; its application comes built."""


def add_egress(template: Template, scope: Scope, apps: tuple[Any, ...], routes: list[str]) -> None:
    """S3 through a gateway, which costs nothing; in production NAT, or endpoints where there is none.

    `routes` are the public route table and those of the app subnets, zone by zone.
    """
    template.add_resource(
        ec2.VPCEndpoint(
            "S3Endpoint",
            VpcId=Ref("Vpc"),
            ServiceName=Sub("com.amazonaws.${AWS::Region}.s3"),
            VpcEndpointType="Gateway",
            RouteTableIds=[Ref(table) for table in routes],
        )
    )
    if scope.isolated:
        _add_endpoints(template, scope, apps)
    elif scope.production:
        _add_nat(template, per_zone=scope.environment.nat == "per-zone", routes=routes[1:])


def _add_nat(template: Template, *, per_zone: bool, routes: list[str]) -> None:
    gateways = [_nat_gateway(template, zone) for zone in ((1, 2) if per_zone else (1,))]
    for zone, table in enumerate(routes):
        template.add_resource(
            ec2.Route(
                f"AppDefaultRoute{zone + 1}",
                RouteTableId=Ref(table),
                DestinationCidrBlock="0.0.0.0/0",
                NatGatewayId=Ref(gateways[zone % len(gateways)]),
            )
        )


def _nat_gateway(template: Template, zone: int) -> str:
    address = template.add_resource(ec2.EIP(f"NatAddress{zone}", Domain="vpc", DependsOn="InternetGatewayAttachment"))
    gateway = ec2.NatGateway(
        f"NatGateway{zone}",
        AllocationId=GetAtt(address, "AllocationId"),
        SubnetId=Ref(f"PublicSubnet{zone}"),
        DependsOn="PublicDefaultRoute",
    )
    return str(template.add_resource(gateway).title)


def _add_endpoints(template: Template, scope: Scope, apps: tuple[Any, ...]) -> None:
    door = template.add_resource(
        ec2.SecurityGroup(
            "EndpointSecurityGroup",
            GroupDescription="AWS endpoints, for the instances of the VPC",
            VpcId=Ref("Vpc"),
            SecurityGroupIngress=[
                ec2.SecurityGroupRule(
                    IpProtocol="tcp",
                    FromPort=443,
                    ToPort=443,
                    CidrIp=GetAtt("Vpc", "CidrBlock"),
                    Description="HTTPS from the VPC",
                )
            ],
        )
    )
    wanted = (*ENDPOINTS, "xray") if scope.environment.monitoring.xray else ENDPOINTS
    for service in wanted:
        template.add_resource(
            ec2.VPCEndpoint(
                f"{service.title()}Endpoint",
                VpcId=Ref("Vpc"),
                ServiceName=Sub(f"com.amazonaws.${{AWS::Region}}.{service}"),
                VpcEndpointType="Interface",
                PrivateDnsEnabled=True,
                SubnetIds=list(apps),
                SecurityGroupIds=[Ref(door)],
            )
        )
