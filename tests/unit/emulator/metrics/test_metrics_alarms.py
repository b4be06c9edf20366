"""Alarms over hours of measurements, in a few milliseconds: states, actions, history."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from unit.emulator.metrics.cloudwatch import NOON, POLICY, TOPIC, CloudWatch, alarm

from hivemind.emulator.metrics.actions import Change
from hivemind.emulator.metrics.judge import Verdict
from hivemind.emulator.metrics.store import Metric


def query(id_: str, name: str, statistic: str) -> Any:
    """A metric of an expression, as moto keeps it."""
    metric = SimpleNamespace(namespace="app", metric_name=name, dimensions=[])
    stat = SimpleNamespace(metric=metric, period=60, stat=statistic, unit=None)
    return SimpleNamespace(id=id_, label=None, return_data=False, period=None, expression=None, metric_stat=stat)


def expression(text: str) -> Any:
    return SimpleNamespace(id="e1", label="Outage", return_data=True, period=None, expression=text, metric_stat=None)


def test_a_new_alarm_knows_nothing_then_what_the_data_says() -> None:
    cloud = CloudWatch()
    cloud.have(watched := alarm())
    assert (watched.state_value, watched.state_reason) == ("INSUFFICIENT_DATA", "Unchecked: Initial alarm creation")
    for minute in range(3):
        cloud.measure(minute, 50)
        assert watched.state_value == "INSUFFICIENT_DATA"
        cloud.look(minute + 1)
    assert watched.state_value == "ALARM"
    cloud.measure(3, 1)
    cloud.look(4)
    assert watched.state_value == "OK"
    assert cloud.summaries() == ["Alarm updated from INSUFFICIENT_DATA to ALARM", "Alarm updated from ALARM to OK"]
    assert cloud.saved == 2


def test_a_minute_counts_once_it_has_ended_and_settled() -> None:
    cloud = CloudWatch()
    cloud.have(watched := alarm(evaluation_periods=1))
    cloud.measure(0, 50)
    cloud.look(1 - 1 / 60)
    assert watched.state_value == "INSUFFICIENT_DATA"
    cloud.look(1)
    assert watched.state_value == "ALARM"


def test_late_data_of_a_minute_changes_the_judgement() -> None:
    cloud = CloudWatch()
    cloud.have(watched := alarm(evaluation_periods=1))
    cloud.measure(0, 1)
    cloud.look(1)
    cloud.measure(0, 99)
    cloud.look(1.1)
    assert watched.state_value == "ALARM"


def test_a_week_of_a_daily_peak() -> None:
    cloud = CloudWatch()
    cloud.have(watched := alarm(period=3600, evaluation_periods=2, treat_missing_data="notBreaching"))
    alarms = 0
    for hour in range(24 * 7):
        cloud.measure(hour * 60, 50 if hour % 24 in (8, 9, 10) else 1)
        before = watched.state_value
        cloud.look(hour * 60 + 60)
        alarms += (before, watched.state_value) == ("OK", "ALARM")
    assert alarms == 7


def test_missing_data_ignored_keeps_the_state() -> None:
    cloud = CloudWatch()
    cloud.have(watched := alarm(treat_missing_data="ignore"))
    for minute in range(3):
        cloud.measure(minute, 50)
    cloud.look(3)
    cloud.look(600)
    assert watched.state_value == "ALARM"


def test_a_set_state_lasts_until_the_next_evaluation_and_acts() -> None:
    cloud = CloudWatch()
    cloud.have(watched := alarm(alarm_actions=[TOPIC], treat_missing_data="notBreaching"))
    cloud.look(0)
    change = Change("OK", "ALARM", "testing", NOON)
    cloud.evaluator.set_state(cloud, watched, Verdict("ALARM", "testing", "{}"), change)
    assert (watched.state_value, watched.state_reason) == ("ALARM", "testing")
    assert [subject for subject, _ in cloud.said] == ['ALARM: "load" in US East (N. Virginia)']
    cloud.look(0.1)
    assert watched.state_value == "OK"


def test_a_topic_hears_of_each_change_once() -> None:
    cloud = CloudWatch()
    cloud.have(alarm(evaluation_periods=1, alarm_actions=[TOPIC], ok_actions=[TOPIC]))
    for minute, value in enumerate((50, 50, 50, 1)):
        cloud.measure(minute, value)
        cloud.look(minute + 1)
        cloud.look(minute + 1.1)
    told = [json.loads(message) for _, message in cloud.said]
    assert [(each["OldStateValue"], each["NewStateValue"]) for each in told] == [
        ("INSUFFICIENT_DATA", "ALARM"), ("ALARM", "OK"),
    ]  # fmt: skip
    assert told[0]["Trigger"] | {"Dimensions": []} == {
        "MetricName": "load", "Namespace": "app", "StatisticType": "Statistic", "Statistic": "AVERAGE",
        "Dimensions": [], "Period": 60, "EvaluationPeriods": 1, "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 10.0, "TreatMissingData": "missing", "EvaluateLowSampleCountPercentile": "",
    }  # fmt: skip
    assert told[0]["NewStateReason"].startswith("Threshold Crossed: 1 out of the last 1 datapoints [50.0")
    assert cloud.summaries().count(f"Successfully executed action {TOPIC}") == 2


def test_disabled_actions_are_not_taken() -> None:
    cloud = CloudWatch()
    cloud.have(watched := alarm(evaluation_periods=1, alarm_actions=[TOPIC], actions_enabled=False))
    cloud.measure(0, 50)
    cloud.look(1)
    assert watched.state_value == "ALARM"
    assert cloud.said == []


def test_a_scaling_policy_is_called_each_minute_that_the_alarm_lasts() -> None:
    cloud = CloudWatch()
    cloud.have(alarm(evaluation_periods=1, alarm_actions=[POLICY]))
    for minute in range(4):
        cloud.measure(minute, 50 + minute if minute < 3 else 1)
        for part in (0, 0.1, 0.2):
            cloud.look(minute + 1 + part)
    assert [(call.change.value, call.change.now, call.threshold) for call in cloud.scaled] == [
        (50.0, "ALARM", 10.0), (51.0, "ALARM", 10.0), (52.0, "ALARM", 10.0),
    ]  # fmt: skip
    assert cloud.scaled[0].policy_arn == POLICY


def test_an_action_that_fails_is_in_the_history() -> None:
    cloud = CloudWatch()

    def refuse(asked: object) -> None:
        raise LookupError("no such policy")

    cloud.evaluator.doers = type(cloud.evaluator.doers)(cloud.evaluator.doers.publish, refuse)
    cloud.have(alarm(evaluation_periods=1, alarm_actions=[POLICY]))
    cloud.measure(0, 50)
    cloud.look(1)
    assert cloud.summaries()[-1] == f'Failed to execute action {POLICY}. Received error: "no such policy"'


def test_metric_math_sees_an_outage_only_when_there_is_one() -> None:
    """The alarm that a service's stack has, over two colours of which one may have no data at all."""
    cloud = CloudWatch()
    names = {"up_blue": "Minimum", "up_green": "Minimum", "down_blue": "Maximum", "down_green": "Maximum"}
    text = "IF(FILL(up_blue,0)+FILL(up_green,0) < 1 AND FILL(down_blue,0)+FILL(down_green,0) > 0, 1, 0)"
    queries = [expression(text), *(query(id_, id_, stat) for id_, stat in names.items())]
    outage = alarm("Outage", metric_name=None, namespace=None, statistic=None, period=None, metric_data_queries=queries,
                   threshold=0.0, evaluation_periods=2, treat_missing_data="notBreaching")  # fmt: skip
    cloud.have(outage)
    cloud.look(0)
    assert outage.state_value == "OK"  # nothing runs, so nothing is down
    for minute in range(3):
        cloud.measure(minute, 1, metric=Metric("app", "up_blue"))
        cloud.measure(minute, 1, metric=Metric("app", "down_blue"))
    cloud.look(3)
    assert outage.state_value == "OK"  # one of two is healthy
    for minute in (3, 4):
        cloud.measure(minute, 0, metric=Metric("app", "up_blue"))
        cloud.measure(minute, 2, metric=Metric("app", "down_blue"))
        cloud.look(minute + 1)
    assert outage.state_value == "ALARM"


