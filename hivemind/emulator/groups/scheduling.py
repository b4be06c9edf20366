"""Scheduled actions, acted out: what is due changes the group's sizes, and the next time is worked out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hivemind.emulator.groups import record
from hivemind.emulator.groups.record import is_deleting, is_suspended
from hivemind.emulator.groups.schedule import ScheduledAction
from hivemind.emulator.groups.sizing import set_desired


def run_due(group: Any, now: datetime) -> None:
    """Run what is due, unless ScheduledActions is suspended: then its time passes without it."""
    scheduled = record.of(group).scheduled
    for name, action in list(scheduled.items()):
        if action.start_time > now or is_deleting(group):
            continue
        if not is_suspended(group, "ScheduledActions"):
            _run(group, action)
        due = action.next(now)
        if due is None:
            del scheduled[name]
        else:
            action.start_time = due


def _run(group: Any, action: ScheduledAction) -> None:
    least = group.min_size if action.min_size is None else action.min_size
    most = group.max_size if action.max_size is None else action.max_size
    if least > most:
        return
    group.min_size, group.max_size = least, most
    desired = group.desired_capacity if action.desired_capacity is None else action.desired_capacity
    who = f"a scheduled action update of AutoScalingGroup constraints to min: {least}, max: {most}, desired: {desired}"
    set_desired(group, desired, who)
