"""Auto Scaling: moto keeps the records and no longer launches, registers or ends anything; see `groups`.

moto launches all instances in one subnet from the template's default version, inside the API call, overwrites a group
of the same name, ignores ForceDelete and has no activities.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hivemind.emulator.groups.member import Member
from hivemind.emulator.groups.reconciler import retire
from hivemind.emulator.groups.targets import deregister
from hivemind.emulator.seam import Seam


def install(kick: Callable[[], None]) -> None:
    """Patch moto's Auto Scaling; `kick` wakes the reconciler."""
    from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup

    def only_record(self: Any, new_capacity: int | None) -> None:
        self.desired_capacity = self.min_size if new_capacity is None else new_capacity
        kick()

    Seam(FakeAutoScalingGroup, "set_desired_capacity").replace(only_record)
    Seam(AutoScalingBackend, "notify_terminate_instances").replace(lambda _self, _ids: kick())
    Seam(AutoScalingBackend, "update_attached_target_groups").replace(lambda _self, _name: kick())
    _creating()
    _deleting(kick)
    _capacity()
    _members(kick)
    _activities()


def seams() -> tuple[Seam, ...]:
    """Everything this file replaces."""
    from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup
    from moto.autoscaling.responses import AutoScalingResponse

    return (
        Seam(FakeAutoScalingGroup, "set_desired_capacity", "self new_capacity"),
        Seam(AutoScalingBackend, "notify_terminate_instances", "self instance_ids"),
        Seam(AutoScalingBackend, "update_attached_target_groups", "self group_name"),
        Seam(AutoScalingBackend, "create_auto_scaling_group"),
        Seam(AutoScalingBackend, "update_auto_scaling_group"),
        Seam(AutoScalingBackend, "set_desired_capacity", "self group_name desired_capacity"),
        Seam(AutoScalingBackend, "detach_instances", "self group_name instance_ids should_decrement"),
        Seam(AutoScalingBackend, "detach_load_balancer_target_groups", "self group_name target_group_arns"),
        Seam(AutoScalingBackend, "terminate_instance", "self instance_id should_decrement"),
        Seam(AutoScalingResponse, "delete_auto_scaling_group", "self"),
        Seam(AutoScalingResponse, "describe_scaling_activities", "self"),
        Seam(AutoScalingResponse, "terminate_instance_in_auto_scaling_group", "self"),
    )


def _refuse(code: str, message: str) -> Exception:
    from moto.autoscaling.exceptions import AutoscalingClientError

    return AutoscalingClientError(code, message)  # type: ignore[no-any-return]


def _group(backend: Any, name: str) -> Any:
    if name not in backend.autoscaling_groups:
        raise _refuse("ValidationError", f"AutoScalingGroup name not found - AutoScalingGroup {name} not found")
    return backend.autoscaling_groups[name]


