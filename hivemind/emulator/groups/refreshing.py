"""Instance refreshes, acted out: one pass of the refresh that a group has, by the decisions of `refresh`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, assert_never

from hivemind.emulator.groups import record
from hivemind.emulator.groups.launching import own_template, shown_template
from hivemind.emulator.groups.member import SETTLED, Member
from hivemind.emulator.groups.record import is_deleting, is_suspended
from hivemind.emulator.groups.refresh import (
    FAILED_LAUNCHES,
    PATIENCE,
    Preferences,
    Refresh,
    Seen,
    allowed_at,
    move,
    percent,
    updated,
)
from hivemind.emulator.groups.targets import is_healthy
from hivemind.emulator.groups.transitions import retire

CAUSE = "an instance was taken out of service in response to an instance refresh."


def start(group: Any, preferences: Preferences, template: Mapping[str, str] | None, now: datetime) -> Refresh:
    """Begin a refresh of a group that has none; `template` is the desired configuration's, with its version."""
    target = shown_template(group.ec2_backend, template or own_template(group))
    members = [member for member in group.instance_states if _is_refreshed(member, preferences)]
    if preferences.skip_matching:
        members = [member for member in members if member.template != target]
    todo = {member.instance_id for member in members}
    chosen = {"LaunchTemplateId": target["LaunchTemplateId"], "Version": target["Version"]} if template else None
    refresh = Refresh(group.name, preferences, todo, len(todo), now, chosen, left=len(todo), moved=now)
    record.of(group).refreshes.insert(0, refresh)
    return refresh


def roll_back(group: Any, refresh: Refresh, why: str, now: datetime) -> None:
    """Turn round: what the refresh launched is replaced by the group's own configuration, which it still has."""
    refresh.rollback = {
        "RollbackReason": why,
        "RollbackStartTime": now,
        "PercentageCompleteOnRollback": refresh.percentage,
        "InstancesToUpdateOnRollback": refresh.left,
    }
    launched = {member.instance_id for member in group.instance_states if member.is_active} - refresh.todo
    refresh.status, refresh.todo, refresh.total, refresh.template = "RollbackInProgress", launched, len(launched), None
    refresh.preferences = replace(refresh.preferences, checkpoints=())
    refresh.checkpoint, refresh.resumes, refresh.moved, refresh.reason = 0, None, now, ""


def advance(group: Any, now: datetime) -> int:
    """One pass; returns how many instances beyond the desired capacity may run now."""
    refresh = record.of(group).refresh
    if refresh is None:
        return 0
    if is_deleting(group):
        refresh.end("Cancelled", now, "The Auto Scaling group was deleted.")
        return 0
    return _step(group, refresh, now)


def _step(group: Any, refresh: Refresh, now: datetime) -> int:
    match refresh.status:
        case "Pending":
            refresh.status = "InProgress"
        case "Cancelling":
            _cancel_when_settled(group, refresh, now)
        case "Baking":
            _succeed_when_baked(group, refresh, now)
        case "InProgress" | "RollbackInProgress":
            return _replace(group, refresh, now)
        case "Successful" | "Failed" | "Cancelled" | "RollbackFailed" | "RollbackSuccessful":
            pass
        case status:
            assert_never(status)
    return 0


def _cancel_when_settled(group: Any, refresh: Refresh, now: datetime) -> None:
    if all(member.lifecycle_state in SETTLED for member in group.instance_states):
        refresh.end("Cancelled", now)


def _succeed_when_baked(group: Any, refresh: Refresh, now: datetime) -> None:
    if refresh.resumes and now >= refresh.resumes:
        _succeed(group, refresh, now)


def _replace(group: Any, refresh: Refresh, now: datetime) -> int:
    if is_suspended(group, "InstanceRefresh"):
        return 0
    members = [member for member in group.instance_states if member.is_active]
    seen = [Seen(member.instance_id, _is_ready(group, member, now)) for member in members]
    remaining = _remaining(group, refresh)
    _count(group, refresh, seen, len(remaining), now)
    why = _why_failed(group, refresh, now)
    if why:
        _fail(group, refresh, why, now)
        return 0
    ceiling = allowed_at(refresh.total, refresh.preferences.checkpoints, refresh.checkpoint)
    if refresh.total - refresh.left >= ceiling and _is_held(refresh, now):
        return 0
    if refresh.left == 0 or _is_enough(refresh):
        _bake(group, refresh, now)
        return 0
    todo = refresh.todo - _held_back(group, refresh, remaining)
    allowed = ceiling - (refresh.total - len(remaining))
    step = move(seen, todo, group.desired_capacity, refresh.preferences, allowed)
    for member in members:
        if member.instance_id in step.retire and not is_suspended(group, "Terminate"):
            retire(group, member, CAUSE)
    return step.surplus


def _remaining(group: Any, refresh: Refresh) -> list[Member]:
    members: list[Member] = group.instance_states
    return [member for member in members if member.instance_id in refresh.todo and not member.is_leaving]


