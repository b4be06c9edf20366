"""rolling: the instances of what serves replaced one after another, where there is no wish for a second set of them.

    build once → migrate once → one instance more, healthy, one old one out, and again → watched → record

Users reach the new release with its first instance, so nothing is tried before, and the way back takes as long as the
way there: it rolls the release before. That is why nothing but the release may change by it, and why a service without
users, which gains nothing by rolling, goes to its other colour as ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hivemind.errors import RefusedError
from hivemind.model.live import Live, LiveStack
from hivemind.model.names import for_colour
from hivemind.model.step import RecordRelease, SaveEvidence, Step, WatchRelease
from hivemind.plan.desired import Desired
from hivemind.plan.strategies.blue_green import half_way
from hivemind.plan.strategies.filling import roll, roll_as_told
from hivemind.plan.strategies.moves import Move, added, built, collected, colours, emptied, moves_of, taken_back

Steps = tuple[Step, ...]


def rolling(desired: Desired, live: Live) -> Steps:
    """The steps from a release that serves to the one that is wanted; raises RefusedError where it cannot be rolled."""
    webs, workers = _sides(desired, live)
    _require_rollable(webs, desired, live)
    return (
        *built(desired),
        *(step for move in webs for step in _rolled(move, desired)),
        *(step for move in workers for step in added(move, desired)),
        *(emptied(move) for move in workers if move.old),
        RecordRelease(digest=desired.digest, colours=colours(desired, live, (*webs, *workers))),
        *collected(desired),
    )


def rolled_back(desired: Desired, live: Live) -> Steps:
    """When a step fails: the evidence of each service is kept, and the release that it had is rolled."""
    webs, workers = _sides(desired, live)
    return (
        *(step for move in webs for step in _given_back(move, live.stacks[move.service.name], desired)),
        *(step for move in workers for step in taken_back(move)),
    )


def _sides(desired: Desired, live: Live) -> tuple[tuple[Move, ...], tuple[Move, ...]]:
    """The web services, which stay in their colour, and the workers, which go to the other one."""
    moves = moves_of(desired, live)
    webs = (replace(move, new=move.old or move.new) for move in moves if move.service.kind == "web")
    return tuple(webs), tuple(move for move in moves if move.service.kind == "worker")


def _rolled(move: Move, desired: Desired) -> Iterator[Step]:
    yield roll(move.service, move.stack, move.new, desired)
    yield WatchRelease(
        service=move.service.name,
        stack=move.stack,
        colour=move.new,
        path=move.service.health_path,
        seconds=desired.environment.bake_seconds,
    )


def _given_back(move: Move, stack: LiveStack, desired: Desired) -> Iterator[Step]:
    yield SaveEvidence(service=move.service.name, stack=move.stack, colour=move.new)
    yield roll_as_told(move.service, stack, move.new, desired)


def _require_rollable(webs: tuple[Move, ...], desired: Desired, live: Live) -> None:
    """All reasons at once."""
    found = [*half_way(desired, live), *(reason for move in webs for reason in _obstacles(move, desired, live))]
    if found:
        raise RefusedError(
            f"this cannot be rolled: {'; '.join(dict.fromkeys(found))}",
            where=desired.deployment,
            hint="Without --rolling it is released beside what runs, then switched to.",
        )


def _obstacles(move: Move, desired: Desired, live: Live) -> Iterator[str]:
    name, stack, template = move.service.name, live.stacks.get(move.service.name), desired.template(move.service.name)
    if move.old is None or stack is None or template is None:
        yield f"nothing of {name} serves yet"
        return
    if stack.body.strip() != template.body.strip():
        yield f"more than the release of {name} changes: its template does"
    asked = {"Port": str(move.service.port), "HealthPath": move.service.checked_path}
    for what, value in asked.items():
        told = stack.parameters.get(for_colour(move.old, what))
        if told not in (None, value):
            yield f"the load balancer asks {name} at {value} in place of {told}"
