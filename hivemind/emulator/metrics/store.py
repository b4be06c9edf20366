"""What was measured: per metric and unit a line of buckets, kept as long as AWS keeps it, and never without bound.

A datum goes into the bucket of its minute (of its second, for a high-resolution metric) as it comes, so a hundred
thousand of them cost no more than the minutes they fall in. Older buckets are folded into coarser ones.

Retention: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html (Metrics retention)
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hivemind.emulator.metrics.bucket import Bucket

MINUTE, HOUR, DAY = 60, 3600, 86400
FOLDS = ((1, 3 * HOUR, 60), (60, 15 * DAY, 300), (300, 63 * DAY, HOUR), (HOUR, 455 * DAY, 0))
"""Resolution in seconds, how long it is kept, and what it is then folded into (0: nothing, it is forgotten)."""
LEAST = 3 * HOUR
MOST_BUCKETS = 50_000
"""Beyond it buckets are folded earlier than on AWS, the oldest first, but none younger than `LEAST`."""
_POWERS = (1, 2, 4, 8, 16, 32, 64, 128)
HASTE = (*((power, 1) for power in _POWERS), *((_POWERS[-1], power) for power in _POWERS[1:]))
"""By how much folding and forgetting are hurried, one after the other until it is few enough: nothing is forgotten
early while folding still helps."""

Dimensions = tuple[tuple[str, str], ...]
Tiers = dict[int, dict[int, Bucket]]
"""Resolution in seconds → start in seconds since 1970 → bucket."""


@dataclass(frozen=True)
class Metric:
    """A metric's name; `dimensions` are sorted, so that their order does not matter."""

    namespace: str
    name: str
    dimensions: Dimensions = ()


@dataclass(frozen=True)
class Window:
    """From `start` up to but not including `end`, in seconds since 1970, in steps of `period`."""

    start: int
    end: int
    period: int

    @property
    def starts(self) -> range:
        """When each period begins."""
        return range(self.start, self.end, self.period)


class Store:
    """The metrics of one region; may be used from any thread."""

    def __init__(self, most: int = MOST_BUCKETS) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._lines: dict[Metric, dict[str, Tiers]] = {}

    def put(self, metric: Metric, unit: str, when: float, bucket: Bucket, resolution: int = MINUTE) -> None:
        """Count a bucket in; `when` is in seconds since 1970, `resolution` 1 or 60."""
        start = int(when // resolution) * resolution
        with self._lock:
            tier = self._lines.setdefault(metric, {}).setdefault(unit, {}).setdefault(resolution, {})
            if start in tier:
                tier[start].add(bucket)
            else:
                tier[start] = bucket.copy()

    def read(self, metric: Metric, window: Window, unit: str | None = None) -> dict[int, Bucket]:
        """The buckets of a window by when each period begins; periods without data are left out. All units unless
        one is named. Data kept at a coarser resolution than the period is not there, as on AWS."""
        found: dict[int, Bucket] = {}
        with self._lock:
            for own, tiers in self._lines.get(metric, {}).items():
                if unit is None or unit == own:
                    for start, bucket in _within(tiers, window):
                        _count_in(found, start, bucket)
        return dict(sorted(found.items()))

    def units(self, metric: Metric) -> tuple[str, ...]:
        """The units a metric has data in."""
        with self._lock:
            return tuple(self._lines.get(metric, ()))

    def metrics(self, since: float) -> tuple[Metric, ...]:
        """Every metric that has data from `since` on, in seconds since 1970."""
        with self._lock:
            return tuple(metric for metric, lines in self._lines.items() if _latest(lines) >= since)

    def size(self) -> int:
        """How many buckets there are."""
        with self._lock:
            return sum(len(tier) for tiers in self._tiers() for tier in tiers.values())

    def prune(self, now: float) -> None:
        """Fold and forget what is older than it is kept, and more when there is too much."""
        for haste, forgetting in HASTE:
            with self._lock:
                for tiers in self._tiers():
                    _fold(tiers, now, haste, forgetting)
                self._lines = {metric: kept for metric, lines in self._lines.items() if (kept := _filled(lines))}
            if self.size() <= self._most:
                return

    def dump(self) -> list[Any]:
        """All of it, as plain values that pickle fast."""
        with self._lock:
            return [
                (metric.namespace, metric.name, metric.dimensions, unit, resolution, start, _plain(bucket))
                for metric, lines in self._lines.items()
                for unit, tiers in lines.items()
                for resolution, tier in tiers.items()
                for start, bucket in tier.items()
            ]

    def load(self, dumped: Iterable[Any]) -> None:
        """Take in what `dump` gave."""
        for namespace, name, dimensions, unit, resolution, start, plain in dumped:
            self.put(Metric(namespace, name, tuple(dimensions)), unit, start, Bucket(*plain), resolution)

    def _tiers(self) -> Iterator[Tiers]:
        for lines in self._lines.values():
            yield from lines.values()


def _within(tiers: Tiers, window: Window) -> Iterator[tuple[int, Bucket]]:
    for resolution, tier in tiers.items():
        if resolution > window.period:
            continue
        first = -(-window.start // resolution) * resolution
        starts: Iterable[int] = range(first, window.end, resolution)
        if len(tier) < len(range(first, window.end, resolution)):
            starts = [start for start in tier if first <= start < window.end]
        for start in starts:
            if start in tier:
                yield start - (start - window.start) % window.period, tier[start]


def _count_in(found: dict[int, Bucket], start: int, bucket: Bucket) -> None:
    if start in found:
        found[start].add(bucket)
    else:
        found[start] = bucket.copy()


def _latest(lines: Mapping[str, Tiers]) -> int:
    return max(start for tiers in lines.values() for tier in tiers.values() for start in tier)


def _fold(tiers: Tiers, now: float, haste: int, forgetting: int) -> None:
    for resolution, kept, coarser in FOLDS:
        tier = tiers.get(resolution, {})
        horizon = now - max(kept / (haste if coarser else forgetting), LEAST)
        for start in [start for start in tier if start + resolution <= horizon]:
            bucket = tier.pop(start)
            if coarser:
                _count_in(tiers.setdefault(coarser, {}), start - start % coarser, bucket)
        if not tier:
            tiers.pop(resolution, None)


def _filled(lines: Mapping[str, Tiers]) -> dict[str, Tiers]:
    return {unit: tiers for unit, tiers in lines.items() if tiers}


def _plain(bucket: Bucket) -> tuple[Any, ...]:
    known = (bucket.count, bucket.total, bucket.low, bucket.high)
    return (*known, dict(bucket.values)) if bucket.values else known
