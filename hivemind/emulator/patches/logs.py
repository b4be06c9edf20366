"""CloudWatch Logs: metric filters count the lines that really come; moto only keeps their records, twice if updated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hivemind.emulator.metrics import filters
from hivemind.emulator.metrics.refusal import Refusal
from hivemind.emulator.metrics.watch import Watch
from hivemind.emulator.seam import Seam


def install(watch: Watch) -> None:
    """Patch moto's Logs; what filters count goes to `watch`."""

    def put_filter(original: Callable[..., Any], self: Any, *asked: Any) -> None:
        from moto.logs.exceptions import LogsClientError, ResourceNotFoundException

        filter_name, filter_pattern, group, changes = asked
        if group not in self.groups:
            raise ResourceNotFoundException()
        try:
            filters.check(filter_pattern, changes)
        except Refusal as refusal:
            raise LogsClientError(refusal.code, refusal.message) from refusal
        self.delete_metric_filter(filter_name, group)
        original(self, *asked)

    def put_events(
        original: Callable[..., Any], self: Any, log_group_name: str, log_stream_name: str, log_events: Any
    ) -> Any:
        answer = original(self, log_group_name, log_stream_name, log_events)
        found = self.describe_metric_filters(log_group_name=log_group_name)
        if found:
            filters.feed(found, log_events, watch.store(self.region_name))
        return answer

    put_metric_filter, put_log_events = seams()
    put_metric_filter.wrap(put_filter)
    put_log_events.wrap(put_events)


def seams() -> tuple[Seam, ...]:
    """Everything this file replaces."""
    from moto.logs.models import LogsBackend

    return (
        Seam(LogsBackend, "put_metric_filter", "self filter_name filter_pattern log_group_name metric_transformations"),
        Seam(LogsBackend, "put_log_events", "self log_group_name log_stream_name log_events"),
    )
