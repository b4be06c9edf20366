"""MetricDataQueries: what GetMetricData and an alarm's `Metrics` ask, checked and answered.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hivemind.emulator.metrics.bucket import Bucket, measure
from hivemind.emulator.metrics.datum import dimensions
from hivemind.emulator.metrics.math.evaluation import evaluate
from hivemind.emulator.metrics.math.expression import ExpressionError, Node, calls, parse, references
from hivemind.emulator.metrics.math.functions import Scene, require_known
from hivemind.emulator.metrics.math.series import Lines, Series
from hivemind.emulator.metrics.refusal import invalid
from hivemind.emulator.metrics.store import Metric, Window

MOST_QUERIES, LONGEST = 500, 2048
FINE_PERIODS = (1, 5, 10, 20, 30)
_ID = re.compile(r"[a-z][a-zA-Z0-9_]*", re.ASCII)
_TOP = 255

Read = Callable[[Metric, Window, str | None], Mapping[int, Bucket]]
"""A store's `read`."""


@dataclass(frozen=True)
class MetricQuery:
    """A metric and what to compute of it; `period` in seconds."""

    id: str
    label: str
    returned: bool
    metric: Metric
    statistic: str
    period: int
    unit: str | None


@dataclass(frozen=True)
class ExpressionQuery:
    """Metric math over other queries; `period` only where it names no metric."""

    id: str
    label: str
    returned: bool
    expression: Node
    period: int | None


Query = MetricQuery | ExpressionQuery
Queries = tuple[Query, ...]
"""Checked: ids differ, every reference leads somewhere, none leads back to itself."""


def read_queries(given: Sequence[Mapping[str, Any]], where: str) -> Queries:
    """The queries of a request in the order given; `where` names the parameter. Raises Refusal."""
    if not 0 < len(given) <= MOST_QUERIES:
        raise invalid(f"The collection {where} must have a size between 1 and {MOST_QUERIES}.")
    queries = tuple(_query(each, f"{where}.member.{number}") for number, each in enumerate(given, 1))
    ids = [query.id for query in queries]
    if doubled := next((id_ for id_ in ids if ids.count(id_) > 1), None):
        raise invalid(f"The values for parameter id in MetricDataQueries are not unique: {doubled}.")
    for query in queries:
        if isinstance(query, ExpressionQuery) and (unknown := references(query.expression) - set(ids)):
            raise invalid(f"Error in expression '{query.id}': {min(unknown)} is not the id of another query.")
    in_order(queries)
    return queries


def in_order(queries: Queries) -> Queries:
    """Every query after those that it names; raises Refusal for a circle."""
    ready: list[Query] = [query for query in queries if isinstance(query, MetricQuery)]
    waiting = [query for query in queries if isinstance(query, ExpressionQuery)]
    while waiting:
        done = {query.id for query in ready}
        free = [query for query in waiting if references(query.expression) <= done]
        if not free:
            raise invalid(f"Error in expression '{waiting[0].id}': it depends on itself.")
        ready.extend(free)
        waiting = [query for query in waiting if query not in free]
    return tuple(ready)


def answer(queries: Queries, window: tuple[int, int], read: Read) -> dict[str, Lines]:
    """Id → the time series of each query, over `window` (start and end in seconds since 1970). Raises Refusal."""
    known: dict[str, Lines | Series] = {}
    metrics = tuple(query for query in queries if isinstance(query, MetricQuery))
    for query in in_order(queries):
        match query:
            case MetricQuery():
                known[query.id] = _measured(query, window, read)
            case ExpressionQuery():
                seen = tuple(line for metric in metrics if isinstance(line := known[metric.id], Series))
                known[query.id] = _computed(query, seen, (window, known))
    return {id_: (lines,) if isinstance(lines, Series) else lines for id_, lines in known.items()}


def metrics_of(query: Query, queries: Queries) -> tuple[MetricQuery, ...]:
    """The metrics that a query draws on, through other expressions too."""
    by_id = {each.id: each for each in queries}
    match query:
        case MetricQuery():
            return (query,)
        case ExpressionQuery():
            named = [metrics_of(by_id[id_], queries) for id_ in sorted(references(query.expression))]
            return tuple(dict.fromkeys(metric for metrics in named for metric in metrics))


