"""RDS: statuses that take time, a real endpoint, snapshots with data in them, deletion as strict as AWS's.

moto's databases are `available` at once at a made-up address, are gone as soon as they are deleted, and all have the
same resource id.
"""

from __future__ import annotations

import contextvars
import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hivemind.emulator.seam import Seam

DEFAULT_VERSION = "18.1"
_restoring: contextvars.ContextVar[str] = contextvars.ContextVar("restoring", default="")


@dataclass(frozen=True)
class Hooks:
    """What RDS calls make happen. `why_not` is the reason why no server can run here, empty when one can."""

    why_not: Callable[[], str]
    claim_port: Callable[[], int]
    settle: Callable[[Any], None]
    back_up: Callable[[Any, Any], None]
    copy_snapshot: Callable[[str, str], None]
    discard_snapshot: Callable[[str], None]
    change_password: Callable[[Any, str, str], None]


def install(hooks: Hooks) -> None:
    """Patch moto's RDS."""
    _showing()
    _creating(hooks)
    _modifying(hooks)
    _power(hooks)
    _snapshots(hooks)
    _deleting(hooks)


def seams() -> tuple[Seam, ...]:
    """Everything this file replaces."""
    from moto.rds.models import DBInstance, RDSBackend

    snapshot = "self db_instance_identifier db_snapshot_identifier snapshot_type tags original_created_at kms_key_id"
    delete = "self db_instance_identifier final_db_snapshot_identifier skip_final_snapshot delete_automated_backups"
    return (
        Seam(DBInstance, "address", "self"),
        Seam(DBInstance, "endpoint", "self"),
        Seam(DBInstance, "default_db_parameter_group_details", "self"),
        Seam(DBInstance, "save_automated_backup", "self"),
        Seam(RDSBackend, "create_db_instance", "self db_kwargs"),
        Seam(RDSBackend, "modify_db_instance", "self db_instance_identifier db_kwargs"),
        Seam(RDSBackend, "reboot_db_instance", "self db_instance_identifier"),
        Seam(RDSBackend, "stop_db_instance", "self db_instance_identifier db_snapshot_identifier"),
        Seam(RDSBackend, "start_db_instance", "self db_instance_identifier"),
        Seam(RDSBackend, "create_db_snapshot", snapshot),
        Seam(RDSBackend, "copy_db_snapshot"),
        Seam(RDSBackend, "delete_db_snapshot", "self db_snapshot_identifier"),
        Seam(RDSBackend, "restore_db_instance_from_db_snapshot", "self from_snapshot_id overrides"),
        Seam(RDSBackend, "delete_db_instance", delete),
    )


def _seam(name: str) -> Seam:
    return next(seam for seam in seams() if seam.name == name)


def _refuse(code: str, message: str) -> Exception:
    from moto.rds.exceptions import RDSClientError

    return RDSClientError(code, message)  # type: ignore[no-any-return]


def _showing() -> None:
    from moto.rds.models import DBInstance

    def endpoint(self: Any) -> dict[str, Any] | None:
        return None if self.status == "creating" else {"Address": "127.0.0.1", "Port": self.port}

    def default_group(self: Any) -> tuple[str, str]:
        family = f"{self.engine.lower()}{str(self.engine_version).partition('.')[0]}"
        return family, f"default.{family}"

    _seam("address").replace(property(lambda _self: "127.0.0.1"))
    _seam("endpoint").replace(property(endpoint))
    _seam("default_db_parameter_group_details").replace(default_group)
    _seam("save_automated_backup").replace(lambda _self: None)
    DBInstance.default_engine_versions = {**DBInstance.default_engine_versions, "postgres": DEFAULT_VERSION}


def _creating(hooks: Hooks) -> None:
    def create(original: Callable[..., Any], self: Any, db_kwargs: dict[str, Any]) -> Any:
        _require_postgres(db_kwargs, hooks.why_not())
        database = original(self, db_kwargs)
        alphabet = string.ascii_uppercase + string.digits
        database.dbi_resource_id = "db-" + "".join(secrets.choice(alphabet) for _ in range(26))
        database.port = hooks.claim_port()
        database.restored_from = _restoring.get()
        database.status = "creating"
        hooks.settle(database)
        return database

    def restore(original: Callable[..., Any], self: Any, from_snapshot_id: str, overrides: dict[str, Any]) -> Any:
        name = from_snapshot_id.rpartition(":")[2]
        if name in self.database_snapshots and self.database_snapshots[name].status != "available":
            raise _refuse("InvalidDBSnapshotState", f"Snapshot {name} is not available.")
        token = _restoring.set(name)
        try:
            return original(self, from_snapshot_id, overrides)
        finally:
            _restoring.reset(token)

    _seam("create_db_instance").wrap(create)
    _seam("restore_db_instance_from_db_snapshot").wrap(restore)


def _require_postgres(asked: dict[str, Any], why_not: str) -> None:
    if asked.get("engine") != "postgres":
        raise _refuse("InvalidParameterValue", f"The local cloud runs engine postgres only, not {asked.get('engine')}.")
    if why_not:
        raise _refuse("InsufficientDBInstanceCapacity", why_not)
    if not asked.get("master_username"):
        raise _refuse("InvalidParameterValue", "The parameter MasterUsername must be provided and must not be blank.")
    if asked.get("manage_master_user_password"):
        return
    _require_password(asked.get("master_user_password") or "")


