"""What was counted → CloudWatch: AWS's metrics, dimensions and sums, and silence where nothing happened."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from hivemind.emulator.balancer.measurements import MOST_VALUES, full_name, of_balancer, of_hosts
from hivemind.emulator.balancer.publisher import data_of
from hivemind.emulator.balancer.report import (
    BalancerCounts,
    Counts,
    Distribution,
    GroupCounts,
    State,
    TargetHealth,
    Verdict,
)

ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012"
BALANCER, BLUE, GREEN = f"{ARN}:loadbalancer/app/shop/50dc", f"{ARN}:targetgroup/blue/1", f"{ARN}:targetgroup/green/2"
LB, TG = ("LoadBalancer", "app/shop/50dc"), ("TargetGroup", "targetgroup/blue/1")
NOON = datetime(2026, 1, 1, 12)
SECONDS = int(NOON.replace(tzinfo=UTC).timestamp())
Key = tuple[str, frozenset[tuple[str, str]]]


def keyed(data: Any) -> dict[Key, Any]:
    found: dict[Key, Any] = {}
    for datum in data:
        dimensions = frozenset((row["Name"], row["Value"]) for row in datum["Dimensions"])
        assert datum["Timestamp"] == NOON
        key = (datum["MetricName"], dimensions)
        assert key not in found, "each metric once"
        found[key] = datum.get("Value", datum)
    return found


def times(*seconds: float) -> Distribution:
    made = Distribution()
    for one in seconds:
        made.observe(one)
    return made


def hosts(*states: State) -> tuple[TargetHealth, ...]:
    return tuple(TargetHealth(f"i-{n}", 80, Verdict(state)) for n, state in enumerate(states))


def test_what_a_load_balancer_and_its_groups_did() -> None:
    counts = Counts(
        {BALANCER: BalancerCounts(12, {502: 1, 400: 2}, 3, 4, 5)},
        {
            BLUE: GroupCounts({200: 6, 404: 1}, times(0.1, 0.2), 1, chosen=8),
            GREEN: GroupCounts({500: 2}, times(0.3), 0, 2),
        },
    )

    found = keyed(of_balancer(BALANCER, counts, {BLUE: 2, GREEN: 1}, NOON))

    lb, blue, only_blue = frozenset((LB,)), frozenset((LB, TG)), frozenset((TG,))
    assert found["RequestCount", lb] == 10
    assert found["RequestCount", blue] == 8
    assert found["RequestCountPerTarget", only_blue] == 4
    assert found["HTTPCode_Target_2XX_Count", lb] == found["HTTPCode_Target_2XX_Count", blue] == 6
    assert (found["HTTPCode_Target_4XX_Count", blue], found["HTTPCode_Target_5XX_Count", lb]) == (1, 2)
    assert ("HTTPCode_Target_3XX_Count", lb) not in found, "what is zero is not reported"
    assert (found["HTTPCode_ELB_5XX_Count", lb], found["HTTPCode_ELB_4XX_Count", lb]) == (1, 2)
    assert (found["HTTPCode_ELB_502_Count", lb], found["HTTPCode_ELB_3XX_Count", lb]) == (1, 4)
    assert (found["HTTP_Fixed_Response_Count", lb], found["HTTP_Redirect_Count", lb]) == (3, 4)
    assert (found["TargetConnectionErrorCount", blue], found["NewConnectionCount", lb]) == (1, 5)


def test_response_times_have_an_exact_sum_and_answerable_percentiles() -> None:
    seconds = [0.001 * n for n in range(1, 1001)]
    counts = Counts({}, {BLUE: GroupCounts({200: 1000}, times(*seconds), 0, 1000)})

    datum = keyed(of_balancer(BALANCER, counts, {BLUE: 1}, NOON))["TargetResponseTime", frozenset((LB, TG))]

    pairs = list(zip(datum["Values"], datum["Counts"], strict=True))
    assert len(pairs) <= MOST_VALUES
    assert sum(count for _, count in pairs) == 1000
    assert sum(value * count for value, count in pairs) == pytest.approx(sum(seconds))
    spread = sorted(value for value, count in pairs for _ in range(int(count)))
    assert spread[500] == pytest.approx(0.5, rel=0.05)
    assert spread[990] == pytest.approx(0.99, rel=0.05)


def test_more_values_than_a_datum_takes_are_several() -> None:
    counts = Counts({}, {BLUE: GroupCounts({200: 1}, times(*(1e-6 * 1.05**n for n in range(300))), 0, 300)})

    data = [one for one in of_balancer(BALANCER, counts, {BLUE: 1}, NOON) if one["MetricName"] == "TargetResponseTime"]

    assert all(len(one["Values"]) <= MOST_VALUES for one in data)
    assert sum(sum(one["Counts"]) for one in data) == 600, "of the group, and of the load balancer"


@pytest.mark.parametrize(
    "targets, expected",
    [
        (hosts("healthy", "healthy", "unhealthy", "initial", "draining"), (2, 1)),
        (hosts("initial"), (0, 0)),
        (hosts("draining"), None),
        (hosts("unused"), None),
        ((), None),
    ],
)
def test_hosts(targets: tuple[TargetHealth, ...], expected: tuple[int, int] | None) -> None:
    found = keyed(of_hosts(BALANCER, BLUE, targets, NOON))

    both = frozenset((LB, TG))
    wanted = {("HealthyHostCount", both): expected[0], ("UnHealthyHostCount", both): expected[1]} if expected else {}
    assert found == wanted


def test_an_idle_load_balancer_says_only_how_its_targets_are() -> None:
    forward = SimpleNamespace(data={"Type": "forward", "TargetGroupArn": BLUE})
    listener = SimpleNamespace(rules={"": SimpleNamespace(actions=[forward])})
    balancer = SimpleNamespace(arn=BALANCER, listeners={"": listener})

    found = keyed(data_of(balancer, {}, {BLUE: hosts("healthy")}, SECONDS + 59))
    assert {name for name, _ in found} == {"HealthyHostCount", "UnHealthyHostCount"}

    counts = Counts({}, {BLUE: GroupCounts(chosen=3)})
    found = keyed(data_of(balancer, {SECONDS // 60: counts}, {}, SECONDS + 70))
    assert found["RequestCount", frozenset((LB,))] == 3


def test_full_names() -> None:
    assert (full_name(BALANCER), full_name(BLUE)) == (LB[1], TG[1])
