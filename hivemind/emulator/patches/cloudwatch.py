"""CloudWatch: alarms are evaluated and metrics bounded; see `metrics`.

moto keeps every datum in one list for ever, matches dimensions by part, has no metric math, no percentiles and no
history, calls a new alarm OK and never looks at it again.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from hivemind.emulator.metrics import dashboard, datum, describing, history, reading
from hivemind.emulator.metrics.actions import Change, require_actions
from hivemind.emulator.metrics.composite import alarms_of, parse_rule
from hivemind.emulator.metrics.judge import Verdict
from hivemind.emulator.metrics.records import asked_of, begin, history_of, note
from hivemind.emulator.metrics.refusal import Refusal, invalid
from hivemind.emulator.metrics.rule import read_rule
from hivemind.emulator.metrics.watch import Watch
from hivemind.emulator.seam import Gap, Seam

NOT_COMPOSITE = ("ActionsSuppressor", "ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod")
NOT_METRIC = ("ThresholdMetricId", "EvaluationWindow", "WarmUpConfiguration", "EvaluationCriteria",
              "EvaluationInterval", "ActionConfiguration")  # fmt: skip


def install(watch: Watch) -> None:
    """Patch moto's CloudWatch; `watch` holds what was measured."""
    _putting(watch)
    _changing(watch)
    _measuring(watch)
    _answering(watch)


def seams() -> tuple[Seam | Gap, ...]:
    """Everything this file replaces, and the calls that moto does not have."""
    from moto.cloudwatch.models import CloudWatchBackend
    from moto.cloudwatch.responses import CloudWatchResponse

    return (
        Seam(CloudWatchBackend, "put_metric_alarm"),
        Seam(CloudWatchBackend, "delete_alarms", "self alarm_names"),
        Seam(CloudWatchBackend, "enable_alarm_actions", "self alarm_names"),
        Seam(CloudWatchBackend, "disable_alarm_actions", "self alarm_names"),
        Seam(CloudWatchBackend, "set_alarm_state", "self alarm_name reason reason_data state_value"),
        Seam(CloudWatchBackend, "put_metric_data", "self namespace metric_data"),
        Seam(CloudWatchResponse, "put_metric_alarm", "self"),
        Seam(CloudWatchResponse, "put_metric_data", "self"),
        Seam(CloudWatchResponse, "delete_alarms", "self"),
        Seam(CloudWatchResponse, "set_alarm_state", "self"),
        Seam(CloudWatchResponse, "describe_alarms", "self"),
        Seam(CloudWatchResponse, "describe_alarms_for_metric", "self"),
        Seam(CloudWatchResponse, "get_metric_data", "self"),
        Seam(CloudWatchResponse, "get_metric_statistics", "self"),
        Seam(CloudWatchResponse, "list_metrics", "self"),
        Seam(CloudWatchResponse, "put_dashboard", "self"),
        Gap(CloudWatchResponse, "describe_alarm_history"),
        Gap(CloudWatchResponse, "put_composite_alarm"),
    )


def _seam(name: str, owner: str = "CloudWatchBackend") -> Seam:
    found = (seam for seam in seams() if seam.name == name and seam.owner.__name__ == owner)
    return next(seam for seam in found if isinstance(seam, Seam))


