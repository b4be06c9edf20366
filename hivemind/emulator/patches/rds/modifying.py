"""ModifyDBInstance: some of it takes effect with the call, the rest waits or is applied in the background.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.ApplyImmediately.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hivemind.emulator.databases import admission, record
from hivemind.emulator.databases.catalogue import newest
from hivemind.emulator.databases.changes import divide
from hivemind.emulator.databases.events import Event, tell
from hivemind.emulator.databases.refusal import combination, refuse
from hivemind.emulator.patches.rds import network
from hivemind.emulator.patches.rds.creating import check_parameter_group
from hivemind.emulator.patches.rds.hooks import Hooks
from hivemind.emulator.seam import Seam


def seams() -> tuple[Seam, ...]:
    """What this file replaces."""
    from moto.rds.models import RDSBackend

    return (Seam(RDSBackend, "modify_db_instance", "self db_instance_identifier db_kwargs"),)


def install(hooks: Hooks) -> None:
    """Patch modify."""

    def modify(original: Callable[..., Any], self: Any, db_instance_identifier: str, db_kwargs: dict[str, Any]) -> Any:
        database = self.describe_db_instances(db_instance_identifier)[0]
        asked = dict(db_kwargs)
        change = divide(asked, record.current(database))
        require_available(database)
        _check(self, database, asked, {**record.current(database), **change.waiting})
        before = database.__dict__.get("_master_user_password")
        if change.at_once:
            original(self, db_instance_identifier, dict(change.at_once))
            _tell(database, change.at_once)
        _take_password(hooks, database, before)
        record.wait(database, change.waiting)
        if asked.get("apply_immediately") and database.waiting:
            database.applying = dict(database.waiting)
            database.status = "modifying"
            hooks.settle(database)
        return database

    seams()[0].wrap(modify)


def require_available(database: Any) -> None:
    """Most calls want an instance that is at rest."""
    if database.status != "available":
        raise refuse(
            "InvalidDBInstanceState",
            f"Database instance is not in available state: {database.db_instance_identifier} is {database.status}.",
        )


def _check(rds: Any, database: Any, asked: Mapping[str, Any], future: Mapping[str, Any]) -> None:
    if asked.get("db_instance_class"):
        admission.check_class(str(asked["db_instance_class"]))
    if {"allocated_storage", "storage_type", "iops", "storage_throughput", "max_allocated_storage"} & asked.keys():
        admission.check_storage({**future, "max_allocated_storage": asked.get("max_allocated_storage")})
    others = (each.allocated_storage for each in rds.databases.values() if each is not database)
    admission.check_storage_quota([*others, int(future["allocated_storage"])])
    _check_version(database, asked.get("engine_version"))
    check_parameter_group(rds, asked.get("db_parameter_group_name"), str(database.engine_version))
    group = database.__dict__.get("db_subnet_group")
    network.check_security_groups(rds, asked.get("vpc_security_group_ids") or (), network.vpc_of(rds, group))
    _check_secret(database, asked)


def _check_version(database: Any, wanted: str | None) -> None:
    """One server stands for every version, so there is nothing to rehearse an upgrade with."""
    if wanted is None or newest(wanted) == database.engine_version:
        return
    if newest(wanted) is None:
        raise combination(f"Cannot find version {wanted} for postgres")
    raise combination(
        f"Cannot upgrade postgres from {database.engine_version} to {wanted}: the local cloud has one PostgreSQL "
        "server for all versions, so it does not rehearse upgrades."
    )


def _check_secret(database: Any, asked: Mapping[str, Any]) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html"""
    managed, password = asked.get("manage_master_user_password"), asked.get("master_user_password")
    if password is not None:
        admission.check_password_text(password)
    stays_managed = managed or (managed is None and database.manage_master_user_password)
    if password and stays_managed:
        raise combination("You can't specify MasterUserPassword for an instance with ManageMasterUserPassword enabled.")
    if managed is False and database.manage_master_user_password and not password:
        raise combination("You must specify MasterUserPassword when you turn off ManageMasterUserPassword.")


def _take_password(hooks: Hooks, database: Any, before: str | None) -> None:
    """The server gets the password that the call set, or that RDS made for a secret of its own."""
    new = database.__dict__.get("_master_user_password")
    if before and new and new != before:
        hooks.change_password(database, before, new)
        tell(database, Event.PASSWORD_RESET)


def _tell(database: Any, at_once: Mapping[str, Any]) -> None:
    if "db_parameter_group_name" in at_once:
        tell(database, Event.GROUP_UPDATED, at_once["db_parameter_group_name"])
