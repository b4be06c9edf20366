"""What a change of an alarm's state sets off: messages to SNS topics, and scaling policies, through one hook each.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html; EC2, Lambda and Systems Manager
actions are refused when the alarm is put.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hivemind.emulator.metrics.judge import State, stamp
from hivemind.emulator.metrics.refusal import invalid

MOST_ACTIONS = 5
_TOPIC = re.compile(r"arn:aws:sns:([\w-]+):\d+:[^:]+")
_POLICY = re.compile(r"arn:aws:autoscaling:([\w-]+):\d+:scalingPolicy:.+")
_REGIONS = {"us-east-1": "US East (N. Virginia)", "us-east-2": "US East (Ohio)", "us-west-2": "US West (Oregon)",
            "eu-west-1": "EU (Ireland)", "eu-central-1": "EU (Frankfurt)"}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """An alarm's state as of now; `was` is the same while it lasts, `value` the newest data point if there is one."""

    was: State
    now: State
    reason: str
    at: datetime
    value: float | None = None


@dataclass(frozen=True)
class Scaling:
    """A scaling policy that an alarm calls: at the change of state, and again each minute while that lasts."""

    policy_arn: str
    region: str
    alarm_name: str
    alarm_arn: str
    change: Change
    threshold: float | None


Scale = Callable[[Scaling], None]
"""Does what a scaling policy says; an exception is the action's failure, its words are in the alarm's history."""
Publish = Callable[[str, str, str, str], None]
"""Region, topic ARN, subject, message."""


@dataclass(frozen=True)
class Doers:
    """Who acts."""

    publish: Publish
    scale: Scale


def require_actions(arns: Sequence[str], *, composite: bool) -> None:
    """Refuse an action that the local cloud does not take; raises Refusal."""
    if len(arns) > MOST_ACTIONS:
        raise invalid(f"An alarm can have at most {MOST_ACTIONS} actions per state.")
    for arn in arns:
        if not _TOPIC.fullmatch(arn) and (composite or not _POLICY.fullmatch(arn)):
            allowed = "SNS topics" if composite else "SNS topics and Auto Scaling policies"
            raise invalid(
                f"Invalid arn syntax, or an action that the local cloud does not have: {arn}; it has {allowed}."
            )


def is_repeated(arn: str) -> bool:
    """Whether the action is taken again each minute while the state lasts, as AWS does with scaling policies."""
    return _POLICY.fullmatch(arn) is not None


def take(arn: str, alarm: Any, change: Change, doers: Doers) -> str:
    """Take one action; returns why it failed, empty when it did not."""
    try:
        if policy := _POLICY.fullmatch(arn):
            doers.scale(Scaling(arn, policy[1], alarm.name, alarm.alarm_arn, change, alarm.threshold))
        elif topic := _TOPIC.fullmatch(arn):
            doers.publish(topic[1], arn, _subject(alarm, change), json.dumps(message(alarm, change)))
    except Exception as problem:
        return str(problem) or repr(problem)
    return ""


def message(alarm: Any, change: Change) -> dict[str, Any]:
    """The JSON that a topic's subscribers get.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    """
    return {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "AWSAccountId": alarm.alarm_arn.split(":")[4],
        "AlarmConfigurationUpdatedTimestamp": stamp(alarm.configuration_updated_timestamp),
        "NewStateValue": change.now,
        "NewStateReason": change.reason,
        "StateChangeTime": stamp(change.at),
        "Region": _region(alarm.region_name),
        "AlarmArn": alarm.alarm_arn,
        "OldStateValue": change.was,
        "OKActions": alarm.ok_actions,
        "AlarmActions": alarm.alarm_actions,
        "InsufficientDataActions": alarm.insufficient_data_actions,
        **({"AlarmRule": alarm.rule} if alarm.rule is not None else {"Trigger": _trigger(alarm)}),
    }


def _trigger(alarm: Any) -> dict[str, Any]:
    trigger = {
        "MetricName": alarm.metric_name,
        "Namespace": alarm.namespace,
        "StatisticType": "ExtendedStatistic" if alarm.extended_statistic else "Statistic",
        "Statistic": (alarm.statistic or "").upper(),
        "ExtendedStatistic": alarm.extended_statistic,
        "Unit": alarm.unit,
        "Dimensions": [{"value": each.value, "name": each.name} for each in alarm.dimensions],
        "Period": alarm.period,
        "Metrics": [_query(each) for each in alarm.metric_data_queries],
        "EvaluationPeriods": alarm.evaluation_periods,
        "DatapointsToAlarm": alarm.datapoints_to_alarm,
        "ComparisonOperator": alarm.comparison_operator,
        "Threshold": alarm.threshold,
        "TreatMissingData": alarm.treat_missing_data or "missing",
        "EvaluateLowSampleCountPercentile": alarm.evaluate_low_sample_count_percentile or "",
    }
    return {name: value for name, value in trigger.items() if value not in (None, [])}


def _query(query: Any) -> dict[str, Any]:
    shown = {"Id": query.id, "Label": query.label, "ReturnData": query.return_data is not False}
    if query.expression:
        return {**shown, "Expression": query.expression}
    stat = query.metric_stat
    metric = {
        "Dimensions": [{"value": each.value, "name": each.name} for each in stat.metric.dimensions],
        "MetricName": stat.metric.metric_name,
        "Namespace": stat.metric.namespace,
    }
    return {**shown, "MetricStat": {"Metric": metric, "Period": stat.period, "Stat": stat.stat}}


def _subject(alarm: Any, change: Change) -> str:
    """SNS allows 100 characters."""
    return f'{change.now}: "{alarm.name}" in {_region(alarm.region_name)}'[:100]


def _region(code: str) -> str:
    return _REGIONS.get(code, code)
