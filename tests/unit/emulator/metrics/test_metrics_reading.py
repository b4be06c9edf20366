"""GetMetricData, GetMetricStatistics, ListMetrics, DescribeAlarms, DescribeAlarmHistory: what is asked is answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from unit.emulator.metrics.cloudwatch import LOAD, NOON, TOPIC, CloudWatch, alarm, seconds

from hivemind.emulator.metrics.bucket import Bucket, of_values
from hivemind.emulator.metrics.describing import describe_alarms, describe_alarms_for_metric
from hivemind.emulator.metrics.history import describe, item
from hivemind.emulator.metrics.reading import get_metric_data, get_metric_statistics, list_metrics
from hivemind.emulator.metrics.refusal import Refusal
from hivemind.emulator.metrics.store import Metric, Store

LATER = NOON + timedelta(minutes=10)


def filled() -> Store:
    """Minute n has the value n; minute 3 has none."""
    store = Store()
    for minute in (0, 1, 2, 4):
        store.put(LOAD, "Seconds", seconds(minute), of_values({float(minute): 1.0}))
    return store


def query(id_: str = "m1", *, stat: str = "Sum", period: int = 60, **more: Any) -> dict[str, Any]:
    metric = {"Namespace": "app", "MetricName": "load", "Dimensions": []}
    return {"Id": id_, "MetricStat": {"Metric": metric, "Period": period, "Stat": stat}, **more}


def ask(*queries: dict[str, Any], **more: Any) -> dict[str, Any]:
    asked = {"StartTime": NOON, "EndTime": NOON + timedelta(minutes=5), "MetricDataQueries": queries, **more}
    return get_metric_data(filled(), asked, LATER)


def values(answer: dict[str, Any]) -> list[tuple[str, list[float]]]:
    return [(row["Id"], row["Values"]) for row in answer["MetricDataResults"]]


def test_newest_first_unless_asked_otherwise() -> None:
    (row,) = ask(query())["MetricDataResults"]
    assert row["Values"] == [4, 2, 1, 0]
    assert row["Timestamps"][0] == NOON + timedelta(minutes=4)
    assert (row["Label"], row["StatusCode"]) == ("load", "Complete")
    assert values(ask(query(), ScanBy="TimestampAscending")) == [("m1", [0, 1, 2, 4])]


def test_what_is_not_to_be_returned_still_counts() -> None:
    hidden = query("m1", ReturnData=False)
    answer = ask({"Id": "e1", "Expression": "FILL(m1, 9)", "Label": "filled"}, hidden, ScanBy="TimestampAscending")
    assert values(answer) == [("e1", [0, 1, 2, 9, 4])]
    assert answer["MetricDataResults"][0]["Label"] == "filled"


def test_expressions_over_expressions_in_any_order() -> None:
    asked = [{"Id": "e2", "Expression": "e1 * 2"}, {"Id": "e1", "Expression": "m1 + 1"}, query("m1", ReturnData=False)]
    assert values(ask(*asked, ScanBy="TimestampAscending")) == [("e2", [2, 4, 6, 10]), ("e1", [1, 2, 3, 5])]


def test_periods_begin_at_the_minute_that_the_start_is_in() -> None:
    start = NOON + timedelta(seconds=59)
    (row,) = ask(query(period=120), StartTime=start, ScanBy="TimestampAscending")["MetricDataResults"]
    assert row["Timestamps"] == [NOON, NOON + timedelta(minutes=2), NOON + timedelta(minutes=4)]
    assert row["Values"] == [1, 2, 4]


def test_an_empty_series_is_an_answer() -> None:
    other = query()
    other["MetricStat"]["Metric"]["Dimensions"] = [{"Name": "host", "Value": "a"}]
    (row,) = ask(other)["MetricDataResults"]
    assert (row["Values"], row["Timestamps"], row["StatusCode"]) == ([], [], "Complete")


def test_a_unit_asked_for_is_the_only_one_counted() -> None:
    asked = query()
    asked["MetricStat"]["Unit"] = "Count"
    assert values(ask(asked)) == [("m1", [])]


def test_pages_cut_series_and_say_so() -> None:
    asked = {"MaxDatapoints": 3, "ScanBy": "TimestampAscending"}
    first = ask(query("m1"), query("m2"), **asked)
    assert values(first) == [("m1", [0, 1, 2])]
    assert first["MetricDataResults"][0]["StatusCode"] == "PartialData"
    second = ask(query("m1"), query("m2"), **asked, NextToken=first["NextToken"])
    assert values(second) == [("m1", [4]), ("m2", [0, 1])]
    third = ask(query("m1"), query("m2"), **asked, NextToken=second["NextToken"])
    assert values(third) == [("m2", [2, 4])]
    assert "NextToken" not in third


@pytest.mark.parametrize("queries, more, words", [
    ([], {}, "between 1 and 500"),
    ([query()], {"EndTime": NOON}, "StartTime must not equal parameter EndTime"),
    ([query()], {"EndTime": NOON - timedelta(1)}, "StartTime must be less than parameter EndTime"),
    ([query(), query()], {}, "not unique: m1"),
    ([query("M1")], {}, "expected pattern"),
    ([{"Id": "m1"}], {}, "exactly one of them is required"),
    ([query(Expression="m1")], {}, "exactly one of them is required"),
    ([query(period=7)], {}, "multiple of 60"),
    ([query(stat="p999")], {}, "p999"),
    ([{"Id": "e1", "Expression": "e2"}, {"Id": "e2", "Expression": "e1"}], {}, "Error in expression 'e1': it depends"),
    ([{"Id": "e1", "Expression": "m1"}], {}, "m1 is not the id"),
    ([query(), {"Id": "e1", "Expression": "AVG(m1)"}], {}, "Error in expression 'e1': the result is a number"),
    ([{"Id": "e1", "Expression": "SELECT AVG(x) FROM y", "Period": 60}], {}, "Metrics Insights"),
    ([{"Id": "e1", "Expression": "m" * 2049}], {}, "2048 characters"),
    ([query()], {"NextToken": "x"}, "NextToken is invalid"),
])  # fmt: skip
def test_a_question_that_aws_would_not_answer(queries: list[Any], more: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        ask(*queries, **more)


def statistics(store: Store, **changes: Any) -> list[dict[str, Any]]:
    asked = {"Namespace": "app", "MetricName": "load", "StartTime": NOON, "EndTime": NOON + timedelta(minutes=5),
             "Period": 300, "Statistics": ["Sum", "Average"], **changes}  # fmt: skip
    points: list[dict[str, Any]] = get_metric_statistics(store, asked, LATER)["Datapoints"]
    return points


def test_statistics_of_each_unit() -> None:
    store = filled()
    store.put(LOAD, "Count", seconds(0), Bucket(2, 30, 10, 20))
    assert statistics(store, ExtendedStatistics=["p50"]) == [
        {"Timestamp": NOON, "Sum": 7, "Average": 7 / 4, "ExtendedStatistics": {"p50": 1}, "Unit": "Seconds"},
        {"Timestamp": NOON, "Sum": 30, "Average": 15, "Unit": "Count"},
    ]
    assert [point["Unit"] for point in statistics(store, Unit="Count")] == ["Count"]


@pytest.mark.parametrize("changes, code, words", [
    ({"Statistics": []}, "InvalidParameterCombination", "At least one"),
    ({"Period": 90}, "InvalidParameterValue", "multiple of 60"),
    ({"EndTime": NOON}, "InvalidParameterValue", "must be less than"),
    ({"Period": 60, "EndTime": NOON + timedelta(days=2)}, "InvalidParameterCombination", "up to 2,880 datapoints"),
    ({"Statistics": ["Median"]}, "ValidationError", "Median"),
])  # fmt: skip
def test_statistics_that_aws_would_not_compute(changes: dict[str, Any], code: str, words: str) -> None:
    with pytest.raises(Refusal, match=words) as refused:
        statistics(filled(), **changes)
    assert refused.value.code == code


def test_metrics_are_listed_by_what_is_known_of_them() -> None:
    store = filled()
    for host in ("a", "b"):
        store.put(Metric("app", "cpu", (("host", host),)), "None", seconds(-600), of_values({1.0: 1}))

    def names(**asked: Any) -> list[str]:
        return [row["MetricName"] for row in list_metrics(store, asked, LATER)["Metrics"]]

    assert names() == ["cpu", "cpu", "load"]
    assert names(Namespace="app", MetricName="cpu", Dimensions=[{"Name": "host", "Value": "a"}]) == ["cpu"]
    assert names(Dimensions=[{"Name": "host"}]) == ["cpu", "cpu"]
    assert names(RecentlyActive="PT3H") == ["load"]
    assert names(Namespace="AWS/EC2") == []


def test_metrics_are_listed_five_hundred_at_a_time() -> None:
    store = Store()
    for number in range(501):
        store.put(Metric("app", f"m{number:03}"), "None", seconds(0), of_values({1.0: 1}))
    first = list_metrics(store, {}, LATER)
    rest = list_metrics(store, {"NextToken": first["NextToken"]}, LATER)
    assert (len(first["Metrics"]), [row["MetricName"] for row in rest["Metrics"]]) == (500, ["m500"])
    assert "NextToken" not in rest


def test_alarms_are_described_by_what_is_asked() -> None:
    cloud = CloudWatch()
    cloud.have(alarm("a1", alarm_actions=[TOPIC]), alarm("a2"), alarm("b1"), alarm("c", rule="ALARM(a1) OR OK(a2)"))
    cloud.alarms["b1"].state_value = "OK"

    def names(**asked: Any) -> list[str]:
        found = describe_alarms(cloud.alarms, asked)
        return [each.name for each in (*found["MetricAlarms"], *found["CompositeAlarms"])]

    assert names() == ["a1", "a2", "b1"]
    assert names(AlarmTypes=["CompositeAlarm"]) == ["c"]
    assert names(AlarmNamePrefix="a", AlarmTypes=["MetricAlarm", "CompositeAlarm"]) == ["a1", "a2"]
    assert names(AlarmNames=["b1", "gone"]) == ["b1"]
    assert names(StateValue="OK") == ["b1"]
    assert names(ActionPrefix="arn:aws:sns") == ["a1"]
    assert names(ChildrenOfAlarmName="c") == ["a1", "a2"]
    assert names(ParentsOfAlarmName="a2", AlarmTypes=["CompositeAlarm"]) == ["c"]
    page = describe_alarms(cloud.alarms, {"MaxRecords": 2})
    assert [each.name for each in page["MetricAlarms"]] == ["a1", "a2"]
    assert names(NextToken=page["NextToken"]) == ["b1"]


def test_the_alarms_of_a_metric_are_those_on_just_that_metric() -> None:
    cloud = CloudWatch()
    cloud.have(alarm("load"), alarm("other", metric_name="other"))
    asked = {"Namespace": "app", "MetricName": "load"}

    def names(**more: Any) -> list[str]:
        return [each.name for each in describe_alarms_for_metric(cloud.alarms, {**asked, **more})["MetricAlarms"]]

    assert names() == ["load"]
    assert names(Dimensions=[{"Name": "host", "Value": "a"}]) == []
    assert names(Statistic="Sum") == []


def test_the_history_is_newest_first_and_of_metric_alarms() -> None:
    one, two = alarm("one"), alarm("two", rule="TRUE")
    items = [
        item(one, NOON, "ConfigurationUpdate", "created", {}),
        item(two, NOON, "ConfigurationUpdate", "created", {}),
        item(one, LATER, "StateUpdate", "changed", {}),
    ]

    def told(**asked: Any) -> list[str]:
        found = describe(items, asked)["AlarmHistoryItems"]
        return [f"{each['AlarmName']} {each['HistorySummary']}" for each in found]

    assert told() == ["one changed", "one created"]
    assert told(ScanBy="TimestampAscending") == ["one created", "one changed"]
    assert told(AlarmTypes=["CompositeAlarm"]) == ["two created"]
    assert told(HistoryItemType="StateUpdate", AlarmName="one") == ["one changed"]
    assert told(StartDate=NOON + timedelta(seconds=1)) == ["one changed"]
    assert told(EndDate=NOON) == ["one created"]
    assert told(MaxRecords=1, NextToken="1") == ["one created"]
