"""Composite rules, dashboard bodies and log filters: what is taken, and what is refused where."""

from __future__ import annotations

import json
from typing import Any

import pytest
from unit.emulator.metrics.cloudwatch import seconds

from hivemind.emulator.metrics import dashboard, filters
from hivemind.emulator.metrics.composite import alarms_of, holds, parse_rule
from hivemind.emulator.metrics.judge import State
from hivemind.emulator.metrics.refusal import Refusal
from hivemind.emulator.metrics.store import Metric, Store, Window

STATES: dict[str, State] = {"a": "ALARM", "b": "OK", "c d": "INSUFFICIENT_DATA"}


@pytest.mark.parametrize("text, wanted", [
    ("ALARM(a)", True),
    ("ALARM(b)", False),
    ('OK("b")', True),
    ("INSUFFICIENT_DATA('c d')", True),
    ("ALARM(arn:aws:cloudwatch:us-east-1:123456789012:alarm:a)", True),
    ("NOT ALARM(b)", True),
    ("ALARM(a) AND OK(b) AND NOT OK(a)", True),
    ("ALARM(b) AND ALARM(a) OR OK(b)", True),
    ("ALARM(b) AND (ALARM(a) OR OK(b))", False),
    ("NOT (ALARM(a) OR FALSE)", False),
    ("TRUE", True),
    ("ALARM(gone) OR OK(gone) OR INSUFFICIENT_DATA(gone)", False),
])  # fmt: skip
def test_what_a_composite_rule_means(text: str, wanted: bool) -> None:
    assert holds(parse_rule(text), STATES) is wanted


def test_the_alarms_of_a_rule() -> None:
    assert alarms_of(parse_rule('ALARM("c d") OR NOT (OK(a) AND TRUE)')) == {"c d", "a"}


