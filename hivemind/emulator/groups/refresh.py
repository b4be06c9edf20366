"""Instance refresh: which instances go and how many may be launched beside, as pure decisions over the group as it is.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

Status = Literal[
    "Pending", "InProgress", "Successful", "Failed", "Cancelling", "Cancelled", "RollbackInProgress",
    "RollbackFailed", "RollbackSuccessful", "Baking",
]  # fmt: skip
ACTIVE = ("Pending", "InProgress", "Cancelling", "RollbackInProgress", "Baking")
Found = Literal["Refresh", "Terminate", "Ignore", "Wait"]
DEFAULT_LEAST = 90
PATIENCE = timedelta(hours=1)
"""How long a refresh waits for standby or protected instances, and for any progress at all."""
FAILED_LAUNCHES = 3
"""In a row, after which a refresh is given up."""


@dataclass(frozen=True)
class Preferences:
    """What StartInstanceRefresh was asked, with AWS's defaults; `most` None: MaxHealthyPercentage was not given."""

    least: int = DEFAULT_LEAST
    most: int | None = None
    warmup: int = 0
    skip_matching: bool = False
    auto_rollback: bool = False
    checkpoints: tuple[int, ...] = ()
    checkpoint_delay: int = 3600
    bake: int = 0
    protected: Found = "Wait"
    standby: Found = "Wait"
    alarms: tuple[str, ...] = ()
    asked: dict[str, Any] = field(default_factory=dict)
    """As it is shown again."""


@dataclass(eq=False)
class Refresh:
    """One refresh; `todo` are the instances to replace, `template` what new ones are launched from (None: group's)."""

    group: str
    preferences: Preferences
    todo: set[str]
    total: int
    started: datetime
    template: dict[str, str] | None = None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: Status = "Pending"
    reason: str = ""
    ended: datetime | None = None
    percentage: int = 0
    left: int = 0
    """How many instances are still to update."""
    moved: datetime | None = None
    """When it last got on."""
    checkpoint: int = 0
    resumes: datetime | None = None
    """The end of the pause at a checkpoint, or of baking."""
    rollback: dict[str, Any] | None = None

    @property
    def is_active(self) -> bool:
        """Whether it is under way; a group has only one that is."""
        return self.status in ACTIVE

    @property
    def replaces(self) -> bool:
        """Whether it takes instances out."""
        return self.status in ("InProgress", "RollbackInProgress")

    def end(self, status: Status, now: datetime, reason: str = "") -> None:
        """It is over."""
        self.status, self.ended, self.reason = status, now, reason or self.reason


@dataclass(frozen=True)
class Seen:
    """A member that counts, as a refresh sees it; `ready`: healthy, in service and warm."""

    id: str
    ready: bool


@dataclass(frozen=True)
class Move:
    """What to do now: how many instances may run beyond the desired capacity, and who is taken out."""

    surplus: int = 0
    retire: tuple[str, ...] = ()


def move(members: Sequence[Seen], todo: set[str], desired: int, wanted: Preferences, allowed: int) -> Move:
    """The next move towards a group without any of `todo`, of whom `allowed` may go now.

    Never fewer ready ones than MinHealthyPercentage of the desired capacity, rounded up, and never more than
    MaxHealthyPercentage. Where the two leave no room one is launched first if the upper one was given (or the lower
    one is 100), else one is terminated first.
    """
    old = [member for member in members if member.id in todo]
    if not old or allowed <= 0:
        return Move()
    unready = tuple(member.id for member in old if not member.ready)[:allowed]
    ready = sum(member.ready for member in members)
    surplus = min(_room(desired, wanted), len(old), allowed)
    spare = ready - math.ceil(desired * wanted.least / 100)
    if not surplus and spare <= 0 and ready >= desired:
        spare = 1
    going = [member.id for member in old if member.ready][: max(min(spare, allowed - len(unready)), 0)]
    return Move(surplus, (*unready, *going))


def _room(desired: int, wanted: Preferences) -> int:
    """How many instances beyond the desired capacity may run."""
    above = math.floor(desired * (wanted.most or 100) / 100) - desired
    stuck = desired - math.ceil(desired * wanted.least / 100) <= 0
    first = stuck and (wanted.most is not None or wanted.least == 100)
    return max(above, 1 if first else 0)


def updated(total: int, remaining: int, missing: int) -> int:
    """How many instances are replaced by ready ones: neither still there, nor their successors missing or unready."""
    return max(total - remaining - missing, 0)


def percent(done: int, total: int) -> int:
    """The percentage that is complete; a refresh with nothing to do is complete."""
    return 100 * done // total if total else 100


def allowed_at(total: int, checkpoints: Sequence[int], index: int) -> int:
    """How many instances may be replaced before the checkpoint of this index; all, when there is none left."""
    return math.ceil(total * checkpoints[index] / 100) if index < len(checkpoints) else total