def _putting(watch: Watch) -> None:
    """PutMetricAlarm overwrites the configuration and leaves the state; a new alarm is INSUFFICIENT_DATA."""

    def put(original: Callable[..., Any], self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        before, tags = self.alarms.get(name), kwargs.get("tags")
        alarm = original(self, name, *args, **{**kwargs, "tags": None if before else tags})
        try:
            _check(self, alarm)
        except Refusal:
            self.alarms.pop(name)
            self.alarms.update({name: before} if before else {})
            raise
        now = watch.now()
        begin(alarm, before, now)
        done = "updated" if before else "created"
        note(self, history.item(alarm, now, "ConfigurationUpdate", f'Alarm "{name}" {done}', {"type": done}))
        watch.wake()
        return alarm

    _seam("put_metric_alarm").wrap(put)


def _check(backend: Any, alarm: Any) -> None:
    is_composite = alarm.rule is not None
    for arns in (alarm.alarm_actions, alarm.ok_actions, alarm.insufficient_data_actions):
        require_actions(arns, composite=is_composite)
    if not is_composite:
        read_rule(asked_of(alarm))
        return
    children = alarms_of(parse_rule(alarm.rule))
    absent = children - backend.alarms.keys()
    if absent:
        raise invalid(f"AlarmRule refers to an alarm that does not exist: {min(absent)}.")
    if alarm.name in _descendants(backend, children):
        raise invalid(f"AlarmRule of {alarm.name} depends on itself.")


def _descendants(backend: Any, names: frozenset[str]) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    fresh = names
    while fresh:
        found |= fresh
        rules = [backend.alarms[name].rule for name in fresh if name in backend.alarms and backend.alarms[name].rule]
        fresh = frozenset().union(*(alarms_of(parse_rule(rule)) for rule in rules)) - found
    return found


def _changing(watch: Watch) -> None:
    def delete(original: Callable[..., Any], self: Any, alarm_names: list[str]) -> Any:
        for name in sorted(set(alarm_names) & self.alarms.keys()):
            alarm = self.alarms[name]
            summary = f'Alarm "{name}" deleted'
            note(self, history.item(alarm, watch.now(), "ConfigurationUpdate", summary, {"type": "Delete"}))
        return original(self, alarm_names)

    def set_state(self: Any, alarm_name: str, reason: str, reason_data: str | None, state_value: Any) -> None:
        if state_value not in ("OK", "ALARM", "INSUFFICIENT_DATA"):
            raise invalid(f"1 validation error detected: Value '{state_value}' at 'stateValue' failed to satisfy "
                          "constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]")  # fmt: skip
        if alarm_name not in self.alarms:
            raise Refusal("ResourceNotFound", f"Alarm {alarm_name} does not exist.")
        alarm = self.alarms[alarm_name]
        verdict = Verdict(state_value, reason, reason_data or "{}")
        change = Change(alarm.state_value, state_value, reason, watch.now())
        if change.was != change.now:
            watch.evaluator.set_state(self, alarm, verdict, change)

    _seam("delete_alarms").wrap(delete)
    _seam("set_alarm_state").replace(set_state)


def _measuring(watch: Watch) -> None:
    def put(self: Any, namespace: str, metric_data: list[dict[str, Any]]) -> None:
        datum.record(watch.store(self.region_name), namespace, metric_data, watch.now())

    _seam("put_metric_data").replace(put)


def _answering(watch: Watch) -> None:
    for name, wrapper in {
        "put_metric_data": _put_data,
        "put_metric_alarm": _put_alarm,
        "put_dashboard": _put_dashboard,
        "delete_alarms": _delete_alarms,
        "set_alarm_state": lambda original, self: original(self),
    }.items():
        _seam(name, "CloudWatchResponse").wrap(_refusing(wrapper))
    _reading(watch)


def _put_data(original: Callable[..., Any], self: Any) -> Any:
    datum.require_own(self._get_param("Namespace"))
    if self._get_param("EntityMetricData"):
        raise invalid("The local cloud takes MetricData, not EntityMetricData.")
    return original(self)


def _put_alarm(original: Callable[..., Any], self: Any) -> Any:
    _refuse_parameters(self, NOT_METRIC)
    return original(self)


def _put_dashboard(original: Callable[..., Any], self: Any) -> Any:
    dashboard.check(self._get_param("DashboardBody"))
    return original(self)


def _delete_alarms(original: Callable[..., Any], self: Any) -> Any:
    names = self._get_param("AlarmNames", [])
    if len(names) == 1 and names[0] not in self.cloudwatch_backend.alarms:
        raise Refusal("ResourceNotFound", f"Alarm {names[0]} does not exist.")
    return original(self)


def _reading(watch: Watch) -> None:
    """What is answered from our own store and records, and the calls that moto does not have at all."""
    from moto.cloudwatch.responses import CloudWatchResponse
    from moto.core.responses import ActionResult, EmptyResult

    def of_store(answer: Callable[..., Mapping[str, Any]]) -> Callable[..., Any]:
        return lambda self: ActionResult(answer(watch.store(self.region), self._get_params(), watch.now()))

    def of_alarms(answer: Callable[..., Mapping[str, Any]]) -> Callable[..., Any]:
        return lambda self: ActionResult(answer(self.cloudwatch_backend.alarms, self._get_params()))

    def describe_history(self: Any) -> Any:
        return ActionResult(history.describe(history_of(self.cloudwatch_backend), self._get_params()))

    def put_composite(self: Any) -> Any:
        _refuse_parameters(self, NOT_COMPOSITE)
        _ = CloudWatchResponse.put_metric_alarm(self)
        return EmptyResult()

    for name, replacement in {
        "get_metric_data": of_store(reading.get_metric_data),
        "get_metric_statistics": of_store(reading.get_metric_statistics),
        "list_metrics": of_store(reading.list_metrics),
        "describe_alarms": of_alarms(describing.describe_alarms),
        "describe_alarms_for_metric": of_alarms(describing.describe_alarms_for_metric),
    }.items():
        _seam(name, "CloudWatchResponse").replace(_refusing(replacement))
    Gap(CloudWatchResponse, "describe_alarm_history").fill(_refusing(describe_history))
    Gap(CloudWatchResponse, "put_composite_alarm").fill(_refusing(put_composite))


def _refuse_parameters(response: Any, names: tuple[str, ...]) -> None:
    given = [name for name in names if response._get_param(name) is not None]
    if given:
        raise invalid(f"The local cloud does not have the parameter {given[0]}.")


def _refusing(answer: Callable[..., Any]) -> Callable[..., Any]:
    """A Refusal becomes an error that moto knows how to answer."""

    @functools.wraps(answer)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        from moto.cloudwatch.exceptions import CloudWatchException

        try:
            return answer(*args, **kwargs)
        except Refusal as refusal:
            raise CloudWatchException(refusal.code, refusal.message) from refusal

    return wrapper
