"""DescribeAlarms and DescribeAlarmsForMetric: which alarms are asked for.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hivemind.emulator.metrics.composite import alarms_of, parse_rule
from hivemind.emulator.metrics.refusal import bad_value

MOST_RECORDS = 50

Asked = Mapping[str, Any]


def describe_alarms(alarms: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    """MetricAlarms and CompositeAlarms, by name, 50 to a page unless asked otherwise; raises Refusal.

    Without AlarmTypes only metric alarms are answered.
    """
    family = _family(alarms, asked)
    types = asked.get("AlarmTypes") or ("MetricAlarm",)
    found = [
        alarm
        for name, alarm in sorted(alarms.items())
        if (family is None or name in family) and _kind(alarm) in types and _is_wanted(alarm, asked)
    ]
    token = asked.get("NextToken")
    if token and not token.isdecimal():
        raise bad_value("The value for parameter NextToken is invalid.")
    begin, most = int(token or 0), int(asked.get("MaxRecords") or MOST_RECORDS)
    page = found[begin : begin + most]
    return {
        "MetricAlarms": [alarm for alarm in page if alarm.rule is None],
        "CompositeAlarms": [alarm for alarm in page if alarm.rule is not None],
        **({"NextToken": str(begin + most)} if len(found) > begin + most else {}),
    }


def describe_alarms_for_metric(alarms: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    """The alarms on exactly this metric, statistic, period and unit; of metric math those that draw on it."""
    dimensions = sorted((each["Name"], each["Value"]) for each in asked.get("Dimensions") or ())
    return {"MetricAlarms": [alarm for alarm in alarms.values() if _watches(alarm, asked, dimensions)]}


def _watches(alarm: Any, asked: Asked, dimensions: Sequence[tuple[str, str]]) -> bool:
    def is_it(metric: Any, name: str) -> bool:
        own = sorted((each.name, each.value) for each in metric.dimensions)
        return (metric.namespace, name, own) == (asked["Namespace"], asked["MetricName"], dimensions)

    stats = [each.metric_stat for each in alarm.metric_data_queries if each.metric_stat]
    if any(is_it(stat.metric, stat.metric.metric_name) for stat in stats):
        return True
    given = (("Statistic", alarm.statistic), ("ExtendedStatistic", alarm.extended_statistic), ("Period", alarm.period),
             ("Unit", alarm.unit))  # fmt: skip
    return is_it(alarm, alarm.metric_name) and all(asked.get(name) in (None, value) for name, value in given)


def _family(alarms: Mapping[str, Any], asked: Asked) -> frozenset[str] | None:
    """The names that ChildrenOfAlarmName or ParentsOfAlarmName mean; None when neither is asked."""
    if parent := asked.get("ChildrenOfAlarmName"):
        return alarms_of(parse_rule(alarms[parent].rule)) if parent in alarms and alarms[parent].rule else frozenset()
    if child := asked.get("ParentsOfAlarmName"):
        rules = {name: alarm.rule for name, alarm in alarms.items() if alarm.rule}
        return frozenset(name for name, rule in rules.items() if child in alarms_of(parse_rule(rule)))
    return None


def _kind(alarm: Any) -> str:
    return "MetricAlarm" if alarm.rule is None else "CompositeAlarm"


def _is_wanted(alarm: Any, asked: Asked) -> bool:
    names, prefix, action = asked.get("AlarmNames"), asked.get("AlarmNamePrefix"), asked.get("ActionPrefix")
    actions = [*alarm.alarm_actions, *alarm.ok_actions, *alarm.insufficient_data_actions]
    return (
        (not names or alarm.name in names)
        and (not prefix or alarm.name.startswith(prefix))
        and (not action or any(arn.startswith(action) for arn in actions))
        and asked.get("StateValue") in (None, alarm.state_value)
    )
