"""Metrics stay as they were counted, and within bounds; PutMetricData is checked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from unit.emulator.metrics.cloudwatch import LOAD, NOON, seconds

from hivemind.emulator.metrics.bucket import Bucket, measure, of_values
from hivemind.emulator.metrics.datum import record, require_own
from hivemind.emulator.metrics.refusal import Refusal
from hivemind.emulator.metrics.store import DAY, HOUR, Metric, Store, Window


def one(value: float) -> Bucket:
    return of_values({value: 1.0})


def test_every_statistic_of_a_bucket() -> None:
    bucket = one(4)
    for value in (1, 2, 3):
        bucket.add(one(value))
    asked = ("SampleCount", "Sum", "Average", "Minimum", "Maximum", "p50", "p75", "p99", "p0", "p100", "p99.9")
    assert [measure(name)(bucket) for name in asked] == [4, 10, 2.5, 1, 4, 2, 3, 4, 1, 4, 4]


def test_percentiles_count_how_often_a_value_was_seen() -> None:
    bucket = of_values({0.1: 98, 5.0: 2})
    assert [measure(name)(bucket) for name in ("p98", "p99", "p50")] == [0.1, 5.0, 0.1]


def test_a_statistic_set_has_no_percentiles_unless_all_its_values_are_the_same() -> None:
    assert measure("p99")(Bucket(10, 55, 1, 10)) is None
    assert measure("p99")(Bucket(10, 50, 5, 5)) == 5
    mixed = one(3)
    mixed.add(Bucket(10, 55, 1, 10))
    assert (measure("p50")(mixed), measure("Average")(mixed)) == (None, 58 / 11)


def test_many_different_values_stay_few_and_percentiles_near() -> None:
    bucket = one(0.5)
    for number in range(5000):
        bucket.add(one(1 + number / 10))
    assert len(bucket.values or {}) < 600
    for share in (10, 50, 90, 99):
        assert measure(f"p{share}")(bucket) == pytest.approx(1 + 5 * share, rel=0.06)


@pytest.mark.parametrize("name", ["p101", "p", "Average ", "p-1", "pp9", "tm90", "WM(10%:90%)", "IQM", "PR(:10)"])
def test_a_statistic_that_is_not_there(name: str) -> None:
    with pytest.raises(Refusal):
        measure(name)


def test_ten_thousand_data_are_as_many_buckets_as_minutes() -> None:
    store = Store()
    for number in range(10_000):
        store.put(LOAD, "None", seconds(0) + number % 600, one(number % 7))
    assert store.size() == 10
    window = Window(seconds(0), seconds(10), 600)
    assert store.read(LOAD, window)[seconds(0)].count == 10_000


def test_periods_begin_where_the_window_begins() -> None:
    store = Store()
    for minute in range(10):
        store.put(LOAD, "None", seconds(minute) + 59, one(minute))
    found = store.read(LOAD, Window(seconds(2), seconds(8), 180))
    assert {at: bucket.total for at, bucket in found.items()} == {seconds(2): 2 + 3 + 4, seconds(5): 5 + 6 + 7}


def test_dimensions_and_units_tell_metrics_apart() -> None:
    store = Store()
    store.put(LOAD, "Seconds", seconds(0), one(1))
    store.put(LOAD, "Count", seconds(0), one(2))
    store.put(Metric("app", "load", (("host", "a"),)), "Count", seconds(0), one(4))
    window = Window(seconds(0), seconds(1), 60)
    assert store.read(LOAD, window)[seconds(0)].total == 3
    assert store.read(LOAD, window, "Count")[seconds(0)].total == 2
    assert store.read(Metric("app", "load", (("host", "b"),)), window) == {}


def test_what_was_read_can_be_changed_without_harm() -> None:
    store = Store()
    store.put(LOAD, "None", seconds(0), one(1))
    window = Window(seconds(0), seconds(1), 60)
    store.read(LOAD, window)[seconds(0)].add(one(5))
    assert store.read(LOAD, window)[seconds(0)].count == 1


def test_old_data_is_folded_as_aws_folds_it_and_then_forgotten() -> None:
    store, now = Store(), seconds(0)
    ages = {"fresh": HOUR, "hours": 4 * HOUR, "weeks": 16 * DAY, "months": 64 * DAY, "years": 456 * DAY}
    for age in ages.values():
        store.put(LOAD, "None", now - age, one(1), resolution=1)
    store.prune(now)

    def kept(age: int, period: int) -> bool:
        start = (now - age) // 3600 * 3600
        return bool(store.read(LOAD, Window(start, start + 3600, period)))

    assert [kept(ages["fresh"], period) for period in (1, 60, 300, 3600)] == [True, True, True, True]
    assert [kept(ages["hours"], period) for period in (1, 60, 300, 3600)] == [False, True, True, True]
    assert [kept(ages["weeks"], period) for period in (1, 60, 300, 3600)] == [False, False, True, True]
    assert [kept(ages["months"], period) for period in (1, 60, 300, 3600)] == [False, False, False, True]
    assert not kept(ages["years"], 3600)


def test_too_much_is_folded_earlier_but_the_last_three_hours_never() -> None:
    store, now, minutes = Store(most=1000), seconds(0), 2000
    metrics = [Metric("app", f"m{number}") for number in range(3)]
    for metric in metrics:
        for minute in range(minutes):
            store.put(metric, "None", now - 60 * minute, one(1))
    assert store.size() == 6000
    store.prune(now)
    assert store.size() <= 1000
    for metric in metrics:
        assert len(store.read(metric, Window(now - 3 * HOUR + 60, now, 60))) == 179
        whole = store.read(metric, Window(now - 60 * minutes - HOUR, now + 60, 60 * minutes + HOUR + 60))
        assert sum(bucket.total for bucket in whole.values()) == minutes


def test_a_dump_is_loaded_as_it_was() -> None:
    store, again = Store(), Store()
    store.put(LOAD, "Count", seconds(0), of_values({1.0: 2, 9.0: 1}))
    store.put(LOAD, "Count", seconds(0), one(3), resolution=1)
    store.put(Metric("app", "set", (("a", "b"),)), "None", seconds(5), Bucket(3, 6, 1, 3))
    again.load(store.dump())
    assert again.dump() == store.dump()


def test_metrics_are_listed_as_long_as_they_have_recent_data() -> None:
    store = Store()
    store.put(LOAD, "None", seconds(-60), one(1))
    assert store.metrics(seconds(-61)) == (LOAD,)
    assert store.metrics(seconds(-59)) == ()


def put(**datum: Any) -> Store:
    store = Store()
    record(store, "app", [{"MetricName": "load", **datum}], NOON)
    return store


@pytest.mark.parametrize("datum, count, total", [
    ({"Value": 0}, 1, 0),
    ({"Values": [1, 2], "Counts": [3, 1]}, 4, 5),
    ({"Values": [1, 1]}, 2, 2),
    ({"Values": [1, 2], "Counts": [0, 1]}, 1, 2),
    ({"StatisticValues": {"SampleCount": 3, "Sum": 6, "Minimum": 1, "Maximum": 3}}, 3, 6),
])  # fmt: skip
def test_what_a_datum_counts_as(datum: dict[str, Any], count: float, total: float) -> None:
    bucket = put(**datum).read(LOAD, Window(seconds(0), seconds(1), 60))[seconds(0)]
    assert (bucket.count, bucket.total) == (count, total)


def test_a_high_resolution_datum_is_kept_by_the_second() -> None:
    store = put(Value=1, StorageResolution=1, Timestamp=NOON + timedelta(seconds=7))
    assert list(store.read(LOAD, Window(seconds(0), seconds(1), 1))) == [seconds(0) + 7]


@pytest.mark.parametrize("datum, words", [
    ({}, "At least one of"),
    ({"Value": 1, "Values": [1]}, "mutually exclusive"),
    ({"Value": 1, "StatisticValues": {"SampleCount": 1}}, "mutually exclusive"),
    ({"Value": float("nan")}, "nan for parameter MetricData.member.1.Value is invalid"),
    ({"Value": float("inf")}, "invalid"),
    ({"Value": 2.0**361}, "invalid"),
    ({"Values": [1, float("nan")]}, "invalid"),
    ({"Values": [1, 2], "Counts": [1]}, "same size"),
    ({"Values": [1], "Counts": [-1]}, "greater than or equal to 0"),
    ({"Values": list(range(151))}, "size greater than 150"),
    ({"StatisticValues": {"SampleCount": 1, "Sum": 1, "Minimum": 1}}, "Maximum is required"),
    ({"StatisticValues": {"SampleCount": 1, "Sum": 1, "Minimum": 2, "Maximum": 1}}, "is invalid"),
    ({"Value": 1, "Dimensions": [{"Name": str(n), "Value": "x"} for n in range(31)]}, "size greater than 30"),
    ({"Value": 1, "Timestamp": NOON - timedelta(days=15)}, "two weeks in the past"),
    ({"Value": 1, "Timestamp": NOON + timedelta(hours=3)}, "two hours in the future"),
])  # fmt: skip
def test_a_datum_that_aws_would_not_take(datum: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        put(**datum)


def test_one_bad_datum_and_none_of_the_call_is_counted() -> None:
    store = Store()
    with pytest.raises(Refusal):
        record(store, "app", [{"MetricName": "load", "Value": 1}, {"MetricName": "load"}], NOON)
    assert store.size() == 0


def test_the_namespaces_of_aws_are_not_for_others() -> None:
    require_own("app")
    with pytest.raises(Refusal, match="AWS/EC2 for parameter Namespace is invalid"):
        require_own("AWS/EC2")
