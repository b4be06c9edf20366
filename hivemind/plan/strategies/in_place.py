"""in_place: what no running instance feels. The foundation changes before the services that take its outputs.

A service that the spec no longer has goes first, since its stack uses what the foundation may be about to drop.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from hivemind.model.live import COLOURS
from hivemind.model.names import BOOTSTRAP, PROTECT, for_colour
from hivemind.model.step import AwaitHealthy, DeleteStack, Step, UpdateStack
from hivemind.plan.pairs import Pair, Pairs
from hivemind.plan.sizing import capacities
from hivemind.plan.widening import let_go


def in_place(pairs: Pairs) -> tuple[Step, ...]:
    """The steps that bring every differing stack to what is wanted, then wait for instances that were asked for."""
    return (*gone_services(pairs), *updated(pairs), *grown(pairs))


def gone_services(pairs: Iterable[Pair]) -> Iterator[Step]:
    """The stacks that nobody wants any more."""
    return (DeleteStack(part=pair.part, stack=pair.stack) for pair in pairs if pair.after is None)


def updated(pairs: Iterable[Pair]) -> Iterator[Step]:
    """The stacks that stand and are wanted otherwise."""
    return (step for pair in pairs if pair.after and pair.differs for step in _update(pair))


def widened(pairs: Iterable[Pair]) -> Iterator[Step]:
    """As `updated`, but what a stack lets go of it keeps until `narrowed`, for the colour that still uses it."""
    for pair in pairs:
        if _lets_go(pair):
            yield UpdateStack(part=pair.part, stack=pair.stack, purpose="widen")
        else:
            yield from updated((pair,))


def narrowed(pairs: Iterable[Pair]) -> Iterator[Step]:
    """What was widened, as it is wanted."""
    return updated(pair for pair in pairs if _lets_go(pair))


def _lets_go(pair: Pair) -> bool:
    return bool(pair.before and pair.after and let_go(pair.before.text, pair.after.text))


def grown(pairs: Iterable[Pair]) -> Iterator[Step]:
    """The instances that were asked for, waited for."""
    return (step for pair in pairs if pair.after and pair.differs for step in _await_growth(pair))


def _update(pair: Pair) -> Iterator[Step]:
    if pair.part == BOOTSTRAP:
        yield UpdateStack(part=pair.part, stack=pair.stack, purpose="bootstrap")
    elif not pair.is_protection_alone:
        if pair.loses_data:
            yield UpdateStack(part=pair.part, stack=pair.stack, purpose="unprotect", parameters={PROTECT: "false"})
        yield UpdateStack(part=pair.part, stack=pair.stack, purpose="change", parameters=_resized(pair))
    if pair.protects or pair.loses_data:
        yield UpdateStack(part=pair.part, stack=pair.stack, purpose="protect", parameters={PROTECT: "true"})


def _resized(pair: Pair) -> Mapping[str, str]:
    """The capacities that change; all else that a stack is told comes from outputs or stays."""
    before, after = capacities(pair.before), capacities(pair.after)
    return {name: value for name, value in after.items() if before.get(name) != value}


def _await_growth(pair: Pair) -> Iterator[Step]:
    before = capacities(pair.before)
    for colour in COLOURS:
        name = for_colour(colour, "Capacity")
        wanted = _resized(pair).get(name, "")
        if wanted.isdigit() and int(wanted) > int(before.get(name) or 0):
            yield AwaitHealthy(service=pair.part, stack=pair.stack, colour=colour)