def require_period(period: int, where: str) -> None:
    """Refuse a period that AWS does not have."""
    if period not in FINE_PERIODS and (period < 60 or period % 60):
        raise invalid(f"The parameter {where} must be 1, 5, 10, 20, 30 or a multiple of 60.")


def _query(given: Mapping[str, Any], where: str) -> Query:
    id_ = str(given.get("Id") or "")
    if not _ID.fullmatch(id_) or len(id_) > _TOP:
        raise invalid(
            f"The value {id_} for parameter {where}.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$."
        )
    if bool(given.get("Expression")) == bool(given.get("MetricStat")):
        raise invalid(f"The parameters {where}.Expression and {where}.MetricStat: exactly one of them is required.")
    returned = given.get("ReturnData") is not False
    if given.get("MetricStat"):
        return _metric_query(id_, given, returned, where)
    return _expression_query(id_, given, returned, where)


def _metric_query(id_: str, given: Mapping[str, Any], returned: bool, where: str) -> MetricQuery:
    stat = given["MetricStat"]
    metric = stat.get("Metric") or {}
    for name, value in (
        ("Period", stat.get("Period")),
        ("Stat", stat.get("Stat")),
        ("Metric.Namespace", metric.get("Namespace")),
        ("Metric.MetricName", metric.get("MetricName")),
    ):
        if not value:
            raise invalid(f"The parameter {where}.MetricStat.{name} is required.")
    measure(stat["Stat"])
    require_period(int(stat["Period"]), f"{where}.MetricStat.Period")
    named = Metric(metric["Namespace"], metric["MetricName"], dimensions(metric.get("Dimensions") or ()))
    label = given.get("Label") or named.name
    return MetricQuery(id_, label, returned, named, stat["Stat"], int(stat["Period"]), stat.get("Unit"))


def _expression_query(id_: str, given: Mapping[str, Any], returned: bool, where: str) -> ExpressionQuery:
    text = str(given["Expression"])
    if len(text) > LONGEST:
        raise invalid(f"The parameter {where}.Expression must be no longer than {LONGEST} characters.")
    if text.lstrip().startswith("SELECT"):
        raise invalid(f"Error in expression '{id_}': the local cloud does not have Metrics Insights queries.")
    if given.get("Period"):
        require_period(int(given["Period"]), f"{where}.Period")
    try:
        node = parse(text)
        require_known(calls(node))
    except ExpressionError as problem:
        raise invalid(f"Error in expression '{id_}': {problem}") from problem
    return ExpressionQuery(id_, given.get("Label") or id_, returned, node, given.get("Period"))


def _measured(query: MetricQuery, window: tuple[int, int], read: Read) -> Series:
    compute = measure(query.statistic)
    found = read(query.metric, Window(*window, query.period), query.unit)
    points = {at: value for at, bucket in found.items() if (value := compute(bucket)) is not None}
    return Series(query.id, query.label, query.period, points, is_metric=True)


def _computed(
    query: ExpressionQuery, metrics: Lines, context: tuple[tuple[int, int], Mapping[str, Lines | Series]]
) -> Lines | Series:
    window, known = context
    named = [known[id_] for id_ in references(query.expression)]
    scene = Scene(Window(*window, _period(query, metrics, named)), metrics)
    try:
        result = evaluate(query.expression, known, scene)
    except ExpressionError as problem:
        raise invalid(f"Error in expression '{query.id}': {problem}") from problem
    if isinstance(result, Series):
        return Series(query.id, query.label, result.period, result.points)
    return tuple(Series(query.id, f"{query.label} {line.label}", line.period, line.points) for line in result)


def _period(query: ExpressionQuery, metrics: Lines, named: Iterable[Lines | Series]) -> int:
    """The period of what it names, else of all metrics (`METRICS()`), else its own, else a minute."""
    lines = [line for each in named for line in ((each,) if isinstance(each, Series) else each)]
    periods = [line.period for line in lines or metrics]
    return max(periods) if periods else int(query.period or 60)
