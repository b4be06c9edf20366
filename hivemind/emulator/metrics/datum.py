"""PutMetricData: what is refused, and what a datum counts as.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from hivemind.emulator.metrics.bucket import Bucket, of_values
from hivemind.emulator.metrics.refusal import bad_combination, bad_value
from hivemind.emulator.metrics.store import DAY, HOUR, MINUTE, Dimensions, Metric, Store

MOST_DATA, MOST_VALUES, MOST_DIMENSIONS = 1000, 150, 30
LARGEST = 2.0**360
OLDEST, NEWEST = 14 * DAY, 2 * HOUR
NO_UNIT = "None"

Datum = Mapping[str, Any]


def record(store: Store, namespace: str, data: Sequence[Datum], now: datetime) -> None:
    """Count the data of one call in: all of it, or none and a Refusal."""
    if len(data) > MOST_DATA:
        raise bad_value(f"The collection MetricData must not have a size greater than {MOST_DATA}.")
    counted = [(datum, _bucket(datum, f"MetricData.member.{number}")) for number, datum in enumerate(data, 1)]
    moments = [_moment(datum, now, f"MetricData.member.{number}") for number, datum in enumerate(data, 1)]
    for (datum, bucket), moment in zip(counted, moments, strict=True):
        metric = Metric(namespace, datum["MetricName"], dimensions(datum.get("Dimensions") or ()))
        resolution = 1 if datum.get("StorageResolution") == 1 else MINUTE
        if bucket is not None:
            store.put(metric, datum.get("Unit") or NO_UNIT, moment, bucket, resolution)


def require_own(namespace: str) -> None:
    """Refuse a namespace that belongs to AWS, from which only AWS's services publish."""
    if namespace.startswith("AWS/"):
        raise bad_value(f"The value {namespace} for parameter Namespace is invalid.")


def dimensions(given: Iterable[Mapping[str, str]]) -> Dimensions:
    """Dimensions as a key."""
    return tuple(sorted((each["Name"], each["Value"]) for each in given))


def _bucket(datum: Datum, where: str) -> Bucket | None:
    kinds = [kind for kind in ("Value", "Values", "StatisticValues") if datum.get(kind) is not None]
    if not kinds:
        raise bad_combination(f"At least one of the parameters {where}.Value, .Values or .StatisticValues is required.")
    if len(kinds) > 1:
        raise bad_combination(f"The parameters {where}.{kinds[0]} and {where}.{kinds[1]} are mutually exclusive "
                              "and you have specified both.")  # fmt: skip
    if len(datum.get("Dimensions") or ()) > MOST_DIMENSIONS:
        raise bad_value(f"The collection {where}.Dimensions must not have a size greater than {MOST_DIMENSIONS}.")
    match kinds[0]:
        case "StatisticValues":
            return _statistic_set(datum["StatisticValues"], f"{where}.StatisticValues")
        case "Values":
            return _values(datum, where)
        case _:
            return of_values({_number(datum["Value"], f"{where}.Value"): 1.0})


def _values(datum: Datum, where: str) -> Bucket | None:
    values = [_number(value, f"{where}.Values") for value in datum["Values"]]
    counts = [_number(count, f"{where}.Counts") for count in datum.get("Counts") or [1.0] * len(values)]
    if len(values) != len(counts):
        raise bad_value(f"The parameters {where}.Values and {where}.Counts must be of the same size.")
    if len(values) > MOST_VALUES:
        raise bad_value(f"The collection {where}.Values must not have a size greater than {MOST_VALUES}.")
    if any(count < 0 for count in counts):
        raise bad_value(f"The parameter {where}.Counts must be greater than or equal to 0.")
    seen: dict[float, float] = {}
    for value, count in zip(values, counts, strict=True):
        if count:
            seen[value] = seen.get(value, 0.0) + count
    return of_values(seen) if seen else None


def _statistic_set(given: Mapping[str, Any], where: str) -> Bucket | None:
    named = ("SampleCount", "Sum", "Minimum", "Maximum")
    absent = [name for name in named if given.get(name) is None]
    if absent:
        raise bad_value(f"The parameter {where}.{absent[0]} is required.")
    count, total, low, high = (_number(given[name], f"{where}.{name}") for name in named)
    if count < 0 or low > high:
        raise bad_value(f"The parameter {where} is invalid: its minimum exceeds its maximum, or its count is negative.")
    return Bucket(count, total, low, high) if count else None


def _number(given: Any, where: str) -> float:
    number = float(given)
    if not math.isfinite(number) or abs(number) > LARGEST:
        raise bad_value(f"The value {given} for parameter {where} is invalid.")
    return number


def _moment(datum: Datum, now: datetime, where: str) -> float:
    moment = datum.get("Timestamp") or now
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    age = (now - moment).total_seconds()
    if age > OLDEST:
        raise bad_value(f"The parameter {where}.Timestamp must specify a time no more than two weeks in the past.")
    if age < -NEWEST:
        raise bad_value(f"The parameter {where}.Timestamp must specify a time no more than two hours in the future.")
    return float(moment.timestamp())
