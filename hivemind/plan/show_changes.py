"""The changes of a plan in lines: what is new or gone is counted by kind, what changes is named with before → after."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from hivemind.model.change import Action, Certainty, PropertyChange, ResourceChange
from hivemind.plan.headline import counts
from hivemind.plan.line import Line, Style
from hivemind.plan.words import counted, noun

WIDTH = 92
FIRST = ("database", "load balancer", "instance group", "NAT gateway")
"""Kinds that are named before all others, whatever their number."""
MAX_RESOURCES = 12
MAX_PROPERTIES = 6
MAX_VALUE = 48
MAX_PARAMETER = 24
MAX_FULL_VALUE = 2000

SYMBOLS: Mapping[Action, str] = {"add": "+", "modify": "~", "replace": "±", "remove": "-"}
_STYLES: Mapping[Action, Style] = {"add": "add", "modify": "modify", "replace": "replace", "remove": "remove"}
_CERTAINTY: Mapping[Certainty, str] = {"never": "", "conditional": "  may replace", "always": "  replaces"}


def show_changes(changes: Sequence[ResourceChange], *, full: bool) -> Iterator[Line]:
    """One block per stack, in the order of the plan; `full` names every resource and property."""
    for stack in dict.fromkeys(change.stack for change in changes):
        own = [change for change in changes if change.stack == stack]
        actions = {change.action for change in own}
        action = actions.pop() if len(actions) == 1 else "modify"
        yield Line(f"{SYMBOLS[action]} {stack}: {counts(own)}", _STYLES[action], 1)
        yield from _whole(own) if full else _folded(own)


def abridged(value: str, full: bool) -> str:
    """A parameter's value, of digests and ARNs only the beginning unless everything is asked for."""
    return _shown(value, MAX_FULL_VALUE if full else MAX_PARAMETER) or "(empty)"


def _whole(changes: Iterable[ResourceChange]) -> Iterator[Line]:
    for change in changes:
        yield from _resource(change, len(change.properties), MAX_FULL_VALUE)


def _folded(changes: Sequence[ResourceChange]) -> Iterator[Line]:
    for action in ("replace", "modify"):
        named = [change for change in changes if change.action == action]
        for change in named[:MAX_RESOURCES]:
            yield from _resource(change, MAX_PROPERTIES, MAX_VALUE)
        if len(named) > MAX_RESOURCES:
            yield Line(f"{SYMBOLS[action]} and {len(named) - MAX_RESOURCES} more, named with --full", "dim", 2)
    yield from _by_kind("remove", changes)
    yield from _by_kind("add", changes)


def _by_kind(action: Action, changes: Sequence[ResourceChange]) -> Iterator[Line]:
    own = [change for change in changes if change.action == action]
    if 0 < len(own) <= 3:
        for change in own:
            yield Line(f"{SYMBOLS[action]} {change.logical_id} ({noun(change.type)})", _STYLES[action], 2)
        return
    tally = Counter(noun(change.type) for change in own)
    ranked = sorted(tally.items(), key=lambda item: (item[0] not in FIRST, -item[1]))
    words = ", ".join(counted(word, count).replace(" ", "\N{NO-BREAK SPACE}") for word, count in ranked)
    lone = {change.action for change in changes} == {action}
    for text in textwrap.wrap(words, WIDTH - 4, break_long_words=False, break_on_hyphens=False):
        mark = "" if lone else f"{SYMBOLS[action]} "
        yield Line(f"{mark}{text}".replace("\N{NO-BREAK SPACE}", " "), _STYLES[action], 2)


def _resource(change: ResourceChange, most: int, width: int) -> Iterator[Line]:
    style = _STYLES[change.action]
    verdict = {"replace": ", replaced", "remove": "", "add": "", "modify": ""}[change.action]
    yield Line(f"{SYMBOLS[change.action]} {change.logical_id} ({noun(change.type)}{verdict})", style, 2)
    grave = sorted(change.properties, key=lambda p: p.replaces != "always")
    for found in grave[:most]:
        yield Line(f"{found.path}: {_values(found, width)}{_CERTAINTY[found.replaces]}", style, 4)
    if len(grave) > most:
        yield Line(f"… and {len(grave) - most} more properties", "dim", 4)


def _values(change: PropertyChange, width: int) -> str:
    before, after = change.before, change.after
    if before is not None and after is not None and max(len(before), len(after)) > 2 * width:
        return f"another text ({len(before):,} → {len(after):,} characters)"
    return f"{_shown(before, width)} → {_shown(after, width)}"


def _shown(value: str | None, width: int) -> str:
    if value is None:
        return "(absent)"
    line = value.replace("\n", "⏎")
    return line if len(line) <= width else f"{line[: width - 1]}…"
