"""ModifyDBInstance, decided: what takes effect with the call, what waits, and what interrupts the server.

Follows https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html. What waits does so
until a call with ApplyImmediately, since the local cloud has no maintenance windows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hivemind.emulator.databases.refusal import combination

WAITING = {
    "db_instance_class": "DBInstanceClass",
    "allocated_storage": "AllocatedStorage",
    "storage_type": "StorageType",
    "iops": "Iops",
    "storage_throughput": "StorageThroughput",
    "multi_az": "MultiAZ",
    "backup_retention_period": "BackupRetentionPeriod",
    "enable_iam_database_authentication": "IAMDatabaseAuthenticationEnabled",
}
"""What waits for a maintenance window unless ApplyImmediately, with its name in PendingModifiedValues."""
NO_CHANGE = ("db_instance_identifier", "apply_immediately", "allow_major_version_upgrade")
UNSUPPORTED = {
    "db_port_number": "the local cloud gives every database a port of its own",
    "new_db_instance_identifier": "the local cloud cannot rename a database",
    "db_subnet_group_name": "the local cloud cannot move a database to other subnets",
    "option_group_name": "the local cloud has no option groups for PostgreSQL",
    "rotate_master_user_password": "the local cloud does not rotate secrets: set MasterUserPassword instead",
}


@dataclass(frozen=True)
class Modification:
    """The parts of one ModifyDBInstance, by moto's names."""

    at_once: Mapping[str, Any]
    waiting: Mapping[str, Any]
    """What changes only when it is applied, values that are there already left out."""


def divide(asked: Mapping[str, Any], current: Mapping[str, Any]) -> Modification:
    """Divide what was asked; raises NotImplementedError and RDS's refusals. `current` has the values of WAITING."""
    changes = {name: each for name, each in asked.items() if name not in NO_CHANGE and each is not None}
    if not changes:
        raise combination("No modifications were requested")
    for name, why in UNSUPPORTED.items():
        if changes.get(name):
            raise NotImplementedError(f"ModifyDBInstance: {why}.")
    if "allocated_storage" in changes:
        changes["allocated_storage"] = _grown(current["allocated_storage"], changes["allocated_storage"])
    at_once = {name: each for name, each in changes.items() if name not in WAITING and name != "engine_version"}
    if current["backup_retention_period"] and changes.get("backup_retention_period"):
        at_once["backup_retention_period"] = changes["backup_retention_period"]
    waiting = {name: each for name, each in changes.items() if name in WAITING and name not in at_once}
    return Modification(at_once, {name: each for name, each in waiting.items() if each != current[name]})


def interrupts(changes: Mapping[str, Any], current: Mapping[str, Any]) -> bool:
    """Whether applying these changes takes the server away: another class, backups on or off, magnetic storage."""
    retention = changes.get("backup_retention_period", current["backup_retention_period"])
    kinds = {changes.get("storage_type", current["storage_type"]), current["storage_type"]}
    return (
        "db_instance_class" in changes
        or bool(retention) != bool(current["backup_retention_period"])
        or (len(kinds) > 1 and "standard" in kinds)
    )


def _grown(now: int, wanted: int) -> int:
    """Storage never shrinks, and grows by a tenth at least: a smaller step is rounded up.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html
    """
    if wanted < now:
        raise combination(f"Requested storage ({wanted} GiB) cannot be smaller than the current storage ({now} GiB).")
    return now if wanted == now else max(wanted, now + -(-now // 10))
