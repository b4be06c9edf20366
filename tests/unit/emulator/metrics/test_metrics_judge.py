"""AWS's own tables of missing data, every comparison, and the words of the reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from unit.emulator.metrics.cloudwatch import NOON, seconds

from hivemind.emulator.metrics.judge import Point, judge
from hivemind.emulator.metrics.refusal import Refusal
from hivemind.emulator.metrics.rule import Rule, enough_samples, read_rule

TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")
KEEP = None

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
THREE_OF_THREE = {
    "0 - X - X": ("OK", "OK", "OK", "OK"),
    "0 - - - -": ("OK", "OK", "OK", "OK"),
    "- - - - -": ("INSUFFICIENT_DATA", KEEP, "ALARM", "OK"),
    "0 X X - X": ("ALARM", "ALARM", "ALARM", "ALARM"),
    "- - X - -": ("ALARM", KEEP, "ALARM", "OK"),
    # From the text below the tables: too early.
    "- - - - X": ("INSUFFICIENT_DATA", KEEP, "ALARM", "OK"),
    "- - - X -": ("INSUFFICIENT_DATA", KEEP, "ALARM", "OK"),
    "- - - X 0": ("OK", "OK", "OK", "OK"),
    "- - X - 0": ("OK", "OK", "OK", "OK"),
}
TWO_OF_THREE = {
    "0 - X - X": ("ALARM", "ALARM", "ALARM", "ALARM"),
    "0 0 X 0 X": ("ALARM", "ALARM", "ALARM", "ALARM"),
    "0 - X - -": ("OK", "OK", "ALARM", "OK"),
    "- - - - 0": ("OK", "OK", "ALARM", "OK"),
    "- - - X -": ("ALARM", KEEP, "ALARM", "OK"),
}
CASES = [
    (needed, drawn, treatment, wanted)
    for needed, table in ((3, THREE_OF_THREE), (2, TWO_OF_THREE))
    for drawn, states in table.items()
    for treatment, wanted in zip(TREATMENTS, states, strict=True)
]


def rule(**changes: Any) -> Rule:
    asked = {
        "Namespace": "app", "MetricName": "load", "Dimensions": [], "Statistic": "Average", "Period": 60,
        "EvaluationPeriods": 3, "Threshold": 10, "ComparisonOperator": "GreaterThanThreshold",
    }  # fmt: skip
    return read_rule({**asked, **changes})


def points(drawn: str) -> list[Point]:
    """AWS's drawing: the most recent point on the right."""
    values = {"0": 1.0, "X": 11.0, "-": None}
    return [Point(seconds(minute), values[sign]) for minute, sign in enumerate(drawn.split())]


@pytest.mark.parametrize("needed, drawn, treatment, wanted", CASES)
def test_missing_data_as_in_the_tables(needed: int, drawn: str, treatment: str, wanted: str | None) -> None:
    verdict = judge(rule(DatapointsToAlarm=needed, TreatMissingData=treatment), points(drawn), NOON)
    assert (verdict and verdict.state) == wanted


@pytest.mark.parametrize("operator, breaching", [
    ("GreaterThanThreshold", {11}),
    ("GreaterThanOrEqualToThreshold", {10, 11}),
    ("LessThanThreshold", {9}),
    ("LessThanOrEqualToThreshold", {9, 10}),
])  # fmt: skip
def test_every_comparison(operator: str, breaching: set[int]) -> None:
    asked = rule(ComparisonOperator=operator, EvaluationPeriods=1)
    for value in (9, 10, 11):
        verdict = judge(asked, [Point(seconds(0), float(value))], NOON)
        assert verdict is not None
        assert (verdict.state == "ALARM") is (value in breaching)


def test_missing_is_what_an_alarm_does_when_nothing_is_said() -> None:
    assert rule().missing == "missing"


@pytest.mark.parametrize("drawn, changes, reason", [
    ("0 0 X X X", {}, "3 out of the last 3 datapoints [11.0 (04/05/26 12:04:00), 11.0 (04/05/26 12:03:00), 11.0 "
     "(04/05/26 12:02:00)] were greater than the threshold (10.0) (minimum 3 datapoints for OK -> ALARM transition)."),
    ("X X X X 0", {}, "1 out of the last 3 datapoints [1.0 (04/05/26 12:04:00)] was not greater than the threshold "
     "(10.0) (minimum 1 datapoint for ALARM -> OK transition)."),
    ("- - - - X", {"TreatMissingData": "notBreaching", "DatapointsToAlarm": 1}, "1 out of the last 1 datapoints [11.0 "
     "(04/05/26 12:04:00)] was greater than the threshold (10.0) and 2 missing datapoints were treated as "
     "[NonBreaching] (minimum 1 datapoint for OK -> ALARM transition)."),
    ("- - - - -", {"TreatMissingData": "notBreaching"},
     "no datapoints were received for 3 periods and 3 missing datapoints were treated as [NonBreaching]."),
    ("- - - - -", {"TreatMissingData": "breaching", "EvaluationPeriods": 1},
     "no datapoints were received for 1 period and 1 missing datapoint was treated as [Breaching]."),
    ("- - - - 0", {"TreatMissingData": "breaching", "DatapointsToAlarm": 2},
     "1 datapoint was received for 3 periods and 2 missing datapoints were treated as [Breaching]."),
])  # fmt: skip
def test_the_reason_is_in_the_words_of_aws(drawn: str, changes: dict[str, Any], reason: str) -> None:
    verdict = judge(rule(**changes), points(drawn), NOON)
    assert verdict is not None
    assert verdict.reason == f"Threshold Crossed: {reason}"


