"""How an environment stands: what each service runs and how well, and the releases it has seen."""

from __future__ import annotations

from typing import Literal

from hivemind.model.live import Colour
from hivemind.model.record import Record
from hivemind.model.spec import Stage


class ColourStatus(Record):
    """One colour of a service: its release, its share of the traffic in per cent, its targets at the balancer.

    Share and targets are None for a service that no balancer stands before.
    """

    colour: Colour
    release: str | None
    share: int | None
    healthy: int | None
    targets: int | None


class ServiceStatus(Record):
    """One service; `serving` is the release that does the work, None while there is none."""

    name: str
    stack: str
    stack_status: str
    serving: str | None
    colours: tuple[ColourStatus, ...]


class ReleaseStatus(Record):
    """One release record. `number` is what `hivemind rollback --to` takes; 1 is the newest."""

    number: int
    digest: str
    commit: str | None
    when: str
    who: str
    verdict: Literal["live", "failed"]
    migrated: bool
    one_way: bool
    serves: bool
    """Whether this is what serves now: the newest record of the release that a service runs."""
    kept: bool
    """Whether it went live and is recent enough to be gone back to."""


class RunStatus(Record):
    """The last run: `open` while it runs, or when it was killed."""

    transition: str
    who: str
    since: str
    ending: Literal["open", "applied", "failed", "interrupted"]


class Status(Record):
    """An environment as it stands now."""

    version: Literal[1] = 1
    deployment: str
    stage: Stage
    url: str | None
    """Where users reach it; None before the first create, and without a web service."""
    services: tuple[ServiceStatus, ...]
    releases: tuple[ReleaseStatus, ...]
    """Newest first."""
    last_run: RunStatus | None
