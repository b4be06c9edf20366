"""Logs, metrics and alarms as CloudWatch keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from hivemind.aws.failures import cloud_errors, code_of
from hivemind.aws.session import Session
from hivemind.ports import Answered

STREAMS = 10
"""The streams written to last that a tail looks into: one per machine."""

METRICS = (
    ("requests", "RequestCount", "Sum"),
    ("errors", "HTTPCode_Target_5XX_Count", "Sum"),
    ("seconds", "TargetResponseTime", "Sum"),
    ("answers", "TargetResponseTime", "SampleCount"),
)
"""What a load balancer publishes of each target group. The average time is the sum by the count over all minutes.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html"""


class AwsTelemetry:
    """The Telemetry port."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def log_tail(self, group: str, lines: int, streams: frozenset[str] | None = None) -> tuple[str, ...]:
        """The last lines of a log group over its newest streams, or over these of them, oldest first."""
        from botocore.exceptions import ClientError

        with cloud_errors(f"log group {group}"):
            try:
                newest = [stream for stream in self._streams(group) if streams is None or stream in streams]
                events = [event for stream in newest for event in self._tail(group, stream, lines)]
            except ClientError as error:
                if code_of(error) != "ResourceNotFoundException":
                    raise
                return ()
        events.sort(key=lambda event: event["timestamp"])
        return tuple(event["message"].rstrip("\n") for event in events[-lines:])

    def answered(self, balancer: str, target_group: str, since: datetime) -> Answered:
        """The sums over every minute from that of `since` on; AWS has a minute's data some seconds after its end."""
        begin = since.replace(second=0, microsecond=0)
        with cloud_errors(f"metrics of {target_group}"):
            found = self._session.client("cloudwatch").get_metric_data(
                MetricDataQueries=[
                    _query(name, metric, statistic, (balancer, target_group)) for name, metric, statistic in METRICS
                ],
                StartTime=begin,
                EndTime=begin + timedelta(days=1),
            )
        values = {row["Id"]: sum(row["Values"]) for row in found["MetricDataResults"]}
        answers = values.get("answers", 0.0)
        return Answered(
            requests=int(values.get("requests", 0)),
            errors=int(values.get("errors", 0)),
            seconds=values.get("seconds", 0.0) / answers if answers else 0.0,
        )

    def firing(self, alarms: tuple[str, ...]) -> Mapping[str, datetime]:
        """Those of the alarms that are raised, and since when."""
        if not alarms:
            return {}
        with cloud_errors("alarms"):
            found = self._session.client("cloudwatch").describe_alarms(
                AlarmNames=list(alarms), StateValue="ALARM", AlarmTypes=["MetricAlarm"]
            )
        return {alarm["AlarmName"]: alarm["StateTransitionedTimestamp"] for alarm in found["MetricAlarms"]}

    def _streams(self, group: str) -> list[str]:
        found = self._client.describe_log_streams(
            logGroupName=group, orderBy="LastEventTime", descending=True, limit=STREAMS
        )
        return [stream["logStreamName"] for stream in found["logStreams"]]

    def _tail(self, group: str, stream: str, lines: int) -> list[Any]:
        found = self._client.get_log_events(logGroupName=group, logStreamName=stream, limit=lines, startFromHead=False)
        return list(found["events"])

    @property
    def _client(self) -> Any:
        return self._session.client("logs")


def _query(name: str, metric: str, statistic: str, place: tuple[str, str]) -> dict[str, Any]:
    """One metric of a target group behind a load balancer."""
    balancer, group = place
    dimensions = [
        {"Name": "LoadBalancer", "Value": balancer},
        {"Name": "TargetGroup", "Value": group.rpartition(":")[2]},
    ]
    measured = {"Namespace": "AWS/ApplicationELB", "MetricName": metric, "Dimensions": dimensions}
    return {"Id": name, "MetricStat": {"Metric": measured, "Period": 60, "Stat": statistic}}
