"""What RDS shows: endpoints, parameter groups with their state, events, and what can be ordered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hivemind.emulator.databases import record
from hivemind.emulator.databases.catalogue import CLASSES, DEFAULT_VERSION, STORAGE, VERSIONS, family, newest
from hivemind.emulator.databases.events import DEFAULT_WINDOW
from hivemind.emulator.patches.rds.hooks import Hooks
from hivemind.emulator.seam import Gap, Seam


def seams() -> tuple[Seam | Gap, ...]:
    """What this file replaces and adds."""
    return (*_replaced(), _added())


def _added() -> Gap:
    from moto.rds.responses import RDSResponse

    return Gap(RDSResponse, "describe_db_engine_versions")


def _replaced() -> tuple[Seam, ...]:
    from moto.rds.models import DBInstance, RDSBackend

    return (
        Seam(DBInstance, "address", "self"),
        Seam(DBInstance, "endpoint", "self"),
        Seam(DBInstance, "default_db_parameter_group_details", "self"),
        Seam(DBInstance, "db_parameter_group_status_list", "self"),
        Seam(DBInstance, "save_automated_backup", "self"),
        Seam(DBInstance, "add_event", "self event_type"),
        Seam(RDSBackend, "describe_events", "self source_identifier source_type _"),
        Seam(RDSBackend, "describe_orderable_db_instance_options", "self engine engine_version"),
    )


def install(_hooks: Hooks) -> None:
    """Patch what is only read."""
    from moto.rds.models import DBInstance

    address, endpoint, default_group, groups, backup, event, events, orderable = _replaced()
    versions = _added()
    address.replace(property(lambda _self: "127.0.0.1"))
    endpoint.replace(property(_endpoint))
    default_group.replace(_default_group)
    groups.replace(property(_groups))
    backup.replace(lambda _self: None)
    event.replace(lambda _self, _event_type: None)  # the fleet tells when things have really happened
    events.wrap(_events)
    orderable.wrap(_orderable)
    versions.fill(_describe_engine_versions)
    DBInstance.default_engine_versions = {**DBInstance.default_engine_versions, "postgres": DEFAULT_VERSION}


def _endpoint(database: Any) -> dict[str, Any] | None:
    return None if database.status == "creating" else {"Address": "127.0.0.1", "Port": database.port}


def _default_group(database: Any) -> tuple[str, str]:
    name = family(str(database.engine_version))
    return name, f"default.{name}"


def _groups(database: Any) -> list[dict[str, str]]:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBParameterGroupStatus.html"""
    name = database.db_parameter_groups()[0].name
    return [{"DBParameterGroupName": name, "ParameterApplyStatus": record.apply_status(database)}]


def _events(original: Callable[..., Any], self: Any, **asked: Any) -> list[Any]:
    """The last hour unless asked otherwise.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeEvents.html
    """
    rows = original(self, asked.get("source_identifier"), asked.get("source_type"))
    end = _naive(asked.get("end_time")) or datetime.now(UTC).replace(tzinfo=None)
    window = timedelta(minutes=int(asked["duration"])) if asked.get("duration") else DEFAULT_WINDOW
    begin = _naive(asked.get("start_time")) or end - window
    wanted = set(asked.get("event_categories") or ())
    return [row for row in rows if begin <= row.date <= end and (not wanted or wanted & set(row.event_categories))]


def _naive(moment: Any) -> datetime | None:
    if moment is None:
        return None
    found = moment if isinstance(moment, datetime) else datetime.fromisoformat(str(moment).replace("Z", "+00:00"))
    return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found


def _describe_engine_versions(self: Any) -> Any:
    """DescribeDBEngineVersions, of PostgreSQL; nothing can be upgraded, so nothing is a target.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBEngineVersions.html
    """
    from moto.core.responses import PaginatedResult

    asked = self.params
    versions = list(VERSIONS) if asked.get("Engine", "postgres") == "postgres" else []
    if asked.get("EngineVersion"):
        wanted = str(asked["EngineVersion"])
        versions = [each for each in versions if each == wanted or each.partition(".")[0] == wanted]
    if asked.get("DBParameterGroupFamily"):
        versions = [each for each in versions if family(each) == asked["DBParameterGroupFamily"]]
    if asked.get("DefaultOnly"):
        versions = [DEFAULT_VERSION] if DEFAULT_VERSION in versions else versions[-1:]
    return PaginatedResult({"DBEngineVersions": [_engine_version(each) for each in versions]})


def _engine_version(version: str) -> dict[str, Any]:
    return {
        "Engine": "postgres",
        "EngineVersion": version,
        "MajorEngineVersion": version.partition(".")[0],
        "DBParameterGroupFamily": family(version),
        "DBEngineDescription": "PostgreSQL",
        "DBEngineVersionDescription": f"PostgreSQL {version}",
        "ValidUpgradeTarget": [],
        "ExportableLogTypes": ["postgresql", "upgrade"],
        "SupportsLogExportsToCloudwatchLogs": True,
        "SupportsReadReplica": False,
        "Status": "available",
    }


def _orderable(_original: Callable[..., Any], self: Any, engine: str, engine_version: str | None) -> list[Any]:
    """DescribeOrderableDBInstanceOptions: every class with every storage type, of the version asked for or the default.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeOrderableDBInstanceOptions.html
    """
    version = newest(engine_version or DEFAULT_VERSION)
    if engine != "postgres" or version is None:
        return []
    zones = [{"Name": f"{self.region_name}{letter}"} for letter in "abc"]
    return [
        {
            "Engine": "postgres",
            "EngineVersion": version,
            "DBInstanceClass": name,
            "LicenseModel": "postgresql-license",
            "AvailabilityZones": zones,
            "MultiAZCapable": True,
            "StorageType": kind,
            "MinStorageSize": storage.smallest,
            "MaxStorageSize": storage.largest,
            "SupportsIops": kind != "standard" and storage.iops != (0, 0),
            "SupportsStorageEncryption": True,
            "SupportsStorageAutoscaling": kind != "standard",
            "Vpc": True,
        }
        for name in CLASSES
        for kind, storage in STORAGE.items()
    ]
