"""What a plan comes to, small enough that a thousand of them are a list."""

from __future__ import annotations

from decimal import Decimal

from hivemind.model.plan import Downtime, Transition
from hivemind.model.record import Record


class Outlook(Record):
    """One deployment's plan in short; where there is none, `problem` says why and `transition` is absent."""

    file: str
    """The spec, relative to the folder that was asked about."""
    deployment: str = ""
    transition: Transition | None = None
    headline: str = ""
    before: Decimal = Decimal(0)
    after: Decimal = Decimal(0)
    """Monthly cost in USD of what has a known price."""
    unpriced: bool = False
    seconds: int = 0
    downtime: Downtime = "none"
    blocks: tuple[str, ...] = ()
    """What Sheriff forbids it for."""
    warns: int = 0
    problem: str = ""
    hint: str = ""

    @property
    def changes(self) -> bool:
        """Whether there is something to do."""
        return self.transition not in (None, "none")


class Fleet(Record):
    """Every deployment of one environment below a folder; `absent` are the specs that have no such environment."""

    environment: str
    deployments: tuple[Outlook, ...]
    absent: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether there is something to do for any of them."""
        return any(each.changes for each in self.deployments)

    @property
    def problems(self) -> tuple[Outlook, ...]:
        """Those without a plan."""
        return tuple(each for each in self.deployments if each.problem)
