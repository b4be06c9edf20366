"""blue_green: the new release beside the old one, proved before any user sees it, then the traffic, then the old one.

    foundation first, widened where it lets go of something → build once → migrate once → other colours at weight 0
    → healthy → probed → tried → traffic step by step, each watched → workers → old colours emptied, weights settled
    → foundation narrowed → the rest → record

Every service that switches takes its traffic only when all of them are proved, and keeps its old colour until the last
of them has been watched: until then the way back is one shift. A service that an earlier run left with two colours is
settled on the one that serves. The list is the same for a run that goes on from a half-finished one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hivemind.model.findings import ServiceFindings
from hivemind.model.live import COLOURS, Colour, Live, LiveService, LiveStack, other
from hivemind.model.names import BOOTSTRAP, for_colour
from hivemind.model.release import KEPT
from hivemind.model.step import (
    AwaitHealthy,
    BuildRelease,
    CollectReleases,
    EmptyColour,
    RecordRelease,
    RunMigration,
    SaveEvidence,
    ShiftTraffic,
    Step,
    TryRelease,
    UpdateStack,
    UploadBundle,
    VerifyRelease,
    WatchRelease,
)
from hivemind.model.template import FOUNDATION
from hivemind.plan.desired import Desired
from hivemind.plan.pairs import Pairs
from hivemind.plan.parameters import base
from hivemind.plan.standing import is_shell, serving
from hivemind.plan.strategies.filling import fill
from hivemind.plan.strategies.in_place import gone_services, grown, narrowed, updated, widened
from hivemind.plan.switching import why_switch

Steps = tuple[Step, ...]
ALL = 100
TRIAL = 5
"""Seconds of requests of ours at most, before users come; who would not watch so long does not try so long."""


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


def blue_green(desired: Desired, live: Live, pairs: Pairs) -> Steps:
    """The steps from a release that serves to the one that is wanted."""
    moves = moves_of(desired, live)
    moved = {move.service.name for move in moves}
    below = [pair for pair in pairs if pair.part in (BOOTSTRAP, FOUNDATION)]
    beside = [pair for pair in pairs if pair.part not in (BOOTSTRAP, FOUNDATION, *moved)]
    webs = [move for move in moves if move.service.kind == "web"]
    workers = [move for move in moves if move.service.kind == "worker"]
    return (
        *gone_services(pairs),
        *widened(below),
        *_new_stacks(desired, live, moves),
        *_cleared(live, moves),
        *_built(desired),
        *(step for move in webs for step in _added(move, desired)),
        *(_tried(move, desired) for move in webs if move.old),
        *_shifted(webs, desired),
        *(step for move in workers for step in _added(move, desired)),
        *(_emptied(move) for move in moves if move.old),
        *narrowed(below),
        *updated(beside),
        *grown(beside),
        *settled(desired, live, moved),
        RecordRelease(digest=desired.digest, colours=_colours(desired, live, moves)),
        *_collected(desired),
    )


def way_back(desired: Desired, live: Live) -> Steps:
    """When a step fails before an old colour is emptied: all traffic back first, then evidence, then the new go."""
    moves = moves_of(desired, live)
    back = (move for move in moves if move.old and move.service.kind == "web")
    return (
        *(ShiftTraffic(service=m.service.name, stack=m.stack, weights=m.weights(0)) for m in back),
        *(step for move in moves for step in _taken_back(move)),
    )


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


def settled(desired: Desired, live: Live, moved: frozenset[str] | set[str]) -> Iterator[Step]:
    """The services that an earlier run left half-way, each brought to rest on the colour that serves."""
    for service in desired.services:
        known, stack = live.services.get(service.name), live.stacks.get(service.name)
        if service.name in moved or known is None or stack is None:
            continue
        colour = serving(known)
        if colour and (is_half_way(known, colour) or is_drifted(known, stack)):
            weights = {colour: ALL, other(colour): 0}
            if known.weights:
                yield ShiftTraffic(service=service.name, stack=stack.name, weights=weights)
            yield EmptyColour(service=service.name, stack=stack.name, colour=other(colour), weights=weights)


def half_way(desired: Desired, live: Live) -> Iterator[str]:
    """Why a service that needs no other release is not at rest, in words."""
    for service in desired.services:
        known, stack = live.services.get(service.name), live.stacks.get(service.name)
        colour = serving(known) if known else None
        if known and colour and is_half_way(known, colour):
            yield f"{service.name} was left with two colours; it comes to rest on {colour}"
        elif known and colour and stack and is_drifted(known, stack):
            yield f"the listener of {service.name} has other weights than its stack; it comes to rest on {colour}"
        serves = known.releases.get(colour) if known and colour else None
        if desired.recorded is not None and serves == desired.digest and serves not in desired.recorded:
            yield f"{service.name} serves release {serves[:12]}, which was not recorded"


def is_half_way(service: LiveService, colour: Colour) -> bool:
    """Whether the other colour holds a release, or some of the traffic."""
    return bool(service.releases.get(other(colour)) or service.weights.get(other(colour), 0))


def is_drifted(service: LiveService, stack: LiveStack) -> bool:
    """Whether the listener has other weights than the stack was told."""
    told = {colour: stack.parameters.get(for_colour(colour, "Weight")) for colour in service.weights}
    return any(told[colour] not in (None, str(weight)) for colour, weight in service.weights.items())


def _new_stacks(desired: Desired, live: Live, moves: tuple[Move, ...]) -> Iterator[Step]:
    for move in moves:
        template, stack = desired.template(move.service.name), live.stacks.get(move.service.name)
        if template and (stack is None or is_shell(stack)):
            yield UpdateStack(part=template.part, stack=template.stack, parameters=base(template, desired))


def _cleared(live: Live, moves: tuple[Move, ...]) -> Iterator[Step]:
    """What an earlier release left in a colour that is needed now."""
    for move in moves:
        known = live.services.get(move.service.name)
        if move.old and known and known.releases.get(move.new):
            if known.weights:
                yield ShiftTraffic(service=move.service.name, stack=move.stack, weights=move.weights(0))
            yield EmptyColour(service=move.service.name, stack=move.stack, colour=move.new, weights=move.weights(0))


def _built(desired: Desired) -> Iterator[Step]:
    if desired.back:
        return
    yield UploadBundle(digest=desired.digest)
    yield BuildRelease(digest=desired.digest, image=desired.image)
    if desired.release and desired.release.migrates:
        yield RunMigration(digest=desired.digest, image=desired.image)


def _added(move: Move, desired: Desired) -> Iterator[Step]:
    name, stack = move.service.name, move.stack
    yield fill(move.service, stack, move.new, desired)
    yield AwaitHealthy(service=name, stack=stack, colour=move.new)
    if move.service.kind == "web":
        yield VerifyRelease(service=name, stack=stack, colour=move.new, path=move.service.health_path)


def _tried(move: Move, desired: Desired) -> Step:
    return TryRelease(
        service=move.service.name,
        stack=move.stack,
        colour=move.new,
        path=move.service.health_path,
        seconds=min(TRIAL, desired.environment.bake_seconds),
    )


def _shifted(moves: list[Move], desired: Desired) -> Iterator[Step]:
    """All services take each share together; what is watched is watched before the next share. Back goes at once."""
    transition = desired.environment.transition
    is_canary = transition.strategy == "canary" and desired.back is None
    shares = (*(transition.steps if is_canary else ()), ALL)
    for share in shares:
        for move in moves:
            yield ShiftTraffic(service=move.service.name, stack=move.stack, weights=move.weights(share))
        for move in moves:
            if move.old:
                yield WatchRelease(
                    service=move.service.name,
                    stack=move.stack,
                    colour=move.new,
                    path=move.service.health_path,
                    seconds=desired.environment.bake_seconds,
                )


def _emptied(move: Move) -> Step:
    return EmptyColour(service=move.service.name, stack=move.stack, colour=other(move.new), weights=move.weights(ALL))


def _taken_back(move: Move) -> Iterator[Step]:
    name, stack = move.service.name, move.stack
    weights = move.weights(0) if move.old else {move.new: ALL, other(move.new): 0}
    yield SaveEvidence(service=name, stack=stack, colour=move.new)
    yield EmptyColour(service=name, stack=stack, colour=move.new, weights=weights)


def _collected(desired: Desired) -> Iterator[Step]:
    """Only where there are more releases than are kept, this one included."""
    if desired.recorded and len(desired.recorded) >= KEPT:
        yield CollectReleases()


def _colours(desired: Desired, live: Live, moves: tuple[Move, ...]) -> Mapping[str, Colour]:
    """The colour that each service ends on."""
    kept = {name: colour for name, service in live.services.items() if (colour := serving(service))}
    moved = {move.service.name: move.new for move in moves}
    return {service.name: {**kept, **moved}.get(service.name, COLOURS[0]) for service in desired.services}