def _count(group: Any, refresh: Refresh, seen: list[Seen], remaining: int, now: datetime) -> None:
    unready = sum(member.id not in refresh.todo and not member.ready for member in seen)
    missing = unready + max(group.desired_capacity - len(seen), 0)
    done = updated(refresh.total, remaining, missing)
    if refresh.total - done != refresh.left:
        refresh.left, refresh.moved = refresh.total - done, now
    refresh.percentage = percent(done, refresh.total)
    if refresh.rollback:
        before = int(refresh.rollback["PercentageCompleteOnRollback"])
        refresh.percentage = before - before * refresh.percentage // 100


def _is_enough(refresh: Refresh) -> bool:
    """Whether the last checkpoint is passed and lies below 100: the rest is left as it is."""
    checkpoints = refresh.preferences.checkpoints
    return bool(checkpoints) and refresh.checkpoint == len(checkpoints) and checkpoints[-1] < 100


def _is_held(refresh: Refresh, now: datetime) -> bool:
    """Whether it pauses at a checkpoint; a checkpoint is passed when its delay is over."""
    if refresh.checkpoint >= len(refresh.preferences.checkpoints):
        return False
    if refresh.left == 0:
        refresh.checkpoint = len(refresh.preferences.checkpoints)
        return False
    refresh.resumes = refresh.resumes or now + timedelta(seconds=refresh.preferences.checkpoint_delay)
    if now < refresh.resumes:
        return True
    refresh.checkpoint, refresh.resumes, refresh.moved = refresh.checkpoint + 1, None, now
    return False


def _bake(group: Any, refresh: Refresh, now: datetime) -> None:
    if refresh.preferences.bake and not refresh.rollback:
        refresh.status, refresh.resumes = "Baking", now + timedelta(seconds=refresh.preferences.bake)
    else:
        _succeed(group, refresh, now)


def _succeed(group: Any, refresh: Refresh, now: datetime) -> None:
    """The group takes over the desired configuration, and only now.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_StartInstanceRefresh.html
    """
    if refresh.template:
        group._set_launch_configuration(None, dict(refresh.template), None)
    refresh.end("RollbackSuccessful" if refresh.rollback else "Successful", now)


def _fail(group: Any, refresh: Refresh, why: str, now: datetime) -> None:
    if refresh.rollback:
        refresh.end("RollbackFailed", now, why)
    elif refresh.preferences.auto_rollback:
        record.of(group).failed_launches = 0
        roll_back(group, refresh, f"An automatic rollback was initiated: {why}", now)
    else:
        refresh.end("Failed", now, why)


def _why_failed(group: Any, refresh: Refresh, now: datetime) -> str:
    mine = record.of(group)
    if mine.failed_launches >= FAILED_LAUNCHES:
        last = group.autoscaling_backend.__dict__.get("activities", [])
        told = [one.status_message for one in last if one.auto_scaling_group_name == group.name and one.status_message]
        return f"There was a problem launching instances: {told[0] if told else ''}"
    for name in refresh.preferences.alarms:
        if _in_alarm(group, name):
            return f"The CloudWatch alarm {name} went into the ALARM state."
    if refresh.resumes is None and refresh.moved and now - refresh.moved > PATIENCE:
        return refresh.reason or "The instances did not become healthy within an hour."
    return ""


def _in_alarm(group: Any, name: str) -> bool:
    from moto.cloudwatch.models import cloudwatch_backends

    alarm = cloudwatch_backends[group.account_id][group.region].alarms.get(name)
    return alarm is not None and alarm.state_value == "ALARM"


def _held_back(group: Any, refresh: Refresh, remaining: list[Member]) -> set[str]:
    """Who is not taken now: in standby, or protected from scale in; the refresh waits an hour for them."""
    wanted = refresh.preferences
    standby = [member for member in remaining if member.lifecycle_state in ("EnteringStandby", "Standby")]
    protected = [member for member in remaining if member.is_active and member.protected_from_scale_in]
    if wanted.standby == "Terminate":
        for member in standby:
            retire(group, member, CAUSE)
    held = (standby if wanted.standby == "Wait" else []) + (protected if wanted.protected == "Wait" else [])
    refresh.reason = f"Waiting for instances in standby or protected from scale in: {_ids(held)}" if held else ""
    return {member.instance_id for member in held}


def _ids(members: list[Member]) -> str:
    return ", ".join(member.instance_id for member in members)


def _is_refreshed(member: Member, wanted: Preferences) -> bool:
    """Whether a member is one of those to replace, or to wait for."""
    if member.lifecycle_state == "Standby":
        return wanted.standby != "Ignore"
    return member.is_active and not (member.protected_from_scale_in and wanted.protected == "Ignore")


def _is_ready(group: Any, member: Member, now: datetime) -> bool:
    """In service, healthy (for the balancer too where the group asks it) and, when it came with the refresh, warm."""
    refresh = record.of(group).refresh
    if member.lifecycle_state != "InService" or member.health_status != "Healthy" or refresh is None:
        return False
    if group.health_check_type == "ELB" and not is_healthy(group, member):
        return False
    if member.instance_id in refresh.todo and not refresh.rollback:
        return True
    warmup = timedelta(seconds=refresh.preferences.warmup)
    return member.in_service_since is not None and now >= member.in_service_since + warmup