def test_insufficient_data_counts_what_is_unknown() -> None:
    verdict = judge(rule(), points("- - - - -"), NOON)
    assert verdict is not None
    assert verdict.reason == "Insufficient Data: 3 datapoints were unknown."


def test_the_reason_data_holds_what_was_evaluated() -> None:
    verdict = judge(rule(Unit="Seconds"), points("0 X X - X"), NOON)
    assert verdict is not None
    data = json.loads(verdict.data)
    assert data | {"evaluatedDatapoints": []} == {
        "version": "1.0", "queryDate": "2026-05-04T12:00:00.000+0000", "startDate": "2026-05-04T12:01:00.000+0000",
        "unit": "Seconds", "statistic": "Average", "period": 60, "recentDatapoints": [11.0, 11.0, 11.0],
        "threshold": 10.0, "evaluatedDatapoints": [],
    }  # fmt: skip
    assert data["evaluatedDatapoints"][0] == {"timestamp": "2026-05-04T12:04:00.000+0000", "value": 11.0}


def metric(id_: str, returned: bool, period: int = 60) -> dict[str, Any]:
    stat = {"Metric": {"Namespace": "app", "MetricName": "load"}, "Period": period, "Stat": "Sum"}
    return {"Id": id_, "ReturnData": returned, "MetricStat": stat}


@pytest.mark.parametrize("changes, words", [
    ({"Period": 61}, "multiple of 60"),
    ({"Period": 5}, "10, 20, 30 or a multiple of 60"),
    ({"Period": 60, "EvaluationPeriods": 1441}, "more than a day"),
    ({"Period": 3600, "EvaluationPeriods": 169}, "more than seven days"),
    ({"DatapointsToAlarm": 4}, "DatapointsToAlarm must be less"),
    ({"EvaluationPeriods": 0}, "EvaluationPeriods must be specified"),
    ({"DatapointsToAlarm": 0}, "DatapointsToAlarm must be specified"),
    ({"ComparisonOperator": "GreaterThanUpperThreshold"}, "GreaterThanUpperThreshold for parameter ComparisonOperator"),
    ({"TreatMissingData": "forget"}, "forget for parameter TreatMissingData"),
    ({"Threshold": None}, "Threshold must be specified"),
    ({"Statistic": None}, "Exactly one of the parameters Statistic and ExtendedStatistic"),
    ({"ExtendedStatistic": "p99"}, "Exactly one of the parameters Statistic and ExtendedStatistic"),
    ({"Statistic": None, "ExtendedStatistic": "tm90"}, "not tm90"),
    ({"Statistic": "Mean"}, "Mean"),
    ({"EvaluateLowSampleCountPercentile": "guess"}, "evaluate and ignore"),
    ({"Metrics": [metric("m1", True)]}, "mutually exclusive"),
])  # fmt: skip
def test_an_alarm_that_aws_would_not_take(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        rule(**changes)


@pytest.mark.parametrize("metrics, words", [
    ([metric("m1", True), metric("m2", True)], "Exactly one element of the metrics list"),
    ([metric("m1", False)], "Exactly one element of the metrics list"),
    ([metric("m1", False), metric("m2", False, 300), {"Id": "e1", "Expression": "m1+m2"}], "same period"),
    ([metric("m1", False), {"Id": "e1", "Expression": "AVG(m1)"}], "the result is a number"),
    ([metric("m1", False), metric("m2", False), {"Id": "e1", "Expression": "METRICS()"}], "one time series"),
    ([metric("m1", False), {"Id": "e1", "Expression": "TIME_SERIES(1)"}], "at least one metric"),
    ([metric("m1", False), {"Id": "e1", "Expression": "m1+m9"}], "m9 is not the id of another query"),
    ([metric("m1", False), {"Id": "e1", "Expression": "SEARCH('x')"}], "does not have the function SEARCH"),
    ([metric("m1", False), {"Id": "e1", "Expression": "m1 +"}], "Error in expression 'e1': unexpected"),
    ([*[metric(f"m{n}", False) for n in range(11)], {"Id": "e1", "Expression": "m1"}], "at most 10 metrics"),
])  # fmt: skip
def test_an_expression_that_is_no_alarm(metrics: list[dict[str, Any]], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        rule(MetricName=None, Namespace=None, Statistic=None, Period=None, Metrics=metrics)


def test_a_percentile_of_few_samples_by_the_measure_of_aws() -> None:
    asked = rule(Statistic=None, ExtendedStatistic="p99", EvaluateLowSampleCountPercentile="ignore")
    assert not enough_samples(asked, 999)
    assert enough_samples(asked, 1000)
    low = rule(Statistic=None, ExtendedStatistic="p10", EvaluateLowSampleCountPercentile="ignore")
    assert [enough_samples(low, count) for count in (99, 100)] == [False, True]
    assert enough_samples(rule(Statistic=None, ExtendedStatistic="p99"), 1)
