"""Lifecycle hooks: an instance waits, on its way in or out, until somebody says CONTINUE or ABANDON, or time is up.

An instance waits for all hooks of its transition at once. One ABANDON ends the waiting: on the way in the instance is
terminated, on the way out it goes on either way.
https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks-overview.html
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

Result = Literal["CONTINUE", "ABANDON"]
LAUNCHING, TERMINATING = "autoscaling:EC2_INSTANCE_LAUNCHING", "autoscaling:EC2_INSTANCE_TERMINATING"
MAX_WAIT = 172800


@dataclass(eq=False)
class Hook:
    """One hook of a group; attribute names are the API's, in snake case, times in seconds."""

    lifecycle_hook_name: str
    auto_scaling_group_name: str
    lifecycle_transition: str
    default_result: str = "ABANDON"
    heartbeat_timeout: int = 3600
    notification_target_arn: str | None = None
    notification_metadata: str | None = None
    role_arn: str | None = None

    @property
    def global_timeout(self) -> int:
        """How long an instance may wait in all, heartbeats or not."""
        return min(MAX_WAIT, 100 * self.heartbeat_timeout)


@dataclass(eq=False)
class Action:
    """One instance waiting for one hook."""

    hook: Hook
    began: datetime
    heartbeat: datetime
    """When it was last heard of."""
    token: str = field(default_factory=lambda: str(uuid.uuid4()))
    result: str | None = None

    def outcome(self, now: datetime) -> str | None:
        """The result told, or the hook's default one when time is up; None while it waits."""
        if self.result:
            return self.result
        silent = now >= self.heartbeat + timedelta(seconds=self.hook.heartbeat_timeout)
        too_long = now >= self.began + timedelta(seconds=self.hook.global_timeout)
        return self.hook.default_result if silent or too_long else None


def open_actions(hooks: Iterable[Hook], transition: str, now: datetime) -> tuple[Action, ...]:
    """An action for every hook of a transition."""
    return tuple(Action(hook, now, now) for hook in hooks if hook.lifecycle_transition == transition)


def verdict(actions: Sequence[Action], now: datetime) -> str | None:
    """ABANDON as soon as one is abandoned, CONTINUE once all go on, None while one is waited for."""
    outcomes = [action.outcome(now) for action in actions]
    if "ABANDON" in outcomes:
        return "ABANDON"
    return None if None in outcomes else "CONTINUE"
