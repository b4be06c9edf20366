"""The network an environment lives in: a VPC of its own over two zones, or the team's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from troposphere import GetAZs, Ref, Select, Template, ec2

from hivemind.model.spec import NetworkSpec
from hivemind.render.egress import add_egress
from hivemind.render.scope import Scope

VPC_CIDR = "10.20.0.0/16"
PUBLIC, APP, DATABASE = 0, 10, 20
"""The third octet of each kind's first subnet; the second zone's is one higher."""


@dataclass(frozen=True)
class Network:
    """Where things go. `public_route` is what must stand before anything in a public subnet reaches the internet."""

    vpc: Any
    public: tuple[Any, ...]
    apps: tuple[Any, ...]
    databases: tuple[Any, ...]
    builder: Any
    """The subnet of the builder, which has to reach package registries."""
    builder_address: bool
    """Whether the builder needs a public address to get out."""
    public_route: str | None = None


def add_network(template: Template, scope: Scope) -> Network:
    """The network of an environment, created or imported."""
    if scope.network is not None:
        return _imported(scope.network)
    return _own(template, scope)


def _imported(network: NetworkSpec) -> Network:
    """The team's VPC: instances and builder go to its private subnets, whose way out is the team's own."""
    private = network.subnets.private
    return Network(network.vpc, network.subnets.public, private, private, private[0], builder_address=False)


def _own(template: Template, scope: Scope) -> Network:
    vpc = Ref(template.add_resource(ec2.VPC("Vpc", CidrBlock=VPC_CIDR, EnableDnsSupport=True, EnableDnsHostnames=True)))
    gateway = template.add_resource(ec2.InternetGateway("InternetGateway"))
    attachment = template.add_resource(
        ec2.VPCGatewayAttachment("InternetGatewayAttachment", VpcId=vpc, InternetGatewayId=Ref(gateway))
    )
    routes = template.add_resource(ec2.RouteTable("PublicRoutes", VpcId=vpc))
    way_out = template.add_resource(
        ec2.Route(
            "PublicDefaultRoute",
            RouteTableId=Ref(routes),
            DestinationCidrBlock="0.0.0.0/0",
            GatewayId=Ref(gateway),
            DependsOn=attachment.title,
        )
    )
    public = _subnets(template, vpc, "Public", PUBLIC)
    _associate(template, "Public", public, [routes.title] * 2)
    databases = _subnets(template, vpc, "Database", DATABASE)
    apps, app_routes = public, []
    if scope.production:
        apps = _subnets(template, vpc, "App", APP)
        app_routes = _app_routes(template, vpc)
        _associate(template, "App", apps, app_routes)
    add_egress(template, scope, apps, [routes.title, *app_routes])
    return Network(vpc, public, apps, databases, public[0], builder_address=True, public_route=way_out.title)


def _subnets(template: Template, vpc: Any, kind: str, octet: int) -> tuple[Any, ...]:
    """One subnet per zone. What starts in a public one gets an address: there is no NAT in stage-1."""
    extra = {"MapPublicIpOnLaunch": True} if kind == "Public" else {}
    return tuple(
        Ref(
            template.add_resource(
                ec2.Subnet(
                    f"{kind}Subnet{zone + 1}",
                    VpcId=vpc,
                    CidrBlock=f"10.20.{octet + zone}.0/24",
                    AvailabilityZone=Select(zone, GetAZs("")),
                    **extra,
                )
            )
        )
        for zone in range(2)
    )


def _app_routes(template: Template, vpc: Any) -> list[str]:
    """A route table per zone, so that each can have a way out of its own."""
    tables = [template.add_resource(ec2.RouteTable(f"AppRoutes{zone}", VpcId=vpc)) for zone in (1, 2)]
    return [table.title for table in tables]


def _associate(template: Template, kind: str, subnets: tuple[Any, ...], routes: list[str]) -> None:
    for zone, (subnet, table) in enumerate(zip(subnets, routes, strict=True), start=1):
        template.add_resource(
            ec2.SubnetRouteTableAssociation(f"{kind}Subnet{zone}Routes", SubnetId=subnet, RouteTableId=Ref(table))
        )
