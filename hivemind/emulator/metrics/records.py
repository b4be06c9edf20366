"""moto's alarms as records: what was asked of one, its actions, and the notes of its history."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hivemind.emulator.metrics import history
from hivemind.emulator.metrics.judge import State, Verdict, stamp

INITIAL = "Unchecked: Initial alarm creation"
_NAMES = {
    "ComparisonOperator": "comparison_operator",
    "EvaluationPeriods": "evaluation_periods",
    "DatapointsToAlarm": "datapoints_to_alarm",
    "Threshold": "threshold",
    "TreatMissingData": "treat_missing_data",
    "EvaluateLowSampleCountPercentile": "evaluate_low_sample_count_percentile",
    "Namespace": "namespace",
    "MetricName": "metric_name",
    "Period": "period",
    "Statistic": "statistic",
    "ExtendedStatistic": "extended_statistic",
    "Unit": "unit",
}
"""PutMetricAlarm's parameters → moto's attributes."""


def asked_of(alarm: Any) -> Mapping[str, Any]:
    """PutMetricAlarm's parameters, from moto's alarm."""
    return {
        **{name: getattr(alarm, attribute) for name, attribute in _NAMES.items()},
        "Dimensions": _dimensions(alarm.dimensions),
        "Metrics": [_query(each) for each in alarm.metric_data_queries],
    }


def actions_of(alarm: Any) -> Sequence[str]:
    """The actions of the state it is in."""
    match alarm.state_value:
        case "OK":
            return alarm.ok_actions  # type: ignore[no-any-return]
        case "ALARM":
            return alarm.alarm_actions  # type: ignore[no-any-return]
        case _:
            return alarm.insufficient_data_actions  # type: ignore[no-any-return]


def note(backend: Any, item: history.Item) -> None:
    """Add to the history of a region's alarms; it outlives the alarm, as on AWS."""
    backend.alarm_history = history.kept([*history_of(backend), item], item["Timestamp"])


def history_of(backend: Any) -> list[history.Item]:
    """The history of a region's alarms, oldest first."""
    return backend.__dict__.get("alarm_history", [])  # type: ignore[no-any-return]


def begin(alarm: Any, before: Any | None, now: datetime) -> None:
    """The state of an alarm that was just put: the one it had, or INSUFFICIENT_DATA when it is new."""
    alarm.configuration_updated_timestamp = now
    if before is None:
        alarm.state_value, alarm.state_reason, alarm.state_reason_data = "INSUFFICIENT_DATA", INITIAL, "{}"
        alarm.state_updated_timestamp = alarm.state_transitioned_timestamp = now
        return
    for name in ("state_value", "state_reason", "state_reason_data", "state_updated_timestamp"):
        setattr(alarm, name, getattr(before, name))
    alarm.state_transitioned_timestamp = getattr(before, "state_transitioned_timestamp", before.state_updated_timestamp)


def described(state: State, reason: str, data: str | None) -> Mapping[str, Any]:
    """A state as the history's JSON has it."""
    return {"stateValue": state, "stateReason": reason, "stateReasonData": json.loads(data or "{}")}


def composite_verdict(state: State, children: Sequence[Any]) -> Verdict:
    """The state of a composite alarm, with the child whose change set it off: the latest to have changed."""
    if not children:
        return Verdict(state, f"The rule is {state == 'ALARM'} without any alarm", "{}")
    last = max(children, key=lambda child: child.state_updated_timestamp)
    moment = last.state_updated_timestamp
    reason = f"{last.alarm_arn} transitioned to {last.state_value} at {moment:%A %d %B, %Y %H:%M:%S} UTC"
    told = {"arn": last.alarm_arn, "state": {"value": last.state_value, "timestamp": stamp(moment)}}
    return Verdict(state, reason, json.dumps({"triggeringAlarms": [told]}))


def _query(query: Any) -> Mapping[str, Any]:
    shown = {"Id": query.id, "Label": query.label, "ReturnData": query.return_data, "Period": query.period}
    if query.metric_stat is None:
        return {**shown, "Expression": query.expression}
    stat = query.metric_stat
    metric = {
        "Namespace": stat.metric.namespace,
        "MetricName": stat.metric.metric_name,
        "Dimensions": _dimensions(stat.metric.dimensions),
    }
    return {**shown, "MetricStat": {"Metric": metric, "Period": stat.period, "Stat": stat.stat, "Unit": stat.unit}}


def _dimensions(given: Sequence[Any]) -> list[dict[str, str]]:
    return [{"Name": each.name, "Value": each.value} for each in given]
