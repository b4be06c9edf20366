"""CreateDBInstance and DeleteDBInstance; the rest of what makes an instance ends here too."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable
from typing import Any

from hivemind.emulator.databases import admission, record
from hivemind.emulator.databases.catalogue import DEFAULT_VERSION, family
from hivemind.emulator.databases.events import Event, tell
from hivemind.emulator.databases.refusal import combination, refuse
from hivemind.emulator.patches.rds import network
from hivemind.emulator.patches.rds.hooks import Hooks
from hivemind.emulator.seam import Seam

CLUSTERS = "The local cloud has DB instances only, no clusters."
NOT_HERE = {
    "create_db_instance_read_replica": "The local cloud has no read replicas.",
    "restore_db_instance_to_point_in_time": (
        "The local cloud keeps no automated backups, so there is no point in time to restore to: restore a snapshot."
    ),
    "create_blue_green_deployment": "The local cloud has no blue/green deployments of RDS.",
    "create_db_cluster": CLUSTERS,
    "restore_db_cluster_from_snapshot": CLUSTERS,
    "create_db_proxy": "The local cloud has no RDS proxies.",
}


def seams() -> tuple[Seam, ...]:
    """What this file replaces."""
    from moto.rds.models import RDSBackend

    delete = "self db_instance_identifier final_db_snapshot_identifier skip_final_snapshot delete_automated_backups"
    return (
        Seam(RDSBackend, "create_db_instance", "self db_kwargs"),
        Seam(RDSBackend, "delete_db_instance", delete),
        *(Seam(RDSBackend, name) for name in NOT_HERE),
    )


def install(hooks: Hooks) -> None:
    """Patch create and delete."""
    create, delete, *others = seams()
    create.wrap(_creating(hooks))
    delete.wrap(_deleting(hooks))
    for seam in others:
        seam.replace(_not_here(NOT_HERE[seam.name]))


def _not_here(why: str) -> Callable[..., None]:
    def refuse_it(*_args: Any, **_kwargs: Any) -> None:
        raise NotImplementedError(why)

    return refuse_it


def _creating(hooks: Hooks) -> Callable[..., Any]:
    def create(original: Callable[..., Any], self: Any, db_kwargs: dict[str, Any]) -> Any:
        restored_from = db_kwargs.pop("restored_from", None)
        group = _check(self, db_kwargs, hooks.why_not())
        chosen = db_kwargs.get("availability_zone")
        database = original(self, db_kwargs)
        alphabet = string.ascii_uppercase + string.digits
        database.dbi_resource_id = "db-" + "".join(secrets.choice(alphabet) for _ in range(26))
        if not db_kwargs.get("vpc_security_group_ids"):
            database.vpc_security_group_ids = [network.default_security_group(self, network.vpc_of(self, group))]
        database.port = hooks.claim_port()
        database.restored_from = restored_from
        record.place(database, [chosen, *record.zones(database)] if chosen else record.zones(database))
        record.wait(database, {})
        database.status = "creating"
        hooks.settle(database)
        return database

    return create


def _check(rds: Any, asked: dict[str, Any], why_not: str) -> Any:
    """Refuse what RDS would, fill in its defaults; returns the subnet group."""
    if asked.get("db_cluster_identifier"):
        raise NotImplementedError(CLUSTERS)
    admission.check_engine(asked)
    if why_not:
        raise refuse("InsufficientDBInstanceCapacity", why_not)
    asked["engine_version"] = admission.check_version({"engine_version": DEFAULT_VERSION, **asked})
    asked["license_model"] = "postgresql-license"
    admission.check_class(str(asked.get("db_instance_class")))
    admission.check_master(asked)
    admission.check_database_name(asked.get("db_name"))
    asked["storage_type"] = asked.get("storage_type") or ("io1" if asked.get("iops") else "gp2")
    admission.check_storage(asked)
    admission.check_quota((each.allocated_storage for each in rds.databases.values()), asked["allocated_storage"])
    check_parameter_group(rds, asked.get("db_parameter_group_name"), asked["engine_version"])
    group = network.group_of(rds, asked.get("db_subnet_group_name"))
    zones = (
        {each.availability_zone for each in group._subnets} if group else {f"{rds.region_name}{z}" for z in "abcdef"}
    )
    admission.check_zone(asked, zones)
    network.check_security_groups(rds, asked.get("vpc_security_group_ids") or (), network.vpc_of(rds, group))
    return group


def check_parameter_group(rds: Any, name: str | None, version: str) -> None:
    """A parameter group must be of the version's family; that it exists, moto sees to."""
    group = rds.db_parameter_groups.get(name) if name else None
    if group is not None and group.family != family(version):
        raise combination(
            f"The Parameter Group {name} with DBParameterGroupFamily {group.family} cannot be used for this instance. "
            f"Please use a Parameter Group with DBParameterGroupFamily {family(version)}"
        )


def _deleting(hooks: Hooks) -> Callable[..., Any]:
    from moto.rds.exceptions import DBSnapshotAlreadyExistsError
    from moto.rds.models import DBSnapshot

    def delete(_original: Callable[..., Any], self: Any, db_instance_identifier: str, **asked: Any) -> Any:
        final = asked.get("final_db_snapshot_identifier")
        database = self.describe_db_instances(db_instance_identifier)[0]
        _check_deletable(database, final, bool(asked.get("skip_final_snapshot")))
        if final:
            if final in self.database_snapshots:
                raise DBSnapshotAlreadyExistsError(final)
            snapshot = DBSnapshot(self, database, final, "manual")
            snapshot.status, snapshot.percent_progress = "creating", 0
            self.database_snapshots[final] = snapshot
            tell(snapshot, Event.SNAPSHOT_CREATING)
        database.final_snapshot = final
        database.status = "deleting"
        hooks.settle(database)
        return database

    return delete


def _check_deletable(database: Any, final: str | None, skip: bool) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html"""
    if database.status == "deleting":
        raise refuse("InvalidDBInstanceState", f"Instance {database.db_instance_identifier} is already being deleted.")
    if database.deletion_protection:
        raise combination("Cannot delete protected DB Instance, please disable deletion protection and try again.")
    if not final and not skip:
        raise combination("FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.")
    if final and skip:
        raise combination("FinalDBSnapshotIdentifier cannot be specified when deleting with SkipFinalSnapshot.")
    if final and database.status in ("creating", "failed"):
        raise refuse(
            "InvalidDBInstanceState",
            "Cannot create a snapshot because the database instance "
            f"{database.db_instance_identifier} is not currently in the available state.",
        )
