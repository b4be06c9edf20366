"""What an instance refresh does next: never too few ready, never too many at all, until nothing old is left."""

from __future__ import annotations

import math
from itertools import count

import pytest

from hivemind.emulator.groups.refresh import Move, Preferences, Seen, allowed_at, move, percent, updated

BOTH = [Seen("a", True), Seen("b", True)]


def test_by_default_one_is_terminated_first_even_where_ninety_percent_leave_no_room() -> None:
    assert move(BOTH, {"a", "b"}, 2, Preferences(), 2) == Move(0, ("a",))
    assert move([Seen("b", True)], {"b"}, 2, Preferences(), 2) == Move()
    assert move([Seen("b", True), Seen("n", False)], {"b"}, 2, Preferences(), 2) == Move()


def test_with_all_kept_healthy_one_is_launched_first() -> None:
    full = Preferences(least=100)
    assert move(BOTH, {"a", "b"}, 2, full, 2) == Move(1)
    assert move([*BOTH, Seen("n", False)], {"a", "b"}, 2, full, 2) == Move(1)
    assert move([*BOTH, Seen("n", True)], {"a", "b"}, 2, full, 2) == Move(1, ("a",))


def test_an_upper_bound_that_is_given_launches_first_where_there_is_no_room() -> None:
    assert move(BOTH, {"a", "b"}, 2, Preferences(least=90, most=100), 2) == Move(1)
    assert move(BOTH, {"a", "b"}, 2, Preferences(least=100, most=200), 2) == Move(2)


def test_old_ones_that_serve_nobody_go_at_once() -> None:
    assert move([Seen("a", False), Seen("b", True)], {"a", "b"}, 2, Preferences(least=100), 2) == Move(1, ("a",))


def test_half_of_the_group_may_go_at_once() -> None:
    four = [Seen(name, True) for name in "abcd"]
    assert move(four, set("abcd"), 4, Preferences(least=50), 4) == Move(0, ("a", "b"))
    assert move(four, set("abcd"), 4, Preferences(least=50), 1) == Move(0, ("a",))


def test_nothing_happens_when_nothing_old_is_left_or_a_checkpoint_holds() -> None:
    assert move(BOTH, set(), 2, Preferences(), 0) == Move()
    assert move(BOTH, {"a"}, 2, Preferences(), 0) == Move()


@pytest.mark.parametrize("desired", [1, 2, 3, 5])
@pytest.mark.parametrize(
    "wanted",
    [Preferences(), Preferences(least=100), Preferences(least=50), Preferences(least=100, most=150), Preferences(0)],
)
def test_every_refresh_comes_to_its_end_within_its_bounds(desired: int, wanted: Preferences) -> None:
    """Played out: launches become ready a moment later, and who is retired is gone at once."""
    names = count()
    members = [Seen(f"old{number}", True) for number in range(desired)]
    todo = {member.id for member in members}
    for _ in range(50):
        step = move(members, todo, desired, wanted, desired)
        members = [Seen(one.id, True) for one in members if one.id not in step.retire]
        floor = math.ceil(desired * wanted.least / 100)
        assert sum(one.ready for one in members) >= (floor if wanted.least == 100 else min(floor, desired - 1))
        members += [Seen(f"new{next(names)}", False) for _ in range(desired + step.surplus - len(members))]
        assert len(members) <= max(desired + 1, desired * (wanted.most or 100) // 100)
        if not todo & {one.id for one in members}:
            break
    assert not todo & {one.id for one in members}


def test_progress_counts_only_what_is_replaced_and_ready() -> None:
    assert updated(4, remaining=3, missing=1) == 0
    assert updated(4, remaining=3, missing=0) == 1
    assert updated(2, remaining=2, missing=1) == 0
    assert percent(1, 3) == 33
    assert percent(0, 0) == 100


def test_checkpoints_allow_as_many_as_their_share_rounded_up() -> None:
    assert [allowed_at(5, (20, 50, 100), index) for index in range(4)] == [1, 3, 5, 5]
