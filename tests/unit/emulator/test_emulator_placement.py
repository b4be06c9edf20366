"""Where a group's next instance goes, and who leaves first."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from hivemind.emulator.groups.placement import POLICIES, Candidate, Subnet, is_unbalanced, next_subnet, victims

A, B, A2 = Subnet("s-a", "a"), Subnet("s-b", "b"), Subnet("s-a2", "a")


def candidate(id_: str, zone: str, *, hour: int = 0, outdated: bool = False, version: int = 2) -> Candidate:
    return Candidate(id_, zone, outdated, datetime(2026, 1, 1, hour, tzinfo=UTC), version)


@pytest.mark.parametrize(
    ("used", "expected"),
    [([], A), (["s-a"], B), (["s-a", "s-b"], A), (["s-b"], A), (["s-a", "s-a", "s-b"], B), (["s-gone"], A)],
)
def test_the_emptiest_zone_is_next(used: list[str], expected: Subnet) -> None:
    assert next_subnet([A, B], used) == expected


def test_zones_count_before_subnets() -> None:
    assert next_subnet([A, A2, B], ["s-a"]) == B
    assert next_subnet([A, A2, B], ["s-a", "s-b"]) == A2


def test_filling_up_stays_balanced() -> None:
    used: list[str] = []
    for _ in range(7):
        used.append(next_subnet([A, B], used).id)
        counts = Counter(used)
        assert abs(counts["s-a"] - counts["s-b"]) <= 1


def test_the_fullest_zone_gives_first() -> None:
    rows = [candidate("1", "a", hour=5), candidate("2", "b", hour=1), candidate("3", "a", hour=6)]
    assert victims(rows, 1) == ("1",)


def test_outdated_go_before_older() -> None:
    rows = [candidate("old", "a", hour=1), candidate("outdated", "a", hour=9, outdated=True)]
    assert victims(rows, 1) == ("outdated",)


def test_shrinking_keeps_the_balance_and_never_takes_more_than_there_are() -> None:
    rows = [candidate(str(n), "ab"[n % 2], hour=n) for n in range(6)]
    gone = victims(rows, 4)
    assert {row.zone for row in rows if row.id not in gone} == {"a", "b"}
    assert len(victims(rows, 99)) == 6
    assert victims([], 1) == ()


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("Default", "outdated"), ("OldestInstance", "old"), ("NewestInstance", "new"), ("OldestLaunchTemplate", "first")],
)
def test_termination_policies(policy: str, expected: str) -> None:
    rows = [
        candidate("old", "a", hour=1),
        candidate("outdated", "a", hour=2, outdated=True, version=1),
        candidate("first", "a", hour=3, outdated=True, version=0),
        candidate("new", "a", hour=4),
    ]
    assert victims(rows, 1, [policy]) == (expected,)
    assert policy in POLICIES


def test_zones_come_before_any_policy_and_policies_in_their_order() -> None:
    rows = [candidate("1", "a", hour=5), candidate("2", "b", hour=1), candidate("3", "a", hour=6)]
    assert victims(rows, 1, ["OldestInstance"]) == ("1",)
    assert victims(rows, 1, ["OldestLaunchTemplate", "NewestInstance"]) == ("3",)


@pytest.mark.parametrize(
    ("used", "expected"),
    [([], False), (["a"], False), (["a", "a"], True), (["a", "b", "a"], False), (["a", "gone", "gone"], True)],
)
def test_two_instances_more_than_another_zone_are_out_of_balance(used: list[str], expected: bool) -> None:
    assert is_unbalanced(["a", "b"], used) is expected
