"""The instances of a group that is rolled, and the next move: one more first, then one old one out, and again.

The number at rest is the stack's, the number now the group's own: the one that is more is the surplus. So each look
tells what is to be done, and a run that was killed in the middle is gone on with by looking.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Crew:
    """Members by what they run; `told` is their number at rest, `desired` and `most` are the group's."""

    told: int
    desired: int
    most: int
    old: tuple[str, ...]
    new: tuple[str, ...]
    healthy: frozenset[str]

    @property
    def starting(self) -> tuple[str, ...]:
        """Those of the new that do not serve yet."""
        return tuple(member for member in self.new if member not in self.healthy)


@dataclass(frozen=True)
class Grow:
    """Have one more."""


@dataclass(frozen=True)
class Retire:
    """Take one out."""

    member: str


@dataclass(frozen=True)
class Rest:
    """Nothing but time is needed."""


@dataclass(frozen=True)
class Complete:
    """All is new, and serves."""


@dataclass(frozen=True)
class NoRoom:
    """The group has the most that it may have."""


Move = Grow | Retire | Rest | Complete | NoRoom


def move(crew: Crew) -> Move:
    """The next move.

    One that serves is taken out only while as many others serve as are to be there at rest; one that does not serve is
    no loss, but waits for the new ones all the same: an instance that all of them are waiting for comes to none alone.
    """
    if crew.starting or len(crew.old) + len(crew.new) < crew.desired:
        return Rest()
    if not crew.old:
        return Complete()
    if crew.desired <= crew.told:
        return Grow() if crew.desired < crew.most else NoRoom()
    idle = [member for member in crew.old if member not in crew.healthy]
    if idle:
        return Retire(idle[0])
    others = len(crew.healthy & {*crew.old, *crew.new}) - 1
    return Retire(crew.old[0]) if others >= crew.told else Rest()