def test_a_percentile_alarm_waits_for_enough_samples() -> None:
    cloud = CloudWatch()
    asked = {"statistic": None, "extended_statistic": "p90", "evaluation_periods": 1}
    cloud.have(waits := alarm("waits", **asked, evaluate_low_sample_count_percentile="ignore"),
               judges := alarm("judges", **asked))  # fmt: skip
    cloud.measure(0, *[50.0] * 99)
    cloud.look(1)
    assert (waits.state_value, judges.state_value) == ("INSUFFICIENT_DATA", "ALARM")
    cloud.measure(1, *[50.0] * 100)
    cloud.look(2)
    assert waits.state_value == "ALARM"


def test_a_composite_follows_its_children_in_the_same_evaluation() -> None:
    cloud = CloudWatch()
    quiet = alarm("quiet", metric_name="other", treat_missing_data="notBreaching")
    inner = alarm("inner", rule='ALARM("load") AND OK(quiet)')
    outer = alarm("outer", rule="ALARM(inner)", alarm_actions=[TOPIC])
    cloud.have(outer, inner, alarm(evaluation_periods=1, treat_missing_data="notBreaching"), quiet)
    cloud.look(0)
    assert outer.state_value == "OK"
    cloud.measure(0, 50)
    cloud.look(1)
    assert (inner.state_value, outer.state_value) == ("ALARM", "ALARM")
    assert json.loads(cloud.said[0][1])["AlarmRule"] == "ALARM(inner)"
    assert "alarm:inner transitioned to ALARM at Monday 04 May, 2026" in outer.state_reason


def test_one_alarm_that_cannot_be_evaluated_does_not_keep_the_others_from_it(capfd: Any) -> None:
    cloud = CloudWatch()
    cloud.have(alarm("broken", statistic="Nonsense"), fine := alarm("fine", evaluation_periods=1))
    cloud.measure(0, 50)
    cloud.look(1)
    assert fine.state_value == "ALARM"
    assert "Nonsense" in capfd.readouterr().err
