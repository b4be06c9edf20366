"""EC2's networks: what is in use cannot go, and what is taken cannot be had twice.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (DependencyViolation,
Resource.AlreadyAssociated, InvalidIPAddress.InUse).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hivemind.emulator.backends import backend as service
from hivemind.emulator.seam import Seam
from hivemind.emulator.strict.rule import Arguments, Rule


def rules() -> tuple[Rule, ...]:
    """The rules of networks."""
    from moto.ec2.models import EC2Backend

    gateway, association = "self internet_gateway_id vpc_id", "self route_table_id gateway_id subnet_id"
    return (
        Rule(Seam(EC2Backend, "delete_security_group", "self name group_id"), _group_is_unused),
        Rule(Seam(EC2Backend, "delete_subnet", "self subnet_id"), _subnet_is_unused),
        Rule(Seam(EC2Backend, "delete_vpc", "self vpc_id"), _network_is_empty),
        Rule(Seam(EC2Backend, "attach_internet_gateway", gateway), _network_has_no_gateway),
        Rule(Seam(EC2Backend, "detach_internet_gateway", gateway), _no_address_is_mapped),
        Rule(Seam(EC2Backend, "create_nat_gateway"), _address_exists),
        Rule(Seam(EC2Backend, "release_address", "self address allocation_id"), _address_is_unused),
        Rule(Seam(EC2Backend, "associate_route_table", association), _subnet_has_no_table),
    )


def _refusal(code: str, message: str) -> Exception:
    from moto.ec2.exceptions import EC2ClientError

    error: Exception = EC2ClientError(code, message)
    return error


def _group_is_unused(ec2: Any, asked: Arguments) -> None:
    group = asked["group_id"]
    if group and any(group in used for used in _groups_in_use(ec2, group)):
        raise _refusal("DependencyViolation", f"resource {group} has a dependent object")


def _groups_in_use(ec2: Any, group: str) -> Iterator[set[str]]:
    """The security groups that each thing uses: interfaces, rules of other groups, load balancers, databases."""
    for interface in ec2.enis.values():
        yield {each.id for each in interface.group_set}
    for others in ec2.groups.values():
        for other in others.values():
            if other.id != group:
                yield {rule.source_group.get("GroupId") for rule in (*other.ingress_rules, *other.egress_rules)}
    for balancer in service("elbv2", ec2.region_name).load_balancers.values():
        yield set(balancer.security_groups or ())
    for database in service("rds", ec2.region_name).databases.values():
        yield set(database.vpc_security_group_ids or ())


def _subnet_is_unused(ec2: Any, asked: Arguments) -> None:
    subnet = asked["subnet_id"]
    balancers = service("elbv2", ec2.region_name).load_balancers.values()
    used = {interface.subnet.id for interface in ec2.enis.values()}
    used |= {each.id for balancer in balancers for each in balancer.subnets}
    if subnet in used:
        raise _refusal("DependencyViolation", f"The subnet '{subnet}' has dependencies and cannot be deleted.")


def _network_is_empty(ec2: Any, asked: Arguments) -> None:
    vpc = asked["vpc_id"]
    attached = any(gateway.vpc and gateway.vpc.id == vpc for gateway in ec2.internet_gateways.values())
    groups = [group for group in ec2.groups.get(vpc, {}).values() if group.name != "default"]
    if attached or groups:
        raise _refusal("DependencyViolation", f"The vpc '{vpc}' has dependencies and cannot be deleted.")


def _network_has_no_gateway(ec2: Any, asked: Arguments) -> None:
    vpc, mine = asked["vpc_id"], asked["internet_gateway_id"]
    if any(each.vpc and each.vpc.id == vpc and each.id != mine for each in ec2.internet_gateways.values()):
        raise _refusal("InvalidParameterValue", f"Network {vpc} already has an internet gateway attached")


def _no_address_is_mapped(ec2: Any, asked: Arguments) -> None:
    vpc = asked["vpc_id"]
    gateways = [each for each in ec2.nat_gateways.values() if each.state != "deleted" and each.vpc_id == vpc]
    if any(gateway.address_set and gateway.address_set[0].get("allocationId") for gateway in gateways):
        message = "Please unmap those public address(es) before detaching the gateway."
        raise _refusal("DependencyViolation", f"Network {vpc} has some mapped public address(es). {message}")


def _address_exists(ec2: Any, asked: Arguments) -> None:
    wanted = asked["allocation_id"]
    if wanted and wanted not in {each.allocation_id for each in ec2.addresses}:
        raise _refusal("InvalidAllocationID.NotFound", f"The allocation ID '{wanted}' does not exist")


def _address_is_unused(ec2: Any, asked: Arguments) -> None:
    mine = asked["allocation_id"]
    gateways = [gateway for gateway in ec2.nat_gateways.values() if gateway.state != "deleted"]
    held = {row.get("allocationId"): row.get("publicIp") for gateway in gateways for row in gateway.address_set}
    held |= {
        each.allocation_id: each.public_ip
        for each in ec2.addresses
        if each.instance is not None and each.instance.state != "terminated"
    }
    if mine and mine in held:
        raise _refusal("InvalidIPAddress.InUse", f"Address {held[mine]} is in use.")


def _subnet_has_no_table(ec2: Any, asked: Arguments) -> None:
    table, subnet = asked["route_table_id"], asked["subnet_id"]
    for other in ec2.route_tables.values():
        if subnet and other.id != table and subnet in other._associations.values():
            message = f"the specified association for route table {table} conflicts with an existing association"
            raise _refusal("Resource.AlreadyAssociated", message)
