"""Everything the project's own templates ask of CloudWatch can be answered: each alarm, each widget of a dashboard."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from unit.emulator.metrics.cloudwatch import NOON

from hivemind.emulator.cloudformation.template import parse
from hivemind.emulator.metrics import dashboard
from hivemind.emulator.metrics.actions import require_actions
from hivemind.emulator.metrics.reading import get_metric_data
from hivemind.emulator.metrics.rule import read_rule
from hivemind.emulator.metrics.store import Store

TEMPLATES = sorted((Path(__file__).parents[4] / "generated").rglob("*.yaml"))
TOPIC = "arn:aws:sns:us-east-1:123456789012:alerts"


def resolved(value: Any) -> Any:
    """A property with every reference as some text."""
    if isinstance(value, dict):
        if set(value) == {"Fn::Sub"}:
            text = value["Fn::Sub"]
            return re.sub(r"\$\{[^}]+\}", "some", text[0] if isinstance(text, list) else text)
        if len(value) == 1 and next(iter(value)).startswith(("Ref", "Fn::")):
            return "some"
        return {name: resolved(each) for name, each in value.items()}
    return [resolved(each) for each in value] if isinstance(value, list) else value


def resources(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in TEMPLATES:
        for name, resource in parse(path.read_text()).section("Resources").items():
            if resource["Type"] == kind:
                yield f"{path.parent.name}/{path.stem}/{name}", resolved(resource["Properties"])


ALARMS = dict(resources("AWS::CloudWatch::Alarm"))
DASHBOARDS = dict(resources("AWS::CloudWatch::Dashboard"))


@pytest.mark.parametrize("name", ALARMS)
def test_every_alarm_that_is_rendered_can_be_evaluated(name: str) -> None:
    asked = ALARMS[name]
    rule = read_rule({"Dimensions": [], **asked})
    assert rule.period == 60
    assert asked["AlarmActions"] == ["some"]
    require_actions([TOPIC], composite=False)


@pytest.mark.parametrize("name", DASHBOARDS)
def test_every_widget_of_a_dashboard_that_is_rendered_can_be_answered(name: str) -> None:
    body = DASHBOARDS[name]["DashboardBody"]
    dashboard.check(body)
    graphs = [widget["properties"] for widget in json.loads(body)["widgets"] if widget["type"] == "metric"]
    assert graphs
    for graph in graphs:
        queries = [query(f"m{number}", metric, graph) for number, metric in enumerate(graph["metrics"])]
        asked = {"StartTime": NOON, "EndTime": NOON + timedelta(hours=3), "MetricDataQueries": queries}
        rows = get_metric_data(Store(), asked, NOON)["MetricDataResults"]
        assert [row["StatusCode"] for row in rows] == ["Complete"] * len(queries)


def query(id_: str, metric: list[Any], graph: dict[str, Any]) -> dict[str, Any]:
    options = metric[-1] if isinstance(metric[-1], dict) else {}
    words = metric[:-1] if options else metric
    pairs = [{"Name": name, "Value": value} for name, value in zip(words[2::2], words[3::2], strict=True)]
    named = {"Namespace": words[0], "MetricName": words[1], "Dimensions": pairs}
    stat = options.get("stat", graph["stat"])
    return {"Id": id_, "MetricStat": {"Metric": named, "Period": graph["period"], "Stat": stat}}


def test_there_are_templates_to_look_at() -> None:
    assert len(ALARMS) >= 20
    assert len(DASHBOARDS) >= 3
