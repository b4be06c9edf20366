"""How long steps took here before: the journal → seconds by kind of step, for the forecast."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from datetime import datetime
from math import ceil
from statistics import median

from hivemind.model.run import Began, Done, Entry
from hivemind.model.step import Step

LAST = 5
"""So many of each are remembered: what was true long ago is not now."""

Taken = Mapping[str, int]
"""Seconds by `likeness` of a step."""


def likeness(step: Step) -> str:
    """What steps that take alike have in common: kind, part or service, and purpose."""
    said = step.model_dump(include={"kind", "part", "service", "purpose"})
    return "/".join(str(word) for word in said.values())


def taken(entries: Iterable[Entry]) -> Taken:
    """The median of the last times that each kind of step was done, in whole seconds upwards; failures tell nothing."""
    begun: dict[tuple[str, str, int], Began] = {}
    lasted: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=LAST))
    for entry in entries:
        if isinstance(entry, Began):
            begun[entry.operation, entry.phase, entry.index] = entry
        elif isinstance(entry, Done) and (began := begun.pop((entry.operation, entry.phase, entry.index), None)):
            seconds = datetime.fromisoformat(entry.at) - datetime.fromisoformat(began.at)
            lasted[likeness(began.step)].append(seconds.total_seconds())
    return {alike: ceil(median(seconds)) for alike, seconds in lasted.items()}