def _creating() -> None:
    from moto.autoscaling.models import AutoScalingBackend

    def create(original: Callable[..., Any], self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        if name in self.autoscaling_groups:
            raise _refuse("AlreadyExists", f"AutoScalingGroup by this name already exists - A group named {name}")
        _require_sizes(kwargs.get("min_size"), kwargs.get("max_size"), kwargs.get("desired_capacity"))
        for arn in kwargs.get("target_group_arns") or ():
            if arn not in self.elbv2_backend.target_groups:
                raise _refuse("ValidationError", "Provided Target Groups may not be valid. Please ensure they exist.")
        return original(self, name=name, **kwargs)

    def update(original: Callable[..., Any], self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        group = _group(self, name)
        sizes = [
            kwargs.get(key) if kwargs.get(key) is not None else getattr(group, key) for key in ("min_size", "max_size")
        ]
        _require_sizes(sizes[0], sizes[1], kwargs.get("desired_capacity"))
        result = original(self, name, *args, **kwargs)
        group.set_desired_capacity(group.desired_capacity)
        return result

    Seam(AutoScalingBackend, "create_auto_scaling_group").wrap(create)
    Seam(AutoScalingBackend, "update_auto_scaling_group").wrap(update)


def _require_sizes(least: int | None, most: int | None, desired: int | None) -> None:
    if least is None or most is None or least > most:
        raise _refuse("ValidationError", f"Max bound, {most}, must be greater than or equal to min bound, {least}")
    if desired is not None and not least <= desired <= most:
        side = "above max value" if desired > most else "below min value"
        bound = most if desired > most else least
        raise _refuse("ValidationError", f"Desired capacity:{desired} must be between: it is {side} {bound}")


def _deleting(kick: Callable[[], None]) -> None:
    from moto.autoscaling.responses import AutoScalingResponse
    from moto.core.responses import EmptyResult

    def delete(self: Any) -> Any:
        group = _group(self.autoscaling_backend, self._get_param("AutoScalingGroupName"))
        if group.instance_states and not self._get_bool_param("ForceDelete", False):
            message = (
                "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) "
                "still in the group."
            )
            raise _refuse("ResourceInUse", message)
        group.status = "Delete in progress"
        group.desired_capacity = group.min_size = 0
        kick()
        return EmptyResult()

    Seam(AutoScalingResponse, "delete_auto_scaling_group", "self").replace(delete)


def _capacity() -> None:
    from moto.autoscaling.models import AutoScalingBackend

    def set_desired(_original: Callable[..., Any], self: Any, group_name: str, desired_capacity: int) -> None:
        group = _group(self, group_name)
        for bad, side, bound in (
            (desired_capacity > group.max_size, "above max", group.max_size),
            (desired_capacity < group.min_size, "below min", group.min_size),
        ):
            if bad:
                message = f"New SetDesiredCapacity value {desired_capacity} is {side} value {bound} for the group."
                raise _refuse("ValidationError", message)
        group.set_desired_capacity(desired_capacity)

    Seam(AutoScalingBackend, "set_desired_capacity").wrap(set_desired)


def _members(kick: Callable[[], None]) -> None:
    from moto.autoscaling.models import AutoScalingBackend

    def detach(original: Callable[..., Any], self: Any, name: str, ids: list[str], decrement: bool) -> Any:
        group = _group(self, name)
        for member in group.instance_states:
            if member.instance_id in ids:
                deregister(group, member)
                member.instance.autoscaling_group = group
        return original(self, name, ids, decrement)

    def detach_target_groups(_original: Callable[..., Any], self: Any, name: str, arns: list[str]) -> None:
        group = _group(self, name)
        group.target_group_arns = [arn for arn in group.target_group_arns if arn not in arns]
        kick()

    def terminate(_original: Callable[..., Any], self: Any, instance_id: str, decrement: bool) -> Any:
        group, member = _find(self, instance_id)
        if decrement:
            if group.desired_capacity <= group.min_size:
                raise _refuse("ValidationError", f"Currently, desiredSize equals minSize ({group.min_size}).")
            group.desired_capacity -= 1
        retire(group, member, f"instance {instance_id} was taken out of service in response to a user request.")
        kick()
        return member.activity

    Seam(AutoScalingBackend, "detach_instances").wrap(detach)
    Seam(AutoScalingBackend, "detach_load_balancer_target_groups").wrap(detach_target_groups)
    Seam(AutoScalingBackend, "terminate_instance").wrap(terminate)


def _find(backend: Any, instance_id: str) -> tuple[Any, Member]:
    for group in backend.autoscaling_groups.values():
        for member in group.instance_states:
            if member.instance_id == instance_id:
                return group, member
    raise _refuse("ValidationError", f"Instance Id not found - No managed instance found for instance ID {instance_id}")


def _activities() -> None:
    from moto.autoscaling.responses import AutoScalingResponse
    from moto.core.responses import ActionResult

    def describe(self: Any) -> Any:
        name, ids = self._get_param("AutoScalingGroupName"), self._get_param("ActivityIds", [])
        history = self.autoscaling_backend.__dict__.get("activities", [])
        found = [
            activity
            for activity in history
            if (not name or activity.auto_scaling_group_name == name) and (not ids or activity.activity_id in ids)
        ]
        return ActionResult({"Activities": found})

    Seam(AutoScalingResponse, "describe_scaling_activities", "self").replace(describe)
