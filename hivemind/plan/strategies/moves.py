"""A service on its way to another release, and the steps that every way there shares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hivemind.model.findings import ServiceFindings
from hivemind.model.live import COLOURS, Colour, Live, other
from hivemind.model.release import KEPT
from hivemind.model.step import (
    AwaitHealthy,
    BuildRelease,
    CollectReleases,
    EmptyColour,
    RunMigration,
    SaveEvidence,
    Step,
    UploadBundle,
    VerifyRelease,
)
from hivemind.plan.desired import Desired
from hivemind.plan.standing import is_shell, serving
from hivemind.plan.strategies.filling import fill
from hivemind.plan.switching import why_switch

ALL = 100


@dataclass(frozen=True)
class Move:
    """A service on its way to another colour; `old` is None where nothing of it serves yet."""

    service: ServiceFindings
    stack: str
    old: Colour | None
    new: Colour

    def weights(self, share: int) -> Mapping[Colour, int]:
        """The listener's weights when the new colour has `share` per cent of the traffic."""
        return {self.new: share, other(self.new): ALL - share}


def moves_of(desired: Desired, live: Live) -> tuple[Move, ...]:
    """The services that must run on their other colour, in the order they are released."""
    found = []
    for service in desired.services:
        template, stack = desired.template(service.name), live.stacks.get(service.name)
        if template is None or (stack and not is_shell(stack) and not why_switch(template, stack, desired, live)):
            continue
        known = live.services.get(service.name) if stack and not is_shell(stack) else None
        old = serving(known) if known else None
        found.append(Move(service, template.stack, old, other(old) if old else "blue"))
    return tuple(found)


def built(desired: Desired) -> Iterator[Step]:
    """The release made and the database brought to it, once; what is gone back to was, long since."""
    if desired.back:
        return
    yield UploadBundle(digest=desired.digest)
    yield BuildRelease(digest=desired.digest, image=desired.image)
    if desired.release and desired.release.migrates:
        yield RunMigration(digest=desired.digest, image=desired.image)


def added(move: Move, desired: Desired) -> Iterator[Step]:
    """The release in the other colour, proved."""
    name, stack = move.service.name, move.stack
    yield fill(move.service, stack, move.new, desired)
    yield AwaitHealthy(service=name, stack=stack, colour=move.new)
    if move.service.kind == "web":
        yield VerifyRelease(service=name, stack=stack, colour=move.new, path=move.service.health_path)


def emptied(move: Move) -> Step:
    """The colour that the service left, gone."""
    return EmptyColour(service=move.service.name, stack=move.stack, colour=other(move.new), weights=move.weights(ALL))


def taken_back(move: Move) -> Iterator[Step]:
    """The colour that did not do, gone once its evidence is kept."""
    name, stack = move.service.name, move.stack
    weights = move.weights(0) if move.old else {move.new: ALL, other(move.new): 0}
    yield SaveEvidence(service=name, stack=stack, colour=move.new)
    yield EmptyColour(service=name, stack=stack, colour=move.new, weights=weights)


def collected(desired: Desired) -> Iterator[Step]:
    """Only where there are more releases than are kept, this one included."""
    if desired.recorded and len(desired.recorded) >= KEPT:
        yield CollectReleases()


def colours(desired: Desired, live: Live, moves: tuple[Move, ...]) -> Mapping[str, Colour]:
    """The colour that each service ends on."""
    kept = {name: colour for name, service in live.services.items() if (colour := serving(service))}
    moved = {move.service.name: move.new for move in moves}
    return {service.name: {**kept, **moved}.get(service.name, COLOURS[0]) for service in desired.services}
