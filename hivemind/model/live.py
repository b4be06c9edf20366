"""What is there: the cloud as observed, fit to plan against. Capacity and instance ids are left out of fingerprints."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from hivemind.model.record import Record

Colour = Literal["blue", "green"]
COLOURS: tuple[Colour, Colour] = ("blue", "green")


def other(colour: Colour) -> Colour:
    """Green for blue, blue for green."""
    return "green" if colour == "blue" else "blue"


class LiveResource(Record):
    """One resource of a stack."""

    logical_id: str
    type: str
    physical_id: str
    status: str


class LiveStack(Record):
    """One stack as CloudFormation describes it; NoEcho parameters are shown as `****`."""

    name: str
    stack_id: str
    status: str
    reason: str = ""
    body: str
    parameters: Mapping[str, str] = {}
    outputs: Mapping[str, str] = {}
    resources: tuple[LiveResource, ...] = ()
    protected: bool = False

    @property
    def busy(self) -> bool:
        """Whether CloudFormation is at work on it; REVIEW_IN_PROGRESS is not work, only an empty shell."""
        return self.status.endswith("_IN_PROGRESS") and self.status != "REVIEW_IN_PROGRESS"

    def resource(self, logical_id: str) -> LiveResource | None:
        """The resource of that logical id, if the stack has it."""
        return next((r for r in self.resources if r.logical_id == logical_id), None)


class LiveService(Record):
    """One service's colours: what each runs, and the weights the listener really has (observed, not the template's)."""

    releases: Mapping[Colour, str] = {}
    """Release digest per colour; an empty colour is absent."""
    weights: Mapping[Colour, int] = {}

    @property
    def serving(self) -> Colour | None:
        """The colour that takes the traffic: heaviest with a release; None when no release serves."""
        live = [c for c in COLOURS if self.releases.get(c) and self.weights.get(c, 0) > 0]
        return max(live, key=lambda colour: self.weights.get(colour, 0), default=None)


class Live(Record):
    """An environment as observed. `foundation` and the values of `stacks` are None where no stack stands."""

    account: str
    region: str
    image: str
    """The machine image (AMI id) that the next release would boot, resolved now."""
    bootstrap: LiveStack | None = None
    foundation: LiveStack | None = None
    stacks: Mapping[str, LiveStack] = {}
    """The service stacks that exist, by service."""
    services: Mapping[str, LiveService] = {}


class TargetHealth(Record):
    """One target of a target group as the balancer sees it."""

    target: str
    state: Literal["initial", "healthy", "unhealthy", "unused", "draining", "unavailable"]
    reason: str = ""


class Instance(Record):
    """One machine, with the image and type that it was started from, and when."""

    id: str
    state: Literal["pending", "running", "shutting-down", "terminated", "stopping", "stopped"]
    tags: Mapping[str, str] = {}
    image: str = ""
    type: str = ""
    launched: datetime | None = None


class Group(Record):
    """An Auto Scaling group: how many instances it is told to have, may have and has, save those on their way out."""

    desired: int
    most: int
    members: tuple[str, ...] = ()


class Caller(Record):
    """Who we are to the cloud."""

    account: str
    region: str
    arn: str


class Owned(Record):
    """Something that carries a deployment's tag or name."""

    kind: str
    id: str
