"""Publishes what the data plane counted to CloudWatch, a few times a minute, each count in the minute it was heard in.

AWS publishes once a minute; sent sooner, a minute's sum is complete a few seconds after its end, and an alarm sees what
happens while it happens.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from hivemind.emulator.balancer.control import Balancer
from hivemind.emulator.balancer.measurements import NAMESPACE, Datum, of_balancer, of_hosts
from hivemind.emulator.balancer.report import Counts, Health
from hivemind.emulator.balancer.translate import used_groups

PERIOD_SECONDS = 10.0
MOST_DATA = 1000
Put = Callable[[str, list[Datum]], None]
"""(region, data): PutMetricData in the namespace of load balancers."""


class Publisher:
    """Takes what was counted from the balancer; `backends` are moto's elbv2, which know whose a target group is."""

    def __init__(self, balancer: Balancer, backends: Callable[[], Mapping[str, Any]], put: Put) -> None:
        self._balancer = balancer
        self._backends = backends
        self._put = put

    def run(self, over: threading.Event) -> None:
        """Publish until `over`."""
        while not over.wait(PERIOD_SECONDS):
            try:
                self.publish(time.time())
            except Exception:
                traceback.print_exc()

    def publish(self, now: float) -> None:
        """Publish what was counted since the last time, and the state of the targets at `now`."""
        counted, health = self._balancer.take(), self._balancer.health()
        for region, backend in self._backends().items():
            for balancer in tuple(backend.load_balancers.values()):
                data = list(data_of(balancer, counted, health, now))
                for at in range(0, len(data), MOST_DATA):
                    self._put(region, data[at : at + MOST_DATA])


def data_of(balancer: Any, counted: Mapping[int, Counts], health: Health, now: float) -> Iterator[Datum]:
    """The data of one load balancer; `counted` is by minute, in minutes since 1970."""
    groups = used_groups(balancer)
    targets = {arn: sum(one.verdict.state != "draining" for one in health.get(arn, ())) for arn in groups}
    for minute, counts in counted.items():
        yield from of_balancer(balancer.arn, counts, targets, _start(minute))
    for arn in groups:
        yield from of_hosts(balancer.arn, arn, health.get(arn, ()), _start(int(now) // 60))


def put_metric_data(region: str, data: list[Datum]) -> None:
    """Hand data to moto's CloudWatch, as a service of AWS does."""
    from moto.cloudwatch.models import cloudwatch_backends
    from moto.core import DEFAULT_ACCOUNT_ID

    cloudwatch_backends[DEFAULT_ACCOUNT_ID][region].put_metric_data(NAMESPACE, data)


def _start(minute: int) -> datetime:
    """When a minute began, in UTC and without saying so, as moto has its times."""
    return datetime.fromtimestamp(minute * 60, UTC).replace(tzinfo=None)
