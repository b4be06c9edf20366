"""How large a scaling policy wants a group to be."""

from __future__ import annotations

from typing import Any

import pytest

from hivemind.emulator.groups.policy import Capacity, Policy, adjusted, step, stepped, tracked

STEPS: list[dict[str, Any]] = [
    {"MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 10, "ScalingAdjustment": 0},
    {"MetricIntervalLowerBound": 10, "MetricIntervalUpperBound": 20, "ScalingAdjustment": 10},
    {"MetricIntervalLowerBound": 20, "ScalingAdjustment": 30},
    {"MetricIntervalLowerBound": -10, "MetricIntervalUpperBound": 0, "ScalingAdjustment": 0},
    {"MetricIntervalLowerBound": -20, "MetricIntervalUpperBound": -10, "ScalingAdjustment": -10},
    {"MetricIntervalUpperBound": -20, "ScalingAdjustment": -30},
]
"""The example of AWS's guide: a threshold of 50 %, ten instances."""


def policy(**fields: Any) -> Policy:
    return Policy("group", "policy", "arn", **fields)


@pytest.mark.parametrize(
    ("capacity", "kind", "adjustment", "least", "expected"),
    [
        (3, "ChangeInCapacity", 2, 0, 5),
        (3, "ChangeInCapacity", -5, 0, 0),
        (3, "ExactCapacity", 7, 0, 7),
        (10, "PercentChangeInCapacity", 12, 0, 11),
        (10, "PercentChangeInCapacity", 127, 0, 22),
        (10, "PercentChangeInCapacity", 5, 0, 11),
        (10, "PercentChangeInCapacity", -5, 0, 9),
        (10, "PercentChangeInCapacity", -27, 0, 8),
        (4, "PercentChangeInCapacity", 25, 2, 6),
        (4, "PercentChangeInCapacity", -25, 2, 2),
        (4, "PercentChangeInCapacity", 0, 2, 4),
    ],
)
def test_adjustments(capacity: int, kind: str, adjustment: int, least: int, expected: int) -> None:
    assert adjusted(capacity, kind, adjustment, least) == expected


@pytest.mark.parametrize(
    ("breach", "expected"),
    [(0, 0), (9.9, 0), (10, 10), (19, 10), (20, 30), (500, 30), (-10, -10), (-9, 0), (-19.9, -10), (-20, -30)],
)
def test_a_lower_bound_belongs_to_the_step_above_the_threshold_and_an_upper_one_below(
    breach: float, expected: int
) -> None:
    assert step(STEPS, breach) == expected


def test_a_metric_that_no_step_covers_changes_nothing() -> None:
    only_high = policy(step_adjustments=STEPS[1:2], adjustment_type="ChangeInCapacity")
    assert stepped(Capacity(3), only_high, 5) is None


def test_instances_that_warm_up_count_as_the_answer_to_an_earlier_breach() -> None:
    percent = policy(step_adjustments=STEPS, adjustment_type="PercentChangeInCapacity")
    assert stepped(Capacity(10), percent, 10) == 11
    assert stepped(Capacity(11, warming=1), percent, 12) == 11
    assert stepped(Capacity(11, warming=1), percent, 20) == 13


def test_nothing_is_taken_away_while_instances_warm_up() -> None:
    percent = policy(step_adjustments=STEPS, adjustment_type="PercentChangeInCapacity")
    assert stepped(Capacity(10), percent, -20) == 7
    assert stepped(Capacity(10, warming=1), percent, -20) == 10


@pytest.mark.parametrize(
    ("capacity", "metric", "expected"),
    [
        (Capacity(2), 50, 2),
        (Capacity(2), 51, 3),
        (Capacity(2), 90, 4),
        (Capacity(4, warming=2), 90, 4),
        (Capacity(4, warming=2), 120, 5),
        (Capacity(4), 46, 4),
        (Capacity(4), 30, 3),
        (Capacity(4), 1, 1),
        (Capacity(4), 0, 0),
        (Capacity(4, warming=1), 1, 4),
        (Capacity(0), 100, 2),
    ],
)
def test_target_tracking_goes_out_at_once_and_in_only_far_below(
    capacity: Capacity, metric: float, expected: int
) -> None:
    assert tracked(capacity, metric, 50) == expected


def test_scaling_in_can_be_disabled() -> None:
    assert tracked(Capacity(4), 1, 50, may_shrink=False) == 4
    assert tracked(Capacity(4), 90, 50, may_shrink=False) == 8
