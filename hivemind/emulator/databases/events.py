"""What DescribeEvents tells of a database: AWS's categories and messages, see
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

KEPT = timedelta(days=14)
DEFAULT_WINDOW = timedelta(minutes=60)


class Event(Enum):
    """Category and message of each event that the local cloud tells; `{}` takes what it is about."""

    SHUTDOWN = ("availability", "DB instance shutdown")
    RESTARTED = ("availability", "DB instance restarted")
    CREATED = ("creation", "DB instance created")
    DELETED = ("deletion", "DB instance deleted")
    RESTORED = ("restoration", "Restored from snapshot {}")
    STARTED = ("notification", "DB instance started")
    STOPPED = ("notification", "DB instance stopped")
    FAILOVER_STARTED = ("failover", "Multi-AZ instance failover started.")
    FAILOVER_COMPLETED = ("failover", "Multi-AZ instance failover completed")
    RECOVERY_STARTED = (
        "recovery",
        "Recovery of the DB instance has started. Recovery time will vary with the amount of data to be recovered.",
    )
    RECOVERY_COMPLETED = ("recovery", "Recovery of the DB instance is complete.")
    PASSWORD_RESET = ("configuration change", "Reset master credentials")
    CLASS_APPLYING = ("configuration change", "Applying modification to database instance class")
    CLASS_APPLIED = ("configuration change", "Finished applying modification to DB instance class")
    STORAGE_APPLYING = ("configuration change", "Applying modification to allocated storage")
    STORAGE_APPLIED = ("configuration change", "Finished applying modification to allocated storage")
    MULTI_AZ_APPLYING = ("configuration change", "Applying modification to convert to a Multi-AZ DB instance")
    MULTI_AZ_APPLIED = ("configuration change", "Finished applying modification to convert to a Multi-AZ DB instance")
    SINGLE_AZ_APPLYING = (
        "configuration change",
        "Applying modification to convert to a standard (Single-AZ) DB instance",
    )
    SINGLE_AZ_APPLIED = (
        "configuration change",
        "Finished applying modification to convert to a standard (Single-AZ) DB instance",
    )
    GROUP_UPDATED = ("configuration change", "Updated to use DBParameterGroup {}")
    SNAPSHOT_CREATING = ("creation", "Creating manual snapshot")
    SNAPSHOT_CREATED = ("creation", "Manual snapshot created")
    SNAPSHOT_DELETED = ("deletion", "Deleted user snapshot")


@dataclass(frozen=True)
class Told:
    """One row of DescribeEvents, under the names by which moto answers it."""

    source_identifier: str
    source_type: str
    message: str
    event_categories: tuple[str, ...]
    source_arn: str
    date: datetime


def tell(source: Any, event: Event, about: str = "") -> None:
    """Add an event of a database or snapshot; what is older than two weeks is forgotten, as on AWS."""
    category, message = event.value
    now = datetime.now(UTC).replace(tzinfo=None)
    row = Told(source.resource_id, source.event_source_type, message.format(about), (category,), source.arn, now)
    known = source.backend.events
    known[:] = [each for each in known if each.date > now - KEPT]
    known.append(row)
