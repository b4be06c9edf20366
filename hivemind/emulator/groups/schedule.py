"""Scheduled actions: when the next one is due, from a start, an end and a five-field cron expression.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

FIELDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
"""Minute, hour, day of month, month, day of week (0 and 7 are Sunday)."""
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
FOREVER = timedelta(days=4 * 366)


@dataclass(frozen=True)
class Cron:
    """The values that each field allows; `any_day` and `any_weekday` say that the field was `*`."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool
    any_weekday: bool

    def has_day(self, at: datetime) -> bool:
        """Whether a day is one of them; when both day fields are given, either will do."""
        if at.month not in self.months:
            return False
        day, weekday = at.day in self.days, at.isoweekday() % 7 in self.weekdays
        return (day and weekday) if self.any_day or self.any_weekday else (day or weekday)


def parse(expression: str) -> Cron:
    """A cron expression of five fields; raises ValueError for any other."""
    words = expression.lower().split()
    if len(words) != len(FIELDS):
        raise ValueError(f"{expression!r} has not five fields")
    sets = [frozenset(_values(word, *bounds)) for word, bounds in zip(words, FIELDS, strict=True)]
    weekdays = frozenset(day % 7 for day in sets[4])
    return Cron(sets[0], sets[1], sets[2], sets[3], weekdays, words[2] == "*", words[4] == "*")


def _values(word: str, least: int, most: int) -> Iterator[int]:
    for part in word.split(","):
        span, _, every = part.partition("/")
        first, _, last = span.partition("-")
        low = least if span == "*" else _number(first, least)
        high = most if span == "*" or (every and not last) else _number(last or first, least)
        if not least <= low <= high <= most or (every and int(every) < 1):
            raise ValueError(f"{part!r} is not within {least}-{most}")
        yield from range(low, high + 1, int(every or 1))


def _number(word: str, least: int) -> int:
    if word in MONTHS and least == 1:
        return MONTHS.index(word) + 1
    return DAYS.index(word) if word in DAYS else int(word)


def following(cron: Cron, after: datetime, zone: str = "UTC") -> datetime | None:
    """The first minute after a moment that the expression allows, in UTC; None when there is none in four years."""
    at = after.astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0) + timedelta(minutes=1)
    last = at + FOREVER
    while at < last:
        if not cron.has_day(at):
            at = (at + timedelta(days=1)).replace(hour=0, minute=0)
        elif at.hour not in cron.hours:
            at = (at + timedelta(hours=1)).replace(minute=0)
        elif at.minute not in cron.minutes:
            at += timedelta(minutes=1)
        else:
            return at.astimezone(UTC)
    return None


@dataclass(eq=False)
class ScheduledAction:
    """One action; attribute names are the API's, in snake case. `start_time` is when it is due next."""

    auto_scaling_group_name: str
    scheduled_action_name: str
    scheduled_action_arn: str
    start_time: datetime
    end_time: datetime | None = None
    recurrence: str | None = None
    time_zone: str | None = None
    min_size: int | None = None
    max_size: int | None = None
    desired_capacity: int | None = None

    def next(self, now: datetime) -> datetime | None:
        """When it is due after this time; None when it was the last."""
        if not self.recurrence:
            return None
        due = following(parse(self.recurrence), now, self.time_zone or "UTC")
        return None if due is None or (self.end_time and due > self.end_time) else due
