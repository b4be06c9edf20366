"""GetMetricData, GetMetricStatistics and ListMetrics over a store, in the shapes that AWS answers.

Rounding of the start, limits and order follow
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html and
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from hivemind.emulator.metrics.bucket import Bucket, measure, percentile
from hivemind.emulator.metrics.datum import dimensions
from hivemind.emulator.metrics.math.series import Series
from hivemind.emulator.metrics.queries import (
    FINE_PERIODS,
    MetricQuery,
    Queries,
    Query,
    answer,
    read_queries,
)
from hivemind.emulator.metrics.refusal import bad_combination, bad_value, invalid
from hivemind.emulator.metrics.store import DAY, HOUR, Metric, Store, Window

MOST_POINTS, MOST_STATISTICS_POINTS = 100_800, 1440
PAGE = 500
LISTED = 14 * DAY

Asked = Mapping[str, Any]
Row = dict[str, Any]


def get_metric_data(store: Store, asked: Asked, now: datetime) -> Row:
    """MetricDataResults, a page of at most MaxDatapoints points; raises Refusal."""
    queries = read_queries(asked.get("MetricDataQueries") or (), "MetricDataQueries")
    start, end = seconds(asked["StartTime"]), seconds(asked["EndTime"])
    if start >= end:
        reason = "must not equal" if start == end else "must be less than"
        raise invalid(f"The parameter StartTime {reason} parameter EndTime.")
    window = (_rounded(start, now, _finest(queries)), int(end))
    lines = answer(queries, window, store.read)
    rows = [
        _row(query, line, asked.get("ScanBy") or "TimestampDescending")
        for query in queries
        if query.returned
        for line in lines[query.id]
    ]
    return _page(rows, int(asked.get("MaxDatapoints") or MOST_POINTS), asked.get("NextToken"))


def get_metric_statistics(store: Store, asked: Asked, now: datetime) -> Row:
    """Label and Datapoints, per unit where data has several; raises Refusal."""
    metric = Metric(asked["Namespace"], asked["MetricName"], dimensions(asked.get("Dimensions") or ()))
    names = [*(asked.get("Statistics") or ()), *(asked.get("ExtendedStatistics") or ())]
    if not names:
        raise bad_combination("At least one of the parameters Statistics and ExtendedStatistics must be specified.")
    window = _statistics_window(asked, now)
    units = [asked["Unit"]] if asked.get("Unit") else store.units(metric)
    points = [
        {**_statistics(bucket, names), "Timestamp": moment(at), "Unit": unit}
        for unit in units
        for at, bucket in store.read(metric, window, unit).items()
    ]
    return {"Label": metric.name, "Datapoints": points}


def list_metrics(store: Store, asked: Asked, now: datetime) -> Row:
    """Metrics that had data within two weeks (3 hours for RecentlyActive), 500 to a page."""
    since = now.timestamp() - (3 * HOUR if asked.get("RecentlyActive") else LISTED)
    wanted = [(each["Name"], each.get("Value")) for each in asked.get("Dimensions") or ()]
    found = [metric for metric in store.metrics(since) if _matches(metric, asked, wanted)]
    begin = _offset(asked.get("NextToken"))
    rows = [
        {"Namespace": each.namespace, "MetricName": each.name,
         "Dimensions": [{"Name": name, "Value": value} for name, value in each.dimensions]}
        for each in sorted(found, key=lambda each: (each.namespace, each.name, each.dimensions))
    ]  # fmt: skip
    more = {"NextToken": str(begin + PAGE)} if len(rows) > begin + PAGE else {}
    return {"Metrics": rows[begin : begin + PAGE], **more}


def seconds(given: datetime) -> float:
    """A time of a request, in seconds since 1970; one without a zone is UTC."""
    return (given if given.tzinfo else given.replace(tzinfo=UTC)).timestamp()


def moment(at: float) -> datetime:
    """Seconds since 1970 as a time."""
    return datetime.fromtimestamp(at, UTC)


def _finest(queries: Queries) -> int:
    periods = [query.period for query in queries if isinstance(query, MetricQuery)]
    return min(periods, default=60)


def _rounded(start: float, now: datetime, period: int) -> int:
    """Down to the minute; to the period, when it is finer; to 5 minutes or an hour for what is that old."""
    age = now.timestamp() - start
    if period in FINE_PERIODS and age <= 3 * HOUR:
        step = period
    else:
        step = 60 if age < 15 * DAY else 300 if age < 63 * DAY else HOUR
    return int(start // step) * step


def _row(query: Query, line: Series, order: str) -> Row:
    moments = sorted(line.points, reverse=order != "TimestampAscending")
    return {
        "Id": query.id,
        "Label": line.label,
        "Timestamps": [moment(at) for at in moments],
        "Values": [line.points[at] for at in moments],
        "StatusCode": "Complete",
    }


def _page(rows: Sequence[Row], most: int, token: str | None) -> Row:
    """Points `begin` to `begin + most` of all rows together; a row that is cut says PartialData."""
    begin = _offset(token)
    end, seen = begin + most, 0
    page = []
    for row in rows:
        count = len(row["Values"])
        first, last = max(begin - seen, 0), min(end - seen, count)
        seen += count
        if first < last or (not count and not token):
            cut = {key: row[key][first:last] for key in ("Timestamps", "Values")}
            page.append({**row, **cut, "StatusCode": "Complete" if last == count else "PartialData"})
    return {"MetricDataResults": page, **({"NextToken": str(end)} if seen > end else {})}


def _offset(token: str | None) -> int:
    if token and not token.isdecimal():
        raise bad_value("The value for parameter NextToken is invalid.")
    return int(token or 0)


def _statistics_window(asked: Asked, now: datetime) -> Window:
    start, end, period = seconds(asked["StartTime"]), seconds(asked["EndTime"]), int(asked["Period"])
    if start >= end:
        raise bad_value("The parameter StartTime must be less than the parameter EndTime.")
    if period not in FINE_PERIODS and (period < 60 or period % 60):
        raise bad_value("The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.")
    window = Window(_rounded(start, now, period), int(end), period)
    if len(window.starts) > MOST_STATISTICS_POINTS:
        raise bad_combination(
            f"You have requested up to {len(window.starts):,} datapoints, which exceeds the limit of "
            f"{MOST_STATISTICS_POINTS:,}. You may reduce the datapoints requested by increasing Period, or decreasing "
            "the time range."
        )
    return window


def _statistics(bucket: Bucket, names: Sequence[str]) -> Row:
    computed = {name: measure(name)(bucket) for name in names}
    extended = {name: value for name, value in computed.items() if percentile(name) is not None and value is not None}
    plain = {name: value for name, value in computed.items() if percentile(name) is None}
    return {**plain, **({"ExtendedStatistics": extended} if extended else {})}


def _matches(metric: Metric, asked: Asked, wanted: Sequence[tuple[str, str | None]]) -> bool:
    own = dict(metric.dimensions)
    return (
        asked.get("Namespace") in (None, metric.namespace)
        and asked.get("MetricName") in (None, metric.name)
        and all(name in own and value in (None, own[name]) for name, value in wanted)
    )
