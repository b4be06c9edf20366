"""Subnets and security groups of a database: what must exist, and in which VPC."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hivemind.emulator import backends
from hivemind.emulator.databases.refusal import combination, refuse, value


def group_of(rds: Any, name: str | None) -> Any:
    """The subnet group of that name, None when none is asked for."""
    if not name:
        return None
    if name not in rds.subnet_groups:
        raise refuse("DBSubnetGroupNotFoundFault", f"DB subnet group '{name}' does not exist.")
    return rds.subnet_groups[name]


def vpc_of(rds: Any, group: Any) -> str:
    """The VPC of a subnet group, without one the default VPC."""
    return str(group.vpc_id if group is not None else _ec2(rds).default_vpc.id)


def check_security_groups(rds: Any, wanted: Iterable[str], vpc: str) -> None:
    """Each security group exists and is of the database's VPC."""
    known = {group.id: group for group in _ec2(rds).describe_security_groups()}
    for name in wanted:
        if name not in known:
            raise value(f"Invalid security group , groupId= {name}, groupName=.")
        if known[name].vpc_id != vpc:
            raise combination(
                "The DB instance and EC2 security group are in different VPCs. The DB instance is in "
                f"{vpc} and the EC2 security group is in {known[name].vpc_id}"
            )


def default_security_group(rds: Any, vpc: str) -> str:
    """What a database gets that names none."""
    return str(_ec2(rds).get_default_security_group(vpc).id)


def _ec2(rds: Any) -> Any:
    return backends.backend("ec2", rds.region_name)
