"""Reboot, with failover or without, stop and start.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RebootDBInstance.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hivemind.emulator.databases.refusal import combination
from hivemind.emulator.patches.rds.hooks import Hooks
from hivemind.emulator.patches.rds.modifying import require_available
from hivemind.emulator.seam import Seam


def seams() -> tuple[Seam, ...]:
    """What this file replaces."""
    from moto.rds.models import RDSBackend
    from moto.rds.responses import RDSResponse

    return (
        Seam(RDSResponse, "reboot_db_instance", "self"),
        Seam(RDSBackend, "stop_db_instance", "self db_instance_identifier db_snapshot_identifier"),
        Seam(RDSBackend, "start_db_instance", "self db_instance_identifier"),
    )


def install(hooks: Hooks) -> None:
    """Patch the calls that take a server away and bring it back."""

    def reboot(original: Callable[..., Any], self: Any) -> Any:
        database = self.backend.describe_db_instances(self.params.get("DBInstanceIdentifier"))[0]
        require_available(database)
        failover = bool(self.params.get("ForceFailover"))
        if failover and not database.multi_az:
            raise combination("ForceFailover cannot be specified since the instance is not configured for MultiAZ.")
        database.failing_over = failover
        to("rebooting", database)
        return original(self)

    def stop(original: Callable[..., Any], self: Any, *args: Any, **kwargs: Any) -> Any:
        return to("stopping", original(self, *args, **kwargs))

    def start(original: Callable[..., Any], self: Any, *args: Any, **kwargs: Any) -> Any:
        return to("starting", original(self, *args, **kwargs))

    def to(status: str, database: Any) -> Any:
        database.status = status
        hooks.settle(database)
        return database

    for seam, replacement in zip(seams(), (reboot, stop, start), strict=True):
        seam.wrap(replacement)