@pytest.mark.parametrize("text", [
    "", "ALARM", "ALARM()", "alarm(a)", "ALARM(a) OK(b)", "ALARM(a) AND", "(ALARM(a)", "ALARM(a))", "NOT",
    "AT_LEAST(2, ALARM, (a, b))", "ALARM(a) XOR OK(b)", "NOT " * 100 + "TRUE", "TRUE AND " * 300 + "TRUE",
    "TRUE" + " " * 10_240,
])  # fmt: skip
def test_a_rule_that_is_none(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_rule(text)
    assert refused.value.code == "ValidationError"


def widget(kind: str = "metric", **properties: Any) -> dict[str, Any]:
    return {"type": kind, "x": 0, "y": 0, "width": 6, "height": 6, "properties": properties}


GRAPH = widget(region="us-east-1", stat="p99", period=60, metrics=[["app", "load", "host", "a", {"stat": "Sum"}],
               [{"expression": "m1*2"}]])  # fmt: skip


@pytest.mark.parametrize("body", [
    {"widgets": []},
    {"widgets": [GRAPH, widget("text", markdown="# hello"), widget("log", region="us-east-1", query="fields @message"),
                 widget("alarm", alarms=["arn"])]},
    {"widgets": [{"type": "text", "properties": {"markdown": "no place of its own"}}], "start": "-PT3H"},
])  # fmt: skip
def test_a_dashboard_that_is_taken(body: Any) -> None:
    dashboard.check(json.dumps(body))


@pytest.mark.parametrize("body, path, words", [
    ([], "", "Should be object"),
    ({}, "", "Should have required property 'widgets'"),
    ({"widgets": {}}, "", "Should be array"),
    ({"widgets": ["x"]}, "/widgets/0", "Should be object"),
    ({"widgets": [{"type": "text"}]}, "/widgets/0", "Should have required property 'properties'"),
    ({"widgets": [widget("pie")]}, "/widgets/0/type", "Should be equal to one of the allowed values"),
    ({"widgets": [GRAPH | {"width": 25}]}, "/widgets/0/width", "Should be <= 24"),
    ({"widgets": [GRAPH | {"x": -1}]}, "/widgets/0/x", "Should be >= 0"),
    ({"widgets": [GRAPH | {"height": "6"}]}, "/widgets/0/height", "Should be integer"),
    ({"widgets": [widget("text")]}, "/widgets/0/properties", "Should have required property 'markdown'"),
    ({"widgets": [widget("log", region="r")]}, "/widgets/0/properties", "Should have required property 'query'"),
    ({"widgets": [widget(metrics=[["a", "b"]])]}, "/widgets/0/properties", "Should have required property 'region'"),
    ({"widgets": [widget(region="r")]}, "/widgets/0/properties", "Should have required property 'metrics'"),
    ({"widgets": [widget(region="r", metrics=[["a"]])]}, "/widgets/0/properties/metrics/0", "fewer than 2 items"),
    ({"widgets": [widget(region="r", metrics=[["a", "b", "c"]])]}, "/widgets/0/properties/metrics/0", "fewer than 4"),
    ({"widgets": [widget(region="r", metrics=[["a", "b", {"c": "d"}, "e"]])]}, "/widgets/0/properties/metrics/0/2",
     "only 'String' type is allowed"),
    ({"widgets": [widget(region="r", metrics=[["a", "b"]], period=61)]}, "/widgets/0/properties/period", "multiple"),
    ({"widgets": [widget(region="r", metrics=[["a", "b"]], stat="p999")]}, "/widgets/0/properties/stat", "p999"),
    ({"widgets": [GRAPH] * 501}, "/widgets", "more than 500 items"),
])  # fmt: skip
def test_a_dashboard_that_is_refused_where_it_is_wrong(body: Any, path: str, words: str) -> None:
    with pytest.raises(Refusal, match=r"The dashboard body is invalid, there is 1 validation error:") as refused:
        dashboard.check(json.dumps(body))
    (finding,) = json.loads(refused.value.message.partition("\n")[2])
    assert (finding["dataPath"], words in finding["message"]) == (path, True)
    assert refused.value.code == "InvalidParameterInput"


def test_a_dashboard_that_is_no_json_and_one_with_two_mistakes() -> None:
    with pytest.raises(Refusal, match="valid JSON object"):
        dashboard.check("{")
    with pytest.raises(Refusal, match="there are 2 validation errors"):
        dashboard.check(json.dumps({"widgets": [widget("log")]}))


@pytest.mark.parametrize("pattern, line, wanted", [
    ("", "anything", True),
    ("ERROR", "an ERROR here", True),
    ("ERROR", "an error here", False),
    ("ERROR db", "db: ERROR", True),
    ("ERROR db", "ERROR", False),
    ('"db: gone"', "db: gone away", True),
    ('"db: gone"', "gone db:", False),
    ("ERROR -db", "ERROR db", False),
    ("?WARN ?ERROR", "a WARN", True),
    ("?WARN ?ERROR", "an INFO", False),
    ('-"not this"', "not that", True),
])  # fmt: skip
def test_which_lines_a_filter_counts(pattern: str, line: str, wanted: bool) -> None:
    assert filters.read_pattern(pattern).matches(line) is wanted


def change(**more: Any) -> dict[str, Any]:
    return {"metricNamespace": "app", "metricName": "errors", "metricValue": "1", **more}


@pytest.mark.parametrize("pattern, transformation, words", [
    ('{ $.level = "error" }', change(), "words only"),
    ("[ip, user, status=5*]", change(), "words only"),
    ("%ERR.*%", change(), "words only"),
    ('"open', change(), "Invalid metric filter pattern"),
    ("ERROR", change(metricValue="$.size"), "takes a number"),
    ("ERROR", change(dimensions={"host": "$.host"}), "dimensions"),
])  # fmt: skip
def test_a_filter_that_could_not_be_honoured(pattern: str, transformation: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        filters.check(pattern, [transformation])


def test_lines_become_values_of_their_minute() -> None:
    store = Store()
    events = [
        {"timestamp": seconds(0) * 1000 + 5, "message": "ERROR 1"},
        {"timestamp": seconds(0) * 1000 + 9000, "message": "ERROR 2"},
        {"timestamp": seconds(0) * 1000 + 9500, "message": "INFO"},
        {"timestamp": seconds(2) * 1000, "message": "INFO"},
    ]
    asked = {"filterPattern": "ERROR", "metricTransformations": [change(defaultValue=0.0)]}
    filters.feed([asked], events, store)
    found = store.read(Metric("app", "errors"), Window(seconds(0), seconds(3), 60))
    assert {at: (bucket.count, bucket.total) for at, bucket in found.items()} == {
        seconds(0): (2, 2), seconds(2): (1, 0),
    }  # fmt: skip
