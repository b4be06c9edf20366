"""A CloudWatch without moto: alarms and a backend made by hand, and a clock that tests set."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from hivemind.emulator.metrics.actions import Doers, Scaling
from hivemind.emulator.metrics.bucket import of_values
from hivemind.emulator.metrics.evaluator import SETTLE_SECONDS, Evaluator
from hivemind.emulator.metrics.records import begin
from hivemind.emulator.metrics.store import Metric, Store

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
ARN = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:"
TOPIC = "arn:aws:sns:us-east-1:123456789012:alerts"
POLICY = "arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:1:autoScalingGroupName/web:policyName/out"
LOAD = Metric("app", "load")


def seconds(minute: float) -> int:
    """So many minutes after noon, in seconds since 1970."""
    return int((NOON + timedelta(minutes=minute)).timestamp())


def alarm(name: str = "load", **changes: Any) -> Any:
    """An alarm with moto's attributes: more than 10 on average in 3 of 3 minutes, unless changed."""
    asked: dict[str, Any] = {
        "name": name, "region_name": "us-east-1", "alarm_arn": f"{ARN}{name}",
        "namespace": "app", "metric_name": "load", "dimensions": [], "metric_data_queries": [], "statistic": "Average",
        "extended_statistic": None, "period": 60, "unit": None, "evaluation_periods": 3, "datapoints_to_alarm": None,
        "threshold": 10.0, "comparison_operator": "GreaterThanThreshold", "treat_missing_data": None,
        "evaluate_low_sample_count_percentile": None, "description": "", "actions_enabled": True, "alarm_actions": [],
        "ok_actions": [], "insufficient_data_actions": [], "rule": None,
    }  # fmt: skip
    made = Record(**{**asked, **changes})
    begin(made, None, NOON)
    return made


class Record(SimpleNamespace):
    """moto's alarm stands in the evaluator's cache by identity."""

    __hash__ = object.__hash__
    __eq__ = object.__eq__


@dataclass
class CloudWatch:
    """One region: alarms, metrics, and what alarms set off."""

    alarms: dict[str, Any] = field(default_factory=dict)
    store: Store = field(default_factory=Store)
    said: list[tuple[str, str]] = field(default_factory=list)
    """Subject and message of every publication."""
    scaled: list[Scaling] = field(default_factory=list)
    saved: int = 0
    alarm_history: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        doers = Doers(lambda _region, _arn, subject, message: self.said.append((subject, message)), self.scaled.append)
        self.evaluator = Evaluator(doers, self._save)

    def have(self, *alarms: Any) -> None:
        """Put alarms."""
        self.alarms.update({each.name: each for each in alarms})

    def measure(self, minute: int, *values: float, metric: Metric = LOAD) -> None:
        """Values of one minute after noon."""
        for value in values:
            self.store.put(metric, "None", seconds(minute), of_values({value: 1.0}))

    def look(self, minute: float) -> None:
        """Evaluate when the minutes before `minute` have ended and settled."""
        self.evaluator.evaluate(self, self.store, NOON + timedelta(minutes=minute, seconds=SETTLE_SECONDS))

    def summaries(self) -> list[str]:
        """The history's summaries, oldest first."""
        return [item["HistorySummary"] for item in self.alarm_history]

    def _save(self) -> None:
        self.saved += 1
