"""The state that data points mean: M out of N, missing data, and not too early.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html and
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html (its two tables are a test).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, assert_never

from hivemind.emulator.metrics.queries import MetricQuery
from hivemind.emulator.metrics.rule import Comparison, Rule

State = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]
EXTRA_PERIODS = 2
"""How far the evaluation range reaches back beyond EvaluationPeriods, as in AWS's tables."""

_BREACHES: Mapping[Comparison, tuple[Callable[[float, float], bool], str]] = {
    "GreaterThanThreshold": (lambda value, threshold: value > threshold, "greater than"),
    "GreaterThanOrEqualToThreshold": (lambda value, threshold: value >= threshold, "greater than or equal to"),
    "LessThanThreshold": (lambda value, threshold: value < threshold, "less than"),
    "LessThanOrEqualToThreshold": (lambda value, threshold: value <= threshold, "less than or equal to"),
}


@dataclass(frozen=True)
class Point:
    """A data point of the evaluation range; `value` is None when it is missing, `at` the start of its period."""

    at: int
    value: float | None


@dataclass(frozen=True)
class Verdict:
    """A state with its reason, in AWS's words and as its JSON."""

    state: State
    reason: str
    data: str


@dataclass(frozen=True)
class _Evidence:
    """The real points that count, newest first, and how many are missing beside them."""

    real: tuple[Point, ...]
    absent: int


def judge(rule: Rule, points: Sequence[Point], now: datetime) -> Verdict | None:
    """The state, from the points of the evaluation range, oldest first; None to keep the present one."""
    newest_first = tuple(reversed(points))
    real = tuple(point for point in newest_first if point.value is not None)[: rule.periods]
    evidence = _Evidence(real, rule.periods - len(real))
    state = _state(rule, newest_first, evidence)
    if state is None:
        return None
    return Verdict(state, _reason(rule, state, evidence), _data(rule, evidence, now))


def breaches(rule: Rule, value: float) -> bool:
    """Whether a value is on the wrong side of the threshold."""
    return _BREACHES[rule.comparison][0](value, rule.threshold)


def _state(rule: Rule, newest_first: Sequence[Point], evidence: _Evidence) -> State | None:
    wrong = sum(_is_wrong(rule, point) for point in evidence.real)
    if wrong >= rule.to_alarm:
        return "ALARM"
    if not evidence.absent:
        return "OK"
    match rule.missing:
        case "breaching":
            return "ALARM" if wrong + evidence.absent >= rule.to_alarm else "OK"
        case "notBreaching":
            return "OK"
        case "missing" | "ignore" as treatment:
            if wrong < len(evidence.real):
                return "OK"
            if treatment == "ignore":
                return None
            return "ALARM" if _is_old_enough(rule, newest_first, evidence) else "INSUFFICIENT_DATA"
    assert_never(rule.missing)


def _is_old_enough(rule: Rule, newest_first: Sequence[Point], evidence: _Evidence) -> bool:
    """With nothing but breaching and missing points, the oldest breaching one must be as old as DatapointsToAlarm:
    a younger one may be followed by a good one ("Avoiding premature transitions to alarm state")."""
    ages = [age for age, point in enumerate(newest_first, 1) if point in evidence.real]
    return bool(ages) and max(ages) >= rule.to_alarm


def _is_wrong(rule: Rule, point: Point) -> bool:
    return point.value is not None and breaches(rule, point.value)


def _reason(rule: Rule, state: State, evidence: _Evidence) -> str:
    if state == "INSUFFICIENT_DATA":
        return f"Insufficient Data: {_counted(evidence.absent)} unknown."
    if not evidence.real:
        return f"Threshold Crossed: no datapoints were received for {_periods(rule)} and {_filled(rule, evidence)}."
    shown = [point for point in evidence.real if _is_wrong(rule, point) is (state == "ALARM")]
    if not shown:
        received = f"{_counted(len(evidence.real))} received for {_periods(rule)}"
        return f"Threshold Crossed: {received} and {_filled(rule, evidence)}."
    listed = ", ".join(f"{point.value} ({_moment(point.at):%d/%m/%y %H:%M:%S})" for point in shown)
    verb = ("was" if len(shown) == 1 else "were") + ("" if state == "ALARM" else " not")
    words = f"{verb} {_BREACHES[rule.comparison][1]} the threshold ({rule.threshold})"
    filled = f" and {_filled(rule, evidence)}" if evidence.absent and rule.missing not in ("missing", "ignore") else ""
    needed, change = _transition(rule, state)
    return (
        f"Threshold Crossed: {len(shown)} out of the last {len(evidence.real)} datapoints [{listed}] {words}{filled} "
        f"(minimum {needed} datapoint{'' if needed == 1 else 's'} for {change} transition)."
    )


def _transition(rule: Rule, state: State) -> tuple[int, str]:
    if state == "ALARM":
        return rule.to_alarm, "OK -> ALARM"
    return rule.periods - rule.to_alarm + 1, "ALARM -> OK"


def _periods(rule: Rule) -> str:
    return "1 period" if rule.periods == 1 else f"{rule.periods} periods"


def _counted(number: int) -> str:
    return "1 datapoint was" if number == 1 else f"{number} datapoints were"


def _filled(rule: Rule, evidence: _Evidence) -> str:
    kind = "Breaching" if rule.missing == "breaching" else "NonBreaching"
    number = evidence.absent
    return f"{number} missing {'datapoint was' if number == 1 else 'datapoints were'} treated as [{kind}]"


def _data(rule: Rule, evidence: _Evidence, now: datetime) -> str:
    """StateReasonData; its points are oldest first, its evaluated ones newest first."""
    unit = rule.watched.unit if isinstance(rule.watched, MetricQuery) else None
    data: dict[str, Any] = {"version": "1.0", "queryDate": stamp(now)}
    if evidence.real:
        data["startDate"] = stamp(_moment(evidence.real[-1].at))
    data |= {"unit": unit} if unit else {}
    data |= {"statistic": rule.statistic} if rule.statistic else {}
    data |= {
        "period": rule.period,
        "recentDatapoints": [point.value for point in reversed(evidence.real)],
        "threshold": rule.threshold,
        "evaluatedDatapoints": [{"timestamp": stamp(_moment(p.at)), "value": p.value} for p in evidence.real],
    }
    return json.dumps(data, separators=(",", ":"))


def stamp(moment: datetime) -> str:
    """A time as CloudWatch writes it inside JSON."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}+0000"


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)
