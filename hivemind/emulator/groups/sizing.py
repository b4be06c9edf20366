"""Changing a group's sizes, whoever asks: a person, a policy, a schedule; its next activities say who it was."""

from __future__ import annotations

from typing import Any

from hivemind.emulator.groups import record
from hivemind.emulator.groups.errors import refuse


def require_sizes(least: int | None, most: int | None, desired: int | None) -> None:
    """Refuse sizes that do not fit together."""
    if least is None or most is None or least > most:
        raise refuse("ValidationError", f"Max bound, {most}, must be greater than or equal to min bound, {least}")
    if desired is not None and not least <= desired <= most:
        side = "above max value" if desired > most else "below min value"
        bound = most if desired > most else least
        raise refuse("ValidationError", f"Desired capacity:{desired} must be between: it is {side} {bound}")


def set_desired(group: Any, desired: int, who: str) -> bool:
    """Set the desired capacity within the group's bounds; returns whether that changed it."""
    before = group.desired_capacity
    group.desired_capacity = min(max(desired, group.min_size), group.max_size)
    if group.desired_capacity == before:
        return False
    told = f"{who} changing the desired capacity from {before} to {group.desired_capacity}."
    record.of(group).reason = told
    return True
