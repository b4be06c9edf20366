"""Every alarm, against what was measured: metric alarms first, then the composite ones that look at them.

moto's alarm is the record: this writes its state; a change of state is noted in the history and acted on.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from hivemind.emulator.metrics import history
from hivemind.emulator.metrics.actions import Change, Doers, is_repeated, take
from hivemind.emulator.metrics.composite import alarms_of, holds, parse_rule
from hivemind.emulator.metrics.judge import EXTRA_PERIODS, Point, State, Verdict, judge
from hivemind.emulator.metrics.queries import MetricQuery, answer
from hivemind.emulator.metrics.records import actions_of, asked_of, composite_verdict, described, note
from hivemind.emulator.metrics.rule import Rule, enough_samples, read_rule
from hivemind.emulator.metrics.store import MINUTE, Store, Window

SETTLE_SECONDS = 10
"""A period is looked at this long after its end, so that whoever measures it has told: FILL would take a value that is
only late for a missing one, and the alarm would flap every minute."""


@dataclass
class Evaluator:
    """Evaluates; `changed` is called after a change of state, which has to be remembered."""

    doers: Doers
    changed: Callable[[], None]
    _rules: WeakKeyDictionary[Any, Rule] = field(default_factory=WeakKeyDictionary)

    def evaluate(self, backend: Any, store: Store, now: datetime) -> None:
        """Evaluate all alarms of a region; one that cannot be evaluated does not keep the others from it."""
        alarms = list(backend.alarms.values())
        for alarm in alarms:
            if alarm.rule is None:
                _safely(self._evaluate_metric, backend, store, alarm, now)
        for alarm in _children_first([alarm for alarm in alarms if alarm.rule is not None]):
            _safely(self._evaluate_composite, backend, alarm, now)

    def set_state(self, backend: Any, alarm: Any, verdict: Verdict, change: Change) -> None:
        """Give an alarm another state and act on it; SetAlarmState's lasts until the next evaluation."""
        data = {
            "version": "1.0",
            "oldState": described(change.was, alarm.state_reason, alarm.state_reason_data),
            "newState": described(verdict.state, verdict.reason, verdict.data),
        }
        note(backend, history.item(alarm, change.at, "StateUpdate", f"Alarm updated from {change.was} to {change.now}",
                                   data))  # fmt: skip
        alarm.state_value, alarm.state_reason, alarm.state_reason_data = verdict.state, verdict.reason, verdict.data
        alarm.state_updated_timestamp = alarm.state_transitioned_timestamp = change.at
        alarm.acted_in_minute = _minute(change.at)
        self._act(backend, alarm, change, actions_of(alarm))
        self.changed()

    def _evaluate_metric(self, backend: Any, store: Store, alarm: Any, now: datetime) -> None:
        rule = self._rule(alarm)
        window = _window(rule, now)
        if not _has_enough(rule, window, store):
            return
        points = _points(rule, window, store)
        verdict = judge(rule, points, now)
        state = verdict.state if verdict else alarm.state_value
        value = next((point.value for point in reversed(points) if point.value is not None), None)
        change = Change(alarm.state_value, state, verdict.reason if verdict else alarm.state_reason, now, value)
        if verdict and change.was != change.now:
            self.set_state(backend, alarm, verdict, change)
        elif getattr(alarm, "acted_in_minute", None) != _minute(now):
            alarm.acted_in_minute = _minute(now)
            self._act(backend, alarm, change, [arn for arn in actions_of(alarm) if is_repeated(arn)])

    def _evaluate_composite(self, backend: Any, alarm: Any, now: datetime) -> None:
        rule = parse_rule(alarm.rule)
        children = [backend.alarms[name] for name in sorted(alarms_of(rule)) if name in backend.alarms]
        state: State = "ALARM" if holds(rule, {child.name: child.state_value for child in children}) else "OK"
        if state != alarm.state_value:
            verdict = composite_verdict(state, children)
            self.set_state(backend, alarm, verdict, Change(alarm.state_value, state, verdict.reason, now))

    def _act(self, backend: Any, alarm: Any, change: Change, arns: Iterable[str]) -> None:
        for arn in arns if alarm.actions_enabled else ():
            failure = take(arn, alarm, change, self.doers)
            summary = f"Failed to execute action {arn}. Received error: \"{failure}\"" if failure else (
                f"Successfully executed action {arn}")  # fmt: skip
            outcome = {"actionState": "Failed" if failure else "Succeeded", "notificationResource": arn,
                       "error": failure or None}  # fmt: skip
            note(backend, history.item(alarm, change.at, "Action", summary, outcome))

    def _rule(self, alarm: Any) -> Rule:
        """moto makes a new alarm of every PutMetricAlarm, so a rule is read once."""
        if alarm not in self._rules:
            self._rules[alarm] = read_rule(asked_of(alarm))
        return self._rules[alarm]


def _window(rule: Rule, now: datetime) -> Window:
    """The evaluation range: whole periods, the newest of which ended with the last settled minute (10 or 30 s for a
    high-resolution alarm)."""
    step = min(MINUTE, rule.period)
    end = int((now.timestamp() - SETTLE_SECONDS) // step) * step
    return Window(end - rule.period * (rule.periods + EXTRA_PERIODS), end, rule.period)


def _points(rule: Rule, window: Window, store: Store) -> list[Point]:
    (line,) = answer(rule.queries, (window.start, window.end), store.read)[rule.watched.id]
    return [Point(at, line.points.get(at)) for at in window.starts]


def _has_enough(rule: Rule, window: Window, store: Store) -> bool:
    if not rule.skips_few_samples or not isinstance(rule.watched, MetricQuery):
        return True
    newest = Window(window.end - rule.period * rule.periods, window.end, rule.period)
    buckets = store.read(rule.watched.metric, newest, rule.watched.unit)
    return enough_samples(rule, sum(bucket.count for bucket in buckets.values()))


def _children_first(composites: Sequence[Any]) -> list[Any]:
    """Composite alarms after the composite alarms that they look at; PutCompositeAlarm lets no circle in."""
    waiting = {alarm.name: (alarm, alarms_of(parse_rule(alarm.rule))) for alarm in composites}
    ordered: list[Any] = []
    while waiting:
        free = [name for name, (_, children) in waiting.items() if not children & waiting.keys()] or list(waiting)
        ordered.extend(waiting.pop(name)[0] for name in free)
    return ordered


def _minute(moment: datetime) -> int:
    return int(moment.timestamp()) // MINUTE


def _safely(work: Callable[..., None], *arguments: Any) -> None:
    try:
        work(*arguments)
    except Exception:
        traceback.print_exc()
