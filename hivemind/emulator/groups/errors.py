"""Errors of the Auto Scaling API."""

from __future__ import annotations

from typing import Any


def refuse(code: str, message: str) -> Exception:
    """An error as Auto Scaling answers it."""
    from moto.autoscaling.exceptions import AutoscalingClientError

    return AutoscalingClientError(code, message)  # type: ignore[no-any-return]


def find_group(backend: Any, name: str) -> Any:
    """A group by its name; raises ValidationError when there is none."""
    if name not in backend.autoscaling_groups:
        raise refuse("ValidationError", f"AutoScalingGroup name not found - AutoScalingGroup {name} not found")
    return backend.autoscaling_groups[name]


def find_member(backend: Any, instance_id: str) -> tuple[Any, Any]:
    """A group and its member, by the instance; raises ValidationError when it is in no group."""
    for group in backend.autoscaling_groups.values():
        for member in group.instance_states:
            if member.instance_id == instance_id:
                return group, member
    message = f"Instance Id not found - No managed instance found for instance ID {instance_id}"
    raise refuse("ValidationError", message)
