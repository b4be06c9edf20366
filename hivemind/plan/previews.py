"""CloudFormation's own opinion over ours: what a change set says of an action wins, our before and after are kept."""

from __future__ import annotations

from collections.abc import Iterable

from hivemind.model.change import PropertyChange, ResourceChange


def merge(ours: Iterable[ResourceChange], theirs: Iterable[ResourceChange]) -> tuple[ResourceChange, ...]:
    """The changes of one stack, by logical id. Theirs may lack values, and lack what only later steps change."""
    found = {change.logical_id: change for change in ours}
    for change in theirs:
        known = found.get(change.logical_id)
        found[change.logical_id] = _corrected(known, change) if known else change
    return tuple(found[logical_id] for logical_id in sorted(found))


def _corrected(ours: ResourceChange, theirs: ResourceChange) -> ResourceChange:
    opinions = {p.path.split("/")[0]: p for p in theirs.properties}
    properties = tuple(_sharpened(p, opinions.get(p.path.split("/")[0])) for p in ours.properties)
    action = theirs.action if {ours.action, theirs.action} == {"modify", "replace"} else ours.action
    reason = ours.reason if action == ours.action else f"{theirs.reason or 'as its change set says'}"
    return ours.model_copy(update={"action": action, "properties": properties, "reason": reason})


def _sharpened(ours: PropertyChange, theirs: PropertyChange | None) -> PropertyChange:
    return ours if theirs is None else ours.model_copy(update={"replaces": theirs.replaces})
