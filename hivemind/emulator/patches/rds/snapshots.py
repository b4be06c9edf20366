"""Snapshots: made, copied, deleted, restored, each with the data in it.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceFromDBSnapshot.html says what a restore
takes from the snapshot and what has its default again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from hivemind.emulator.databases.events import Event, tell
from hivemind.emulator.databases.refusal import refuse, value
from hivemind.emulator.patches.rds.hooks import Hooks
from hivemind.emulator.patches.rds.modifying import require_available
from hivemind.emulator.seam import Seam

_FROM_SNAPSHOT = (
    "engine engine_version db_name allocated_storage storage_type iops storage_throughput db_instance_class "
    "backup_retention_period preferred_backup_window preferred_maintenance_window auto_minor_version_upgrade "
    "copy_tags_to_snapshot master_username storage_encrypted kms_key_id"
)
FROM_SNAPSHOT = tuple(_FROM_SNAPSHOT.split())


def seams() -> tuple[Seam, ...]:
    """What this file replaces."""
    from moto.rds.models import RDSBackend

    snapshot = "self db_instance_identifier db_snapshot_identifier snapshot_type tags original_created_at kms_key_id"
    return (
        Seam(RDSBackend, "create_db_snapshot", snapshot),
        Seam(RDSBackend, "copy_db_snapshot"),
        Seam(RDSBackend, "delete_db_snapshot", "self db_snapshot_identifier"),
        Seam(RDSBackend, "restore_db_instance_from_db_snapshot", "self from_snapshot_id overrides"),
    )


def install(hooks: Hooks) -> None:
    """Patch everything about snapshots."""

    def create(original: Callable[..., Any], self: Any, db_instance_identifier: str, *args: Any, **kwargs: Any) -> Any:
        database = self.describe_db_instances(db_instance_identifier)[0]
        if database.status != "stopped":
            require_available(database)
        snapshot = original(self, db_instance_identifier, *args, **kwargs)
        _begin(snapshot)
        if database.status == "available":
            database.status = "backing-up"
        hooks.back_up(database, snapshot)
        return snapshot

    def copy(original: Callable[..., Any], self: Any, *args: Any, **kwargs: Any) -> Any:
        source = kwargs.get("source_db_snapshot_identifier") or args[0]
        with _at_rest(self, source) as name:
            snapshot = original(self, *args, **kwargs)
        _begin(snapshot)
        snapshot.copied_from = name
        hooks.copy_snapshot(snapshot)
        return snapshot

    def delete(original: Callable[..., Any], self: Any, db_snapshot_identifier: str) -> Any:
        with _at_rest(self, db_snapshot_identifier):
            snapshot = original(self, db_snapshot_identifier)
        hooks.discard_snapshot(db_snapshot_identifier)
        snapshot.status = "deleted"
        tell(snapshot, Event.SNAPSHOT_DELETED)
        return snapshot

    def restore(_original: Callable[..., Any], self: Any, from_snapshot_id: str, overrides: dict[str, Any]) -> Any:
        with _at_rest(self, from_snapshot_id) as name:
            return _restore(self, self.database_snapshots[name], dict(overrides))

    replacements: tuple[Callable[..., Any], ...] = (create, copy, delete, restore)
    for seam, replacement in zip(seams(), replacements, strict=True):
        seam.wrap(replacement)


def _begin(snapshot: Any) -> None:
    snapshot.status, snapshot.percent_progress = "creating", 0
    tell(snapshot, Event.SNAPSHOT_CREATING)


@contextmanager
def _at_rest(rds: Any, snapshot: str) -> Iterator[str]:
    """The name of a snapshot given by name or ARN, once it is known to be whole and not in use by another call."""
    name = snapshot.rpartition(":")[2]
    if name not in rds.database_snapshots:
        raise refuse("DBSnapshotNotFound", f"DBSnapshot {name} not found.")
    if rds.database_snapshots[name].status not in ("available", "failed"):
        raise refuse("InvalidDBSnapshotState", f"The snapshot {name} is not currently in the available state.")
    if any(each.status == "creating" and each.__dict__.get("restored_from") == name for each in rds.databases.values()):
        raise refuse("InvalidDBSnapshotState", f"The snapshot {name} is being restored.")
    yield name


def _restore(rds: Any, snapshot: Any, asked: dict[str, Any]) -> Any:
    if snapshot.status != "available":
        raise refuse("InvalidDBSnapshotState", f"The snapshot {snapshot.db_snapshot_identifier} has {snapshot.status}.")
    source = snapshot.database
    kept = {name: getattr(source, name) for name in FROM_SNAPSHOT}
    given = {name: each for name, each in asked.items() if each is not None and name != "db_snapshot_identifier"}
    if given.get("allocated_storage", snapshot.allocated_storage) < snapshot.allocated_storage:
        raise value("The allocated storage size can't be less than the source snapshot or backup size.")
    wanted = {**kept, **given, "master_username": source.master_username, "storage_encrypted": snapshot.encrypted}
    if not given.get("manage_master_user_password"):
        wanted["master_user_password"] = source._master_user_password
    database = rds.create_db_instance({**wanted, "restored_from": snapshot.db_snapshot_identifier})
    if given.get("manage_master_user_password"):
        database.password_to_set = database._master_user_password
        database.master_user_password = source._master_user_password
    return database
