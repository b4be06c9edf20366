"""blue_green: the new release beside the old one, proved before any user sees it, then the traffic, then the old one.

    foundation first, widened where it lets go of something → build once → migrate once → other colours at weight 0
    → healthy → probed → tried → traffic step by step, each watched → workers → old colours emptied, weights settled
    → foundation narrowed → the rest → record

Every service that switches takes its traffic only when all of them are proved, and keeps its old colour until the last
of them has been watched: until then the way back is one shift. A service that an earlier run left with two colours is
settled on the one that serves. The list is the same for a run that goes on from a half-finished one.
"""

from __future__ import annotations

from collections.abc import Iterator

from hivemind.model.live import Colour, Live, LiveService, LiveStack, other
from hivemind.model.names import BOOTSTRAP, for_colour
from hivemind.model.step import (
    EmptyColour,
    RecordRelease,
    ShiftTraffic,
    Step,
    TryRelease,
    UpdateStack,
    WatchRelease,
)
from hivemind.model.template import FOUNDATION
from hivemind.plan.desired import Desired
from hivemind.plan.pairs import Pairs
from hivemind.plan.parameters import base
from hivemind.plan.standing import is_shell, serving
from hivemind.plan.strategies.filling import roll_as_told
from hivemind.plan.strategies.in_place import gone_services, grown, narrowed, updated, widened
from hivemind.plan.strategies.moves import ALL, Move, added, built, collected, colours, emptied, moves_of, taken_back

Steps = tuple[Step, ...]
TRIAL = 5
"""Seconds of requests of ours at most, before users come; who would not watch so long does not try so long."""


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
        *built(desired),
        *(step for move in webs for step in added(move, desired)),
        *(_tried(move, desired) for move in webs if move.old),
        *_shifted(webs, desired),
        *(step for move in workers for step in added(move, desired)),
        *(emptied(move) for move in moves if move.old),
        *narrowed(below),
        *updated(beside),
        *grown(beside),
        *settled(desired, live, moved),
        RecordRelease(digest=desired.digest, colours=colours(desired, live, moves)),
        *collected(desired),
    )


def way_back(desired: Desired, live: Live) -> Steps:
    """When a step fails before an old colour is emptied: all traffic back first, then evidence, then the new go."""
    moves = moves_of(desired, live)
    back = (move for move in moves if move.old and move.service.kind == "web")
    return (
        *(ShiftTraffic(service=m.service.name, stack=m.stack, weights=m.weights(0)) for m in back),
        *(step for move in moves for step in taken_back(move)),
    )


def settled(desired: Desired, live: Live, moved: frozenset[str] | set[str]) -> Iterator[Step]:
    """The services that an earlier run left half-way, each brought to rest on the colour that serves.

    Who was killed while instances were rolled has left some of the release before.
    """
    for service in desired.services:
        known, stack = live.services.get(service.name), live.stacks.get(service.name)
        if service.name in moved or known is None or stack is None:
            continue
        colour = serving(known)
        if colour and service.kind == "web" and is_unrecorded(known, colour, desired):
            yield roll_as_told(service, stack, colour, desired)
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
        if known and colour and is_unrecorded(known, colour, desired):
            yield f"{service.name} serves release {desired.digest[:12]}, which was not recorded"


def is_half_way(service: LiveService, colour: Colour) -> bool:
    """Whether the other colour holds a release, or some of the traffic."""
    return bool(service.releases.get(other(colour)) or service.weights.get(other(colour), 0))


def is_unrecorded(service: LiveService, colour: Colour, desired: Desired) -> bool:
    """Whether the wanted release serves, and the run that brought it there never came to record it."""
    serves = service.releases.get(colour)
    return desired.recorded is not None and serves == desired.digest and serves not in desired.recorded


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
