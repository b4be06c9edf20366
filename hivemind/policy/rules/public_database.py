"""No database can be reached from the internet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from hivemind.model.plan import Severity
from hivemind.policy.ingress import ingresses
from hivemind.policy.rule import Fault
from hivemind.policy.view import Resource, View, text


class PublicDatabase:
    """Looks at the flag, at the security groups and at the routes of the subnets: each alone is enough to be open."""

    id: ClassVar[str] = "public-database"
    title: ClassVar[str] = "A database is not reachable from the internet"
    why: ClassVar[str] = "databases on the internet are found within minutes and attacked by password guessing"
    source: ClassVar[str] = "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-2"
    severity: ClassVar[Severity] = "block"

    def check(self, view: View) -> Iterator[Fault]:
        """Every way in to every database."""
        for database in view.of("AWS::RDS::DBInstance", "AWS::RDS::DBCluster"):
            yield from _flag(database)
            yield from _groups(database, view)
            yield from _subnets(database, view)


def _flag(database: Resource) -> Iterator[Fault]:
    cluster = database.body["Type"] == "AWS::RDS::DBCluster"
    said = text(database.properties.get("PubliclyAccessible"))
    if said == "false" or (cluster and "PubliclyAccessible" not in database.properties):
        return
    yield Fault(
        database.where("PubliclyAccessible"),
        "nothing keeps the database from getting a public address",
        "write PubliclyAccessible: false",
    )


def _groups(database: Resource, view: View) -> Iterator[Fault]:
    names = ("VPCSecurityGroups", "VpcSecurityGroupIds")
    own = {g.logical_id for name in names for g in view.named(database.properties.get(name), database.part)}
    for ingress in ingresses(view):
        theirs = {group.logical_id for group in ingress.groups if group.part == database.part}
        if own & theirs and ingress.reach != "limited":
            yield Fault(
                ingress.where,
                f"the security group of {database.logical_id} lets the whole internet in",
                "admit the application's security group instead of an address range",
            )


def _subnets(database: Resource, view: View) -> Iterator[Fault]:
    part = database.part
    groups = view.named(database.properties.get("DBSubnetGroupName"), part)
    for group in groups:
        for subnet in view.named(group.properties.get("SubnetIds"), part):
            if _is_public(subnet, view):
                yield Fault(
                    group.where("SubnetIds"),
                    f"{subnet.logical_id}, where {database.logical_id} may be placed, has a route to the internet",
                    "put the database into subnets whose route table has no internet gateway",
                )


def _is_public(subnet: Resource, view: View) -> bool:
    """Whether the subnet's route table sends anything to an internet gateway."""
    for link in view.of("AWS::EC2::SubnetRouteTableAssociation"):
        if subnet in view.named(link.properties.get("SubnetId"), subnet.part):
            tables = list(view.named(link.properties.get("RouteTableId"), subnet.part))
            if any(_leads_out(route, tables, view) for route in view.of("AWS::EC2::Route")):
                return True
    return False


def _leads_out(route: Resource, tables: list[Resource], view: View) -> bool:
    gateway = route.properties.get("GatewayId")
    private = any(g.body["Type"] == "AWS::EC2::VPNGateway" for g in view.named(gateway, route.part))
    ours = any(table in tables for table in view.named(route.properties.get("RouteTableId"), route.part))
    return ours and gateway is not None and not private