def _require_password(password: str) -> None:
    prefix = "The parameter MasterUserPassword is not a valid password"
    if len(password) < 8:
        raise _refuse("InvalidParameterValue", f"{prefix} because it is shorter than 8 characters.")
    if any(character in "/@\" '" for character in password):
        message = f"{prefix}. Only printable ASCII characters besides '/', '@', '\"', ' ' may be used."
        raise _refuse("InvalidParameterValue", message)


def _require_available(database: Any) -> None:
    if database.status != "available":
        message = (
            f"Database instance is not in available state: {database.db_instance_identifier} is {database.status}."
        )
        raise _refuse("InvalidDBInstanceState", message)


def _modifying(hooks: Hooks) -> None:
    def modify(original: Callable[..., Any], self: Any, db_instance_identifier: str, db_kwargs: dict[str, Any]) -> Any:
        database = self.describe_db_instances(db_instance_identifier)[0]
        new = db_kwargs.get("master_user_password")
        if new:
            _require_available(database)
            _require_password(new)
            if new != database._master_user_password:
                hooks.change_password(database, database._master_user_password, new)
        elif database.status in ("creating", "deleting"):
            _require_available(database)
        return original(self, db_instance_identifier, db_kwargs)

    _seam("modify_db_instance").wrap(modify)


def _power(hooks: Hooks) -> None:
    def reboot(original: Callable[..., Any], self: Any, db_instance_identifier: str) -> Any:
        _require_available(self.describe_db_instances(db_instance_identifier)[0])
        return to("rebooting", original, self, db_instance_identifier)

    def stop(original: Callable[..., Any], self: Any, *args: Any, **kwargs: Any) -> Any:
        return to("stopping", original, self, *args, **kwargs)

    def start(original: Callable[..., Any], self: Any, *args: Any, **kwargs: Any) -> Any:
        return to("starting", original, self, *args, **kwargs)

    def to(status: str, original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        database = original(*args, **kwargs)
        database.status = status
        hooks.settle(database)
        return database

    _seam("reboot_db_instance").wrap(reboot)
    _seam("stop_db_instance").wrap(stop)
    _seam("start_db_instance").wrap(start)


def _snapshots(hooks: Hooks) -> None:
    def create(original: Callable[..., Any], self: Any, db_instance_identifier: str, *args: Any, **kwargs: Any) -> Any:
        database = self.describe_db_instances(db_instance_identifier)[0]
        _require_available(database)
        snapshot = original(self, db_instance_identifier, *args, **kwargs)
        snapshot.status = "creating"
        database.status = "backing-up"
        hooks.back_up(database, snapshot)
        return snapshot

    def copy(original: Callable[..., Any], self: Any, *args: Any, **kwargs: Any) -> Any:
        snapshot = original(self, *args, **kwargs)
        source = kwargs.get("source_db_snapshot_identifier") or args[0]
        hooks.copy_snapshot(source.rpartition(":")[2], snapshot.db_snapshot_identifier)
        return snapshot

    def delete(original: Callable[..., Any], self: Any, db_snapshot_identifier: str) -> Any:
        snapshot = original(self, db_snapshot_identifier)
        hooks.discard_snapshot(db_snapshot_identifier)
        return snapshot

    _seam("create_db_snapshot").wrap(create)
    _seam("copy_db_snapshot").wrap(copy)
    _seam("delete_db_snapshot").wrap(delete)


def _deleting(hooks: Hooks) -> None:
    from moto.rds.exceptions import DBSnapshotAlreadyExistsError
    from moto.rds.models import DBSnapshot

    def delete(_original: Callable[..., Any], self: Any, db_instance_identifier: str, **asked: Any) -> Any:
        final = asked.get("final_db_snapshot_identifier")
        database = self.describe_db_instances(db_instance_identifier)[0]
        _require_deletable(database, final, bool(asked.get("skip_final_snapshot")))
        if final:
            if final in self.database_snapshots:
                raise DBSnapshotAlreadyExistsError(final)
            snapshot = DBSnapshot(self, database, final, "manual")
            snapshot.status = "creating"
            self.database_snapshots[final] = snapshot
        database.final_snapshot = final
        database.status = "deleting"
        hooks.settle(database)
        return database

    _seam("delete_db_instance").wrap(delete)


def _require_deletable(database: Any, final: str | None, skip: bool) -> None:
    if database.status == "deleting":
        message = f"Instance {database.db_instance_identifier} is already being deleted."
        raise _refuse("InvalidDBInstanceState", message)
    if database.deletion_protection:
        message = "Cannot delete protected DB Instance, please disable deletion protection and try again."
        raise _refuse("InvalidParameterCombination", message)
    if not final and not skip:
        message = "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified."
        raise _refuse("InvalidParameterCombination", message)
    if final and skip:
        message = "FinalDBSnapshotIdentifier cannot be specified when deleting with SkipFinalSnapshot."
        raise _refuse("InvalidParameterCombination", message)
