"""Auto Scaling's calls about scheduled actions; moto stores them, one per name over all groups, and runs none.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutScheduledUpdateGroupAction.html
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hivemind.emulator.groups import record
from hivemind.emulator.groups.errors import find_group, refuse
from hivemind.emulator.groups.schedule import ScheduledAction, following, parse


def _group(call: Any) -> Any:
    return find_group(call.autoscaling_backend, call._get_param("AutoScalingGroupName"))


def _put(call: Any) -> Any:
    from moto.core.responses import EmptyResult

    group = _group(call)
    action = _action(group, call._get_params(), datetime.now(UTC))
    record.of(group).scheduled[action.scheduled_action_name] = action
    return EmptyResult()


def _batch_put(call: Any) -> Any:
    from moto.autoscaling.exceptions import AutoscalingClientError
    from moto.core.responses import ActionResult

    group, failed = _group(call), []
    for row in call._get_param("ScheduledUpdateGroupActions", []):
        try:
            action = _action(group, row, datetime.now(UTC))
            record.of(group).scheduled[action.scheduled_action_name] = action
        except AutoscalingClientError as problem:
            failed.append(_failure(row["ScheduledActionName"], problem))
    return ActionResult({"FailedScheduledUpdateGroupActions": failed})


def _action(group: Any, asked: Mapping[str, Any], now: datetime) -> ScheduledAction:
    """An action as asked; raises ValidationError for times that will not come and sizes that are none."""
    name, sizes = asked["ScheduledActionName"], ("MinSize", "MaxSize", "DesiredCapacity")
    if all(asked.get(size) is None for size in sizes):
        raise refuse("ValidationError", "At least one of MinSize, MaxSize and DesiredCapacity must be given")
    start, end = _moment(asked.get("StartTime") or asked.get("Time")), _moment(asked.get("EndTime"))
    if start and start < now:
        raise refuse("ValidationError", "Given start time is in the past")
    due = _first(asked, start, now)
    if end and due >= end:
        raise refuse("ValidationError", "Given end time is before the first time that the action is due")
    arn = (
        f"arn:aws:autoscaling:{group.region}:{group.account_id}:scheduledUpdateGroupAction:{uuid.uuid4()}:"
        f"autoScalingGroupName/{group.name}:scheduledActionName/{name}"
    )
    return ScheduledAction(
        auto_scaling_group_name=group.name,
        scheduled_action_name=name,
        scheduled_action_arn=arn,
        start_time=due,
        end_time=end,
        recurrence=asked.get("Recurrence"),
        time_zone=asked.get("TimeZone"),
        min_size=asked.get("MinSize"),
        max_size=asked.get("MaxSize"),
        desired_capacity=asked.get("DesiredCapacity"),
    )


def _first(asked: Mapping[str, Any], start: datetime | None, now: datetime) -> datetime:
    zone, recurrence = asked.get("TimeZone") or "UTC", asked.get("Recurrence")
    try:
        ZoneInfo(zone)
        due = start or (following(parse(recurrence), now, zone) if recurrence else None)
        if recurrence:
            parse(recurrence)
    except (ValueError, KeyError, OSError) as problem:
        raise refuse("ValidationError", f"Given recurrence string:{recurrence} or zone {zone} is invalid: {problem}") \
            from problem  # fmt: skip
    if due is None:
        raise refuse("ValidationError", "Either StartTime or a Recurrence that will come must be given")
    return due


def _moment(value: Any) -> datetime | None:
    if value is None or isinstance(value, datetime):
        moment = value
    else:
        moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def _describe(call: Any) -> Any:
    from moto.core.responses import ActionResult

    wanted, names = call._get_param("AutoScalingGroupName"), call._get_param("ScheduledActionNames", [])
    found = [
        action
        for group in list(call.autoscaling_backend.autoscaling_groups.values())
        for action in record.of(group).scheduled.values()
        if (not wanted or group.name == wanted) and (not names or action.scheduled_action_name in names)
    ]
    return ActionResult({"ScheduledUpdateGroupActions": found})


def _delete(call: Any) -> Any:
    from moto.core.responses import EmptyResult

    _drop(_group(call), call._get_param("ScheduledActionName"))
    return EmptyResult()


def _batch_delete(call: Any) -> Any:
    from moto.autoscaling.exceptions import AutoscalingClientError
    from moto.core.responses import ActionResult

    group, failed = _group(call), []
    for name in call._get_param("ScheduledActionNames", []):
        try:
            _drop(group, name)
        except AutoscalingClientError as problem:
            failed.append(_failure(name, problem))
    return ActionResult({"FailedScheduledActions": failed})


def _drop(group: Any, name: str) -> None:
    if record.of(group).scheduled.pop(name, None) is None:
        raise refuse("ValidationError", "Scheduled action name not found")


def _failure(name: str, problem: Any) -> dict[str, str]:
    return {"ScheduledActionName": name, "ErrorCode": problem.code, "ErrorMessage": problem.message}


CALLS: Mapping[str, Callable[[Any], Any]] = {
    "put_scheduled_update_group_action": _put,
    "batch_put_scheduled_update_group_action": _batch_put,
    "describe_scheduled_actions": _describe,
    "delete_scheduled_action": _delete,
    "batch_delete_scheduled_action": _batch_delete,
}
ADDED: Mapping[str, Callable[[Any], Any]] = {}
