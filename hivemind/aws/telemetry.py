"""Logs as CloudWatch keeps them."""

from __future__ import annotations

from typing import Any

from hivemind.aws.failures import cloud_errors, code_of
from hivemind.aws.session import Session

STREAMS = 10
"""The streams written to last that a tail looks into: one per machine."""


class AwsTelemetry:
    """The Telemetry port."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def log_tail(self, group: str, lines: int) -> tuple[str, ...]:
        """The last lines of a log group over its newest streams, oldest first."""
        from botocore.exceptions import ClientError

        with cloud_errors(f"log group {group}"):
            try:
                events = [event for stream in self._streams(group) for event in self._tail(group, stream, lines)]
            except ClientError as error:
                if code_of(error) != "ResourceNotFoundException":
                    raise
                return ()
        events.sort(key=lambda event: event["timestamp"])
        return tuple(event["message"].rstrip("\n") for event in events[-lines:])

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
