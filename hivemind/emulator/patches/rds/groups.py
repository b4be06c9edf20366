"""Subnet groups and parameter groups: what they must be, and what keeps them from being deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from hivemind.emulator.databases import parameters, record
from hivemind.emulator.databases.refusal import refuse, value
from hivemind.emulator.patches.rds.hooks import Hooks
from hivemind.emulator.seam import Seam


def seams() -> tuple[Seam, ...]:
    """What this file replaces."""
    from moto.rds.models import RDSBackend

    return (
        Seam(RDSBackend, "create_subnet_group", "self subnet_name description subnets tags"),
        Seam(RDSBackend, "modify_db_subnet_group", "self subnet_name description subnets"),
        Seam(RDSBackend, "delete_subnet_group", "self subnet_name"),
        Seam(RDSBackend, "modify_db_parameter_group", "self db_parameter_group_name db_parameter_group_parameters"),
        Seam(RDSBackend, "delete_db_parameter_group", "self db_parameter_group_name"),
    )


def install(hooks: Hooks) -> None:
    """Patch the groups."""
    create, modify, delete, set_parameters, delete_parameters = seams()
    create.wrap(_create_subnets)
    modify.wrap(_modify_subnets)
    delete.wrap(_delete_subnets)
    set_parameters.wrap(_setting_parameters(hooks))
    delete_parameters.wrap(_delete_parameters)


def _create_subnets(original: Callable[..., Any], self: Any, subnet_name: str, *args: Any) -> Any:
    if subnet_name in self.subnet_groups:
        raise refuse("DBSubnetGroupAlreadyExists", f"The DB subnet group '{subnet_name}' already exists.")
    _check_subnets(args[1])
    return original(self, subnet_name, *args)


def _modify_subnets(original: Callable[..., Any], self: Any, subnet_name: str, *args: Any) -> Any:
    if subnet_name not in self.subnet_groups:
        raise refuse("DBSubnetGroupNotFoundFault", f"DB subnet group '{subnet_name}' does not exist.")
    _check_subnets(args[1])
    group = original(self, subnet_name, *args)
    self.subnet_groups[subnet_name] = group  # moto forgets a group that it modifies
    return group


def _check_subnets(subnets: Iterable[Any]) -> None:
    """One VPC, two zones.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
    """
    listed = list(subnets)
    if len({subnet.vpc_id for subnet in listed}) > 1:
        raise refuse("InvalidSubnet", "The subnets of a DB subnet group must be in the same VPC.")
    zones = sorted({subnet.availability_zone for subnet in listed})
    if len(zones) < 2:
        raise refuse(
            "DBSubnetGroupDoesNotCoverEnoughAZs",
            "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: "
            f"{', '.join(zones)}. Add subnets to cover at least 2 AZs.",
        )


def _delete_subnets(original: Callable[..., Any], self: Any, subnet_name: str) -> Any:
    users = [each for each in self.databases.values() if each.__dict__.get("_db_subnet_group_name") == subnet_name]
    if users:
        raise refuse(
            "InvalidDBSubnetGroupStateFault",
            f"Cannot delete the subnet group '{subnet_name}' because at least one database instance: "
            f"{users[0].db_instance_identifier} is still using it.",
        )
    return original(self, subnet_name)


def _setting_parameters(hooks: Hooks) -> Callable[..., Any]:
    def change(original: Callable[..., Any], self: Any, db_parameter_group_name: str, rows: Any) -> Any:
        if db_parameter_group_name.startswith("default."):
            raise value("Cannot modify a default parameter group.")
        wanted = list(rows)
        for row in wanted:
            parameters.check(row["ParameterName"], str(row["ParameterValue"]), row.get("ApplyMethod", "immediate"))
        group = original(self, db_parameter_group_name, wanted)
        now = [row["ParameterName"] for row in wanted if row.get("ApplyMethod") == "immediate"]
        for database in _users(self, db_parameter_group_name) if now else ():
            record.take_dynamic(database, now)
            hooks.obey(database)
        return group

    return change


def _delete_parameters(original: Callable[..., Any], self: Any, db_parameter_group_name: str) -> Any:
    if _users(self, db_parameter_group_name):
        raise refuse(
            "InvalidDBParameterGroupState",
            "One or more database instances are still members of this parameter group "
            f"{db_parameter_group_name}, so the group cannot be deleted",
        )
    return original(self, db_parameter_group_name)


def _users(rds: Any, group: str) -> list[Any]:
    return [each for each in rds.databases.values() if (each.db_parameter_group_name or "") == group]
