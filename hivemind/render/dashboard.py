"""The dashboard of a service: what users meet (requests, errors, latency), what serves them, the last log lines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from troposphere import GetAtt, If, Output, Ref, Sub, Template
from troposphere import cloudwatch as cw

from hivemind.model import names
from hivemind.model.findings import ServiceFindings
from hivemind.model.live import COLOURS
from hivemind.render.machine import BASIC_MONITORING
from hivemind.render.parameters import condition
from hivemind.render.scope import Scope

WIDTH, HEIGHT, COLUMNS = 8, 6, 3

Metric = list[Any]
Widget = dict[str, Any]


def add_dashboard(template: Template, scope: Scope, service: ServiceFindings) -> None:
    """The dashboard and its URL. Widgets stand one to a line, so that a change of one is one line of a diff."""
    web = service.kind == "web"
    widgets = [*(_web_widgets() if web else ()), _cpu_widget()]
    if scope.uses_database(service):
        widgets.append(_database_widget())
    placed = [_placed(widget, index) for index, widget in enumerate(widgets)]
    lines = ",\n".join(json.dumps(widget) for widget in [*placed, _log_widget(len(placed))])
    dashboard = cw.Dashboard("Dashboard", DashboardBody=Sub(f'{{"widgets": [\n{lines}\n]}}\n', _variables(web=web)))
    template.add_resource(dashboard)
    console = "https://${AWS::Region}.console.aws.amazon.com/cloudwatch/home?region=${AWS::Region}"
    template.add_output(Output("DashboardUrl", Value=Sub(f"{console}#dashboards/dashboard/${{Dashboard}}")))


def _variables(*, web: bool) -> dict[str, Any]:
    """What the body names: the group of a colour while there is one, and the target groups."""
    variables: dict[str, Any] = {}
    for colour in COLOURS:
        group = names.for_colour(colour, "Group")
        variables[f"{group}Name"] = If(condition(colour), Ref(group), "none")
        if web:
            targets = names.for_colour(colour, "Targets")
            variables[f"{targets}Name"] = GetAtt(targets, "TargetGroupFullName")
    return variables


def _web_widgets() -> list[Widget]:
    return [
        _graph("Requests", "Sum", _per_target("RequestCount")),
        _graph("Errors (5xx)", "Sum", _per_target("HTTPCode_Target_5XX_Count")),
        _graph("Latency in seconds (p50, p99)", "p50", [*_latency("p50"), *_latency("p99")]),
        _graph("Healthy targets", "Minimum", _per_target("HealthyHostCount")),
    ]


def _per_target(metric: str) -> list[Metric]:
    where = ["LoadBalancer", "${LoadBalancerFullName}"]
    return [
        ["AWS/ApplicationELB", metric, *where, "TargetGroup", f"${{{colour.title()}TargetsName}}", {"label": colour}]
        for colour in COLOURS
    ]


def _latency(statistic: str) -> list[Metric]:
    return [
        [*metric, options | {"stat": statistic, "label": f"{options['label']} {statistic}"}]
        for *metric, options in _per_target("TargetResponseTime")
    ]


def _cpu_widget() -> Widget:
    groups = [(colour, names.for_colour(colour, "Group")) for colour in COLOURS]
    return _graph(
        "CPU of instances (%)",
        "Average",
        [["AWS/EC2", "CPUUtilization", "AutoScalingGroupName", f"${{{g}Name}}", {"label": c}] for c, g in groups],
        period=BASIC_MONITORING,
    )


def _database_widget() -> Widget:
    where = ["DBInstanceIdentifier", "${DatabaseIdentifier}"]
    return _graph(
        "Database: CPU (%), connections",
        "Average",
        [
            ["AWS/RDS", "CPUUtilization", *where],
            ["AWS/RDS", "DatabaseConnections", *where, {"yAxis": "right"}],
        ],
    )


def _graph(title: str, statistic: str, metrics: Sequence[Metric], period: int = 60) -> Widget:
    properties = {
        "title": title,
        "region": "${AWS::Region}",
        "stat": statistic,
        "period": period,
        "metrics": list(metrics),
    }
    return {"type": "metric", "width": WIDTH, "height": HEIGHT, "properties": properties}


def _log_widget(before: int) -> Widget:
    query = "SOURCE '${LogGroup}' | fields @timestamp, @message | sort @timestamp desc | limit 50"
    row = -(-before // COLUMNS)
    return {
        "type": "log",
        "width": WIDTH * COLUMNS,
        "height": HEIGHT,
        "x": 0,
        "y": HEIGHT * row,
        "properties": {"title": "Last log lines", "region": "${AWS::Region}", "query": query},
    }


def _placed(widget: Widget, index: int) -> Widget:
    row, column = divmod(index, COLUMNS)
    return widget | {"x": WIDTH * column, "y": HEIGHT * row}
