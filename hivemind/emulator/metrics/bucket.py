"""A bucket: everything measured of a metric in one stretch of time, small however much it was.

Beside count, sum, minimum and maximum it keeps how often each value was seen, for percentiles. Once there are `EXACT`
different values further ones are grouped into steps of 5 %, so that a bucket never holds more than a few hundred.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hivemind.emulator.metrics.refusal import Refusal, invalid

EXACT = 150
STEP = math.log(1.05)
_PERCENTILE = re.compile(r"p(100|\d{1,2}(?:\.\d{1,10})?)")

Values = dict[float, float]
"""How often each value was seen."""
Measure = Callable[["Bucket"], float | None]


@dataclass(slots=True)
class Bucket:
    """`values` is None when they are not known one by one: of a statistic set, or when all are the same."""

    count: float
    total: float
    low: float
    high: float
    values: Values | None = None

    def add(self, other: Bucket) -> None:
        """Take another bucket in."""
        theirs = other.distribution()
        mine = self.values if self.values else {self.low: self.count} if self.low == self.high else None
        self.count += other.count
        self.total += other.total
        self.low = min(self.low, other.low)
        self.high = max(self.high, other.high)
        if mine and theirs and self.low != self.high:
            self.values = mine
            _count_in(mine, theirs)
        else:
            self.values = None

    def distribution(self) -> Mapping[float, float] | None:
        """How often each value was seen; None where only a statistic set is known.

        A set whose values must all be the same is known as well: see Percentiles in
        https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
        """
        return {self.low: self.count} if self.low == self.high else self.values

    def copy(self) -> Bucket:
        """One that may be added to."""
        return Bucket(self.count, self.total, self.low, self.high, dict(self.values) if self.values else None)


def of_values(values: Mapping[float, float]) -> Bucket:
    """The bucket of single values, each with how often it was seen."""
    count = sum(values.values())
    total = sum(value * times for value, times in values.items())
    low, high = min(values), max(values)
    return Bucket(count, total, low, high, dict(values) if low != high else None)


def measure(statistic: str) -> Measure:
    """What a statistic's name computes; None for a bucket that cannot say. Raises Refusal for an unknown name."""
    simple: Mapping[str, Measure] = {
        "SampleCount": lambda bucket: bucket.count,
        "Sum": lambda bucket: bucket.total,
        "Minimum": lambda bucket: bucket.low,
        "Maximum": lambda bucket: bucket.high,
        "Average": lambda bucket: bucket.total / bucket.count if bucket.count else None,
    }
    if statistic in simple:
        return simple[statistic]
    share = percentile(statistic)
    if share is None:
        raise _unknown(statistic)
    return lambda bucket: _quantile(bucket, share)


def percentile(statistic: str) -> float | None:
    """The share (0 to 1) that a percentile's name asks for; None when it is no percentile."""
    found = _PERCENTILE.fullmatch(statistic)
    return float(found[1]) / 100 if found else None


def _unknown(statistic: str) -> Refusal:
    if re.match(r"(tm|wm|tc|ts|pr|iqm)", statistic, re.IGNORECASE):
        return invalid(f"The local cloud computes percentiles (p99) and simple statistics, not {statistic}.")
    return invalid(f"The value {statistic} for parameter Stat is not supported.")


def _quantile(bucket: Bucket, share: float) -> float | None:
    """The smallest value that at least `share` of the samples do not exceed."""
    known = bucket.distribution()
    if not known:
        return None
    wanted, seen = share * bucket.count, 0.0
    for value in sorted(known):
        seen += known[value]
        # A hair less, lest rounding in `share * count` asks for one sample more.
        if seen >= wanted - 1e-9:
            return min(max(value, bucket.low), bucket.high)
    return bucket.high


def _count_in(values: Values, more: Mapping[float, float]) -> None:
    for value, times in more.items():
        key = value if value in values or len(values) < EXACT else _step(value)
        values[key] = values.get(key, 0.0) + times


def _step(value: float) -> float:
    """The middle of the step that a value falls into."""
    if value == 0:
        return 0.0
    return math.copysign(math.exp(round(math.log(abs(value)) / STEP) * STEP), value)
