"""What a group remembers beyond moto's own record of it; saved with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hivemind.emulator.groups.cooldown import Cooldown
from hivemind.emulator.groups.hooks import Hook
from hivemind.emulator.groups.policy import Policy
from hivemind.emulator.groups.refresh import Refresh
from hivemind.emulator.groups.schedule import ScheduledAction


@dataclass(eq=False)
class Record:
    """Hooks, policies and scheduled actions by name; refreshes newest first."""

    hooks: dict[str, Hook] = field(default_factory=dict)
    policies: dict[str, Policy] = field(default_factory=dict)
    scheduled: dict[str, ScheduledAction] = field(default_factory=dict)
    refreshes: list[Refresh] = field(default_factory=list)
    cooldown: Cooldown | None = None
    reason: str = ""
    """Why the desired capacity was last changed, in AWS's words; until the group has it."""
    failed_launches: int = 0
    """In a row."""
    launch_failed_at: datetime | None = None
    rebalancing: bool = False

    @property
    def refresh(self) -> Refresh | None:
        """The instance refresh that is under way."""
        return next((refresh for refresh in self.refreshes if refresh.is_active), None)


def of(group: Any) -> Record:
    """The record of a group."""
    record: Record = group.__dict__.setdefault("record", Record())
    return record


def is_deleting(group: Any) -> bool:
    """Whether the group was told to go."""
    return bool(group.__dict__.get("status") == "Delete in progress")


def is_suspended(group: Any, process: str) -> bool:
    """Whether one of the group's processes is suspended."""
    return process in group._suspended_processes
