"""Alarms that stay quiet when nothing happens: missing data never breaches, and each names one thing to look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from troposphere import GetAtt, Ref, Template
from troposphere import cloudwatch as cw

from hivemind.model import names
from hivemind.model.findings import ServiceFindings
from hivemind.model.live import COLOURS, Colour
from hivemind.render.machine import BASIC_MONITORING
from hivemind.render.parameters import condition
from hivemind.render.scope import Scope

ALB = "AWS/ApplicationELB"
GIGABYTE = 1024**3


def add_foundation_alarms(template: Template, scope: Scope) -> None:
    """The balancer's own errors; the database's CPU and space."""
    if scope.web_services:
        balancer = {"LoadBalancer": GetAtt("LoadBalancer", "LoadBalancerFullName")}
        metric = _metric(ALB, "HTTPCode_ELB_5XX_Count", balancer, "Sum")
        _add(template, "BalancerErrors", "The load balancer itself answers with 5xx", metric, 10)
    if scope.database:
        database = {"DBInstanceIdentifier": Ref("Database")}
        cpu = _metric("AWS/RDS", "CPUUtilization", database, "Average")
        _add(template, "DatabaseCpu", "The database is short of CPU", cpu, 85, periods=5)
        space = _metric("AWS/RDS", "FreeStorageSpace", database, "Minimum")
        _add(template, "DatabaseSpace", "The database's disk is nearly full", space, 2 * GIGABYTE, below=True)


def add_service_alarms(template: Template, service: ServiceFindings) -> None:
    """For a web service: an outage over both colours, and per colour errors, latency and health; else CPU."""
    if service.kind != "web":
        for colour in COLOURS:
            _add_cpu(template, colour)
        return
    _add_outage(template)
    for colour in COLOURS:
        where = _target_dimensions(colour)
        errors = _metric(ALB, "HTTPCode_Target_5XX_Count", where, "Sum")
        _add(template, names.for_colour(colour, "Errors"), f"{colour} answers with 5xx", errors, 5)
        latency = _metric(ALB, "TargetResponseTime", where, "p99")
        _add(template, names.for_colour(colour, "Latency"), f"{colour} takes over 2 s (p99)", latency, 2)
        unhealthy = _metric(ALB, "UnHealthyHostCount", where, "Maximum")
        _add(template, names.for_colour(colour, "Unhealthy"), f"{colour} has unhealthy targets", unhealthy, 0)


def _add_cpu(template: Template, colour: Colour) -> None:
    metric = _metric("AWS/EC2", "CPUUtilization", {"AutoScalingGroupName": Ref(f"{colour.title()}Group")}, "Average")
    metric["Period"] = BASIC_MONITORING
    alarm = _add(template, names.for_colour(colour, "Cpu"), f"{colour} is short of CPU", metric, 90, periods=3)
    alarm.Condition = condition(colour)


def _add_outage(template: Template) -> None:
    """No target of either colour is healthy while there are some; with none at all there is nothing to be down."""
    counts = [
        cw.MetricDataQuery(
            Id=f"{kind}_{colour}",
            ReturnData=False,
            MetricStat=cw.MetricStat(
                Metric=cw.Metric(Namespace=ALB, MetricName=metric, Dimensions=_dimensions(_target_dimensions(colour))),
                Period=60,
                Stat=statistic,
            ),
        )
        for kind, metric, statistic in (
            ("up", "HealthyHostCount", "Minimum"),
            ("down", "UnHealthyHostCount", "Maximum"),
        )
        for colour in COLOURS
    ]
    outage = cw.MetricDataQuery(
        Id="outage",
        Label="Outage",
        Expression="IF(FILL(up_blue,0)+FILL(up_green,0) < 1 AND FILL(down_blue,0)+FILL(down_green,0) > 0, 1, 0)",
        ReturnData=True,
    )
    _add(template, "Outage", "No target of any colour is healthy", {"Metrics": [outage, *counts]}, 0, periods=2)


def _add(
    template: Template,
    title: str,
    description: str,
    metric: Mapping[str, Any],
    threshold: int,
    **how: int | bool,
) -> Any:
    """Alarm when `metric` is above (`below=True`: under) the threshold for `periods` periods, 3 unless said."""
    return template.add_resource(
        cw.Alarm(
            title,
            AlarmDescription=description,
            **metric,
            EvaluationPeriods=how.get("periods", 3),
            Threshold=threshold,
            ComparisonOperator="LessThanThreshold" if how.get("below") else "GreaterThanThreshold",
            TreatMissingData="notBreaching",
            AlarmActions=[Ref("AlertsTopic")],
        )
    )


def _metric(namespace: str, name: str, dimensions: Mapping[str, Any], statistic: str) -> dict[str, Any]:
    kind = "ExtendedStatistic" if statistic.startswith("p") else "Statistic"
    return {
        "Namespace": namespace,
        "MetricName": name,
        "Dimensions": _dimensions(dimensions),
        kind: statistic,
        "Period": 60,
    }


def _target_dimensions(colour: Colour) -> dict[str, Any]:
    targets = names.for_colour(colour, "Targets")
    return {"LoadBalancer": Ref("LoadBalancerFullName"), "TargetGroup": GetAtt(targets, "TargetGroupFullName")}


def _dimensions(values: Mapping[str, Any]) -> list[Any]:
    return [cw.MetricDimension(Name=name, Value=value) for name, value in values.items()]
