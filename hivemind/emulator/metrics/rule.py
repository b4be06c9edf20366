"""What a metric alarm asks: checked as PutMetricAlarm does, and ready to be judged.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from hivemind.emulator.metrics.bucket import percentile
from hivemind.emulator.metrics.math.expression import calls
from hivemind.emulator.metrics.queries import (
    ExpressionQuery,
    MetricQuery,
    Queries,
    Query,
    answer,
    metrics_of,
    read_queries,
)
from hivemind.emulator.metrics.refusal import bad_combination, invalid
from hivemind.emulator.metrics.store import DAY, HOUR

Comparison = Literal[
    "GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"
]
Missing = Literal["missing", "ignore", "breaching", "notBreaching"]

ALARM_PERIODS = (10, 20, 30)
MOST_METRICS = 10

Asked = Mapping[str, Any]


@dataclass(frozen=True)
class Rule:
    """`to_alarm` of the last `periods` data points of the query `watched` must breach; `period` in seconds."""

    queries: Queries
    watched: Query
    period: int
    comparison: Comparison
    threshold: float
    periods: int
    to_alarm: int
    missing: Missing
    skips_few_samples: bool
    """EvaluateLowSampleCountPercentile is `ignore`: a percentile of too few samples changes nothing."""

    @property
    def statistic(self) -> str:
        """The statistic of an alarm on one metric; empty for metric math."""
        return self.watched.statistic if isinstance(self.watched, MetricQuery) else ""


def read_rule(asked: Asked) -> Rule:
    """The rule of PutMetricAlarm's parameters; raises Refusal."""
    queries = _queries(asked)
    watched = _watched(queries)
    period = _period(queries, watched)
    _require_one_line(queries, watched, period)
    comparison = _one_of(Comparison, asked, "ComparisonOperator")
    periods = _at_least_one(asked, "EvaluationPeriods")
    to_alarm = _at_least_one(asked, "DatapointsToAlarm") if asked.get("DatapointsToAlarm") is not None else periods
    if to_alarm > periods:
        raise invalid("DatapointsToAlarm must be less than or equal to EvaluationPeriods.")
    _require_span(period, periods)
    if asked.get("Threshold") is None:
        raise invalid("The parameter Threshold must be specified.")
    missing = _one_of(Missing, {"TreatMissingData": "missing", **_given(asked)}, "TreatMissingData")
    few = asked.get("EvaluateLowSampleCountPercentile")
    if few not in (None, "evaluate", "ignore"):
        raise invalid(f"Option {few} is not supported. Supported options for parameter "
                      "EvaluateLowSampleCountPercentile are evaluate and ignore.")  # fmt: skip
    return Rule(queries, watched, period, cast(Comparison, comparison), float(asked["Threshold"]), periods, to_alarm,
                cast(Missing, missing), few == "ignore")  # fmt: skip


def enough_samples(rule: Rule, count: float) -> bool:
    """Whether a percentile of so many samples means something, by AWS's measure: 10 / (1 - percentile), or 10 /
    percentile below the median.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/percentiles-with-low-samples.html
    """
    share = percentile(rule.statistic)
    if share is None or not rule.skips_few_samples:
        return True
    tail = 1 - share if share >= 0.5 else share
    return tail <= 0 or count >= 10 / tail - 1e-9


def _queries(asked: Asked) -> Queries:
    given: Sequence[Mapping[str, Any]] = asked.get("Metrics") or ()
    if given and asked.get("MetricName"):
        raise bad_combination("The parameters Metrics and MetricName are mutually exclusive.")
    if given:
        return read_queries(given, "Metrics")
    names = [name for name in ("Statistic", "ExtendedStatistic") if asked.get(name)]
    if len(names) != 1:
        raise bad_combination("Exactly one of the parameters Statistic and ExtendedStatistic must be specified.")
    for name in ("Namespace", "MetricName", "Period"):
        if not asked.get(name):
            raise invalid(f"The parameter {name} must be specified.")
    metric = {"Namespace": asked["Namespace"], "MetricName": asked["MetricName"], "Dimensions": asked["Dimensions"]}
    stat = {"Metric": metric, "Period": asked["Period"], "Stat": asked[names[0]], "Unit": asked.get("Unit")}
    return read_queries([{"Id": "m1", "MetricStat": stat}], "Metrics")


def _watched(queries: Queries) -> Query:
    returned = [query for query in queries if query.returned]
    if len(returned) != 1:
        raise invalid("Exactly one element of the metrics list should return data.")
    if len([query for query in queries if isinstance(query, MetricQuery)]) > MOST_METRICS:
        raise invalid(f"An alarm can include at most {MOST_METRICS} metrics.")
    return returned[0]


def _period(queries: Queries, watched: Query) -> int:
    """The one period of all metrics; of an expression over all of them (`METRICS()`) too."""
    metrics = metrics_of(watched, queries)
    if isinstance(watched, ExpressionQuery) and any("METRICS" in _used(query) for query in queries):
        metrics = tuple(query for query in queries if isinstance(query, MetricQuery))
    if not metrics:
        raise invalid("The expression for an alarm must include at least one metric.")
    periods = {metric.period for metric in metrics}
    if len(periods) > 1:
        raise invalid("All metrics of an alarm's expression must have the same period.")
    period = periods.pop()
    if period not in ALARM_PERIODS and period % 60:
        raise invalid("The parameter Period must be 10, 20, 30 or a multiple of 60.")
    return period


def _require_one_line(queries: Queries, watched: Query, period: int) -> None:
    """What an expression gives, a number, one time series or several, does not depend on data: try it on none."""
    if len(answer(queries, (0, period), lambda _metric, _window, _unit: {})[watched.id]) != 1:
        raise invalid("The expression for an alarm must be one time series, not an array of them.")


def _used(query: Query) -> frozenset[str]:
    return calls(query.expression) if isinstance(query, ExpressionQuery) else frozenset()


def _require_span(period: int, periods: int) -> None:
    most = 7 * DAY if period >= HOUR else DAY
    if period * periods > most:
        unit = "seven days" if period >= HOUR else "a day"
        raise invalid(
            f"Metrics cannot be checked across more than {unit} (EvaluationPeriods * Period must be <= {most})."
        )


def _at_least_one(asked: Asked, name: str) -> int:
    value = asked.get(name)
    if value is None or int(value) < 1:
        raise invalid(f"The parameter {name} must be specified and greater than or equal to 1.")
    return int(value)


def _one_of(allowed: Any, asked: Asked, name: str) -> str:
    """A value of a Literal; the bands of anomaly detection are not among the comparisons that the local cloud has."""
    value = asked.get(name)
    if value not in get_args(allowed):
        known = ", ".join(get_args(allowed))
        raise invalid(f"The value {value} for parameter {name} is not supported; the local cloud has {known}.")
    return str(value)


def _given(asked: Asked) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if value is not None}
