"""Makes groups true: launches what is missing, replaces what died, drains and ends what is too many.

Every pass looks at a group as it is and does what can be done without waiting, so a pass is short and may be repeated
at any time: members first (`transitions`), then what people scheduled and a refresh under way, then the capacity.
"""

from __future__ import annotations

import traceback
from datetime import UTC, datetime, timedelta
from typing import Any

from hivemind.emulator import backends
from hivemind.emulator.groups import record, refreshing, scheduling, turns
from hivemind.emulator.groups.launching import launch, own_template, shown_template, subnets_of
from hivemind.emulator.groups.member import SETTLED, WAITING, Member
from hivemind.emulator.groups.placement import Candidate, is_unbalanced, victims
from hivemind.emulator.groups.record import is_deleting, is_suspended
from hivemind.emulator.groups.transitions import advance, retire

RETRY_AFTER = timedelta(seconds=5)


def reconcile_all() -> bool:
    """One pass over every group of every region; returns whether anything is still on its way."""
    busy = False
    for _, backend in backends.backends("autoscaling"):
        for group in list(backend.autoscaling_groups.values()):
            try:
                with turns.lock:
                    busy = reconcile(group, datetime.now(UTC)) or busy
            except Exception:
                traceback.print_exc()
    return busy


def reconcile(group: Any, now: datetime) -> bool:
    """One pass over a group; returns whether anything of it is still on its way."""
    scheduling.run_due(group, now)
    _clamp(group)
    for member in list(group.instance_states):
        advance(group, member, now)
    surplus = refreshing.advance(group, now) + _rebalance(group)
    _fill(group, surplus, now)
    if is_deleting(group) and not group.instance_states:
        group.autoscaling_backend.autoscaling_groups.pop(group.name, None)
    return _is_busy(group, now)


def _is_busy(group: Any, now: datetime) -> bool:
    """Whether the next pass is due soon; what waits for people or for time alone is looked at now and then."""
    mine = record.of(group)
    moving = any(member.lifecycle_state not in SETTLED for member in group.instance_states)
    if not moving and len(_active(group)) == group.desired_capacity:
        mine.reason = ""
        mine.cooldown = mine.cooldown and mine.cooldown.settled(now)
    return any(member.lifecycle_state not in (*SETTLED, *WAITING) for member in group.instance_states)


def _active(group: Any) -> list[Member]:
    return [member for member in group.instance_states if member.is_active]


def _clamp(group: Any) -> None:
    """A desired capacity outside of the group's sizes moves to the nearest of them."""
    if not is_deleting(group):
        wanted = group.desired_capacity if group.desired_capacity is not None else group.min_size
        group.desired_capacity = min(max(wanted, group.min_size), group.max_size)


def _rebalance(group: Any) -> int:
    """How many more than wanted may run while an instance moves to an emptier zone: launched first, then one ended.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html#AutoScalingBehavior.InstanceUsage
    """
    mine, active = record.of(group), _active(group)
    settled = len(active) >= group.desired_capacity and all(one.lifecycle_state in SETTLED for one in active)
    if mine.rebalancing:
        mine.rebalancing = not settled or len(active) == group.desired_capacity
        return int(mine.rebalancing)
    zones = [subnet.zone for subnet in subnets_of(group)]
    may = not is_suspended(group, "AZRebalance") and not is_deleting(group) and not mine.refresh
    if may and settled and len(active) == group.desired_capacity and not mine.launch_failed_at:
        mine.rebalancing = is_unbalanced(zones, [member.availability_zone for member in active])
    return int(mine.rebalancing)


def _fill(group: Any, surplus: int, now: datetime) -> None:
    active = _active(group)
    missing = (group.desired_capacity or 0) - len(active)
    if missing + surplus > 0 and not is_suspended(group, "Launch"):
        _grow(group, len(active), missing + surplus, now)
    elif missing + surplus < 0 and not is_suspended(group, "Terminate"):
        _shrink(group, active, -missing - surplus)


def _grow(group: Any, have: int, missing: int, now: datetime) -> None:
    mine = record.of(group)
    if mine.launch_failed_at and now - mine.launch_failed_at < RETRY_AFTER:
        return
    cause = (
        "an instance was started in response to a difference between desired and actual capacity, "
        f"increasing the capacity from {have} to {have + missing}."
    )
    for _ in range(missing):
        if not launch(group, mine.reason, cause):
            return


def _shrink(group: Any, active: list[Member], surplus: int) -> None:
    current = shown_template(group.ec2_backend, own_template(group))["Version"]
    candidates = [
        _candidate(member, current)
        for member in active
        if not member.protected_from_scale_in or is_deleting(group)
    ]  # fmt: skip
    chosen = victims(candidates, surplus, group.termination_policies)
    cause = (
        "an instance was taken out of service in response to a difference between desired and actual capacity, "
        f"shrinking the capacity from {len(active)} to {len(active) - len(chosen)}."
    )
    for member in active:
        if member.instance_id in chosen:
            retire(group, member, record.of(group).reason, cause)


def _candidate(member: Member, current: str) -> Candidate:
    version = member.template["Version"] if member.template else "0"
    launched = member.instance.launch_time
    return Candidate(member.instance_id, member.availability_zone, version != current, launched, int(version))
