"""When a scheduled action is due."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hivemind.emulator.groups.schedule import ScheduledAction, following, parse

FRIDAY = datetime(2026, 1, 2, 10, 30, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("* * * * *", "2026-01-02T10:31"),
        ("0 * * * *", "2026-01-02T11:00"),
        ("30 10 * * *", "2026-01-03T10:30"),
        ("*/20 * * * *", "2026-01-02T10:40"),
        ("5/20 * * * *", "2026-01-02T10:45"),
        ("0 9 * * MON-FRI", "2026-01-05T09:00"),
        ("0 0 * * 7", "2026-01-04T00:00"),
        ("0 0 1 1 0", "2026-01-04T00:00"),
        ("15 8,20 31 * *", "2026-01-31T08:15"),
        ("0 0 29 feb *", "2028-02-29T00:00"),
    ],
)
def test_the_next_time_of_a_cron_expression(expression: str, expected: str) -> None:
    found = following(parse(expression), FRIDAY)
    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_times_are_of_the_zone_that_is_given() -> None:
    assert following(parse("0 9 * * *"), FRIDAY, "America/New_York") == datetime(2026, 1, 2, 14, tzinfo=UTC)


def test_a_day_that_never_comes() -> None:
    assert following(parse("0 0 30 2 *"), FRIDAY) is None


NO_EXPRESSIONS = (
    "", "* * * *", "60 * * * *", "* 25 * * *", "* * 0 * *", "a * * * *", "*/0 * * * *", "5-1 * * * *",
)  # fmt: skip


@pytest.mark.parametrize("expression", NO_EXPRESSIONS)
def test_what_is_no_expression_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(expression)


def test_a_recurring_action_is_due_again_until_its_end() -> None:
    action = ScheduledAction("group", "nightly", "arn", FRIDAY, datetime(2026, 1, 3, tzinfo=UTC), "0 22 * * *")
    assert action.next(FRIDAY) == datetime(2026, 1, 2, 22, tzinfo=UTC)
    assert action.next(datetime(2026, 1, 2, 22, tzinfo=UTC)) is None
    assert ScheduledAction("group", "once", "arn", FRIDAY).next(FRIDAY) is None
