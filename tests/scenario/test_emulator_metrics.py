"""CloudWatch on a running local cloud: real data, real alarms, real messages, kept over a restart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from scenario.emulator_cloud import Cloud, eventually, running

from hivemind.emulator import daemon

pytestmark = pytest.mark.slow
ALARM = {
    "Namespace": "app", "MetricName": "load", "Statistic": "Average", "Period": 60, "EvaluationPeriods": 2,
    "Threshold": 10, "ComparisonOperator": "GreaterThanThreshold",
}  # fmt: skip


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with running(tmp_path_factory.mktemp("metrics") / "home") as cloud:
        yield cloud


def minutes_ago(minutes: int) -> datetime:
    return datetime.now(UTC) - timedelta(minutes=minutes)


def measure(cloud: Cloud, *values: float, name: str = "load") -> None:
    """Values of the last minutes, the newest first."""
    data = [
        {"MetricName": name, "Timestamp": minutes_ago(minute), "Value": value} for minute, value in enumerate(values, 1)
    ]
    cloud.client("cloudwatch").put_metric_data(Namespace="app", MetricData=data)


def state(cloud: Cloud, name: str) -> str:
    found = cloud.client("cloudwatch").describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    return str((*found["MetricAlarms"], *found["CompositeAlarms"])[0]["StateValue"])


def test_an_alarm_fires_on_its_data_tells_its_topic_and_outlives_a_restart(cloud: Cloud) -> None:
    client, queues = cloud.client("cloudwatch"), cloud.client("sqs")
    topic = cloud.client("sns").create_topic(Name="alerts")["TopicArn"]
    queue = queues.create_queue(QueueName="alerts")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    cloud.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    measure(cloud, 50, 50, 50, 50)
    client.put_metric_alarm(AlarmName="load", AlarmActions=[topic], **ALARM)
    client.put_composite_alarm(AlarmName="all", AlarmRule="ALARM(load)")
    eventually(lambda: (state(cloud, "load"), state(cloud, "all")) == ("ALARM", "ALARM"))
    (message,) = eventually(lambda: queues.receive_message(QueueUrl=queue).get("Messages", []))
    told = json.loads(json.loads(message["Body"])["Message"])
    assert (told["AlarmName"], told["OldStateValue"], told["NewStateValue"]) == ("load", "INSUFFICIENT_DATA", "ALARM")
    history = client.describe_alarm_history(AlarmName="load")["AlarmHistoryItems"]
    assert [item["HistoryItemType"] for item in history] == ["Action", "StateUpdate", "ConfigurationUpdate"]

    daemon.stop(cloud.home)
    cloud.restart()
    assert state(cloud, "load") == "ALARM"
    asked = {"Namespace": "app", "MetricName": "load", "StartTime": minutes_ago(10), "EndTime": minutes_ago(0)}
    points = cloud.client("cloudwatch").get_metric_statistics(**asked, Period=60, Statistics=["SampleCount"])
    assert sum(point["SampleCount"] for point in points["Datapoints"]) == 4


def test_an_alarm_scales_a_group_by_its_policy(cloud: Cloud) -> None:
    groups, data = cloud.client("autoscaling"), {"ImageId": cloud.image(), "InstanceType": "t3.micro"}
    cloud.client("ec2").create_launch_template(LaunchTemplateName="web", LaunchTemplateData=data)
    groups.create_auto_scaling_group(
        AutoScalingGroupName="web", MinSize=0, MaxSize=1, LaunchTemplate={"LaunchTemplateName": "web"},
        AvailabilityZones=["us-east-1a"],
    )  # fmt: skip
    policy = groups.put_scaling_policy(
        AutoScalingGroupName="web", PolicyName="out", PolicyType="StepScaling", AdjustmentType="ChangeInCapacity",
        StepAdjustments=[{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}],
    )["PolicyARN"]  # fmt: skip
    groups.enable_metrics_collection(AutoScalingGroupName="web", Granularity="1Minute")
    groups.disable_metrics_collection(AutoScalingGroupName="web", Metrics=["GroupMinSize"])
    assert len(groups.describe_auto_scaling_groups()["AutoScalingGroups"][0]["EnabledMetrics"]) == 7
    measure(cloud, 50, 50, 50, 50, name="work")
    cloud.client("cloudwatch").put_metric_alarm(
        AlarmName="work", AlarmActions=[policy], **ALARM | {"MetricName": "work"}
    )

    def wished() -> int:
        return int(groups.describe_auto_scaling_groups()["AutoScalingGroups"][0]["DesiredCapacity"])

    eventually(lambda: wished() == 1)
    taken = cloud.client("cloudwatch").describe_alarm_history(AlarmName="work", HistoryItemType="Action")
    assert taken["AlarmHistoryItems"][0]["HistorySummary"] == f"Successfully executed action {policy}"


def test_lines_of_a_log_become_a_metric_and_every_answer_is_in_the_shape_of_boto(cloud: Cloud) -> None:
    logs, client = cloud.client("logs"), cloud.client("cloudwatch")
    logs.create_log_group(logGroupName="app")
    logs.create_log_stream(logGroupName="app", logStreamName="one")
    change = {"metricName": "errors", "metricNamespace": "logs", "metricValue": "1"}
    for _ in range(2):  # putting a filter again replaces it
        logs.put_metric_filter(
            logGroupName="app", filterName="errors", filterPattern="ERROR", metricTransformations=[change]
        )
    moment = int(datetime.now(UTC).timestamp() * 1000)
    events = [{"timestamp": moment, "message": text} for text in ("ERROR a", "fine", "ERROR b")]
    logs.put_log_events(logGroupName="app", logStreamName="one", logEvents=events)
    metric = {"Namespace": "logs", "MetricName": "errors"}
    queries: list[Any] = [
        {"Id": "m1", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}, "ReturnData": False},
        {"Id": "e1", "Expression": "FILL(m1, 0) * 10", "Label": "ten"},
    ]
    (row,) = client.get_metric_data(StartTime=minutes_ago(2), EndTime=minutes_ago(-1), MetricDataQueries=queries)[
        "MetricDataResults"
    ]
    assert (row["Label"], max(row["Values"]), min(row["Values"])) == ("ten", 20, 0)
    assert client.list_metrics(Namespace="logs")["Metrics"] == [{**metric, "Dimensions": []}]


@pytest.mark.proof
def test_a_busy_instance_and_a_database_are_measured_and_an_alarm_sees_it(cloud: Cloud) -> None:
    client, databases = cloud.client("cloudwatch"), cloud.client("rds")
    databases.create_db_instance(
        DBInstanceIdentifier="main", Engine="postgres", DBInstanceClass="db.t3.micro", AllocatedStorage=20,
        MasterUsername="boss", MasterUserPassword="not-a-secret",
    )  # fmt: skip
    busy = cloud.launch("(while :; do :; done) &\nsleep 1000", Monitoring={"Enabled": True})
    idle = cloud.launch("sleep 1000", Monitoring={"Enabled": True})
    client.put_metric_alarm(
        AlarmName="busy", Namespace="AWS/EC2", MetricName="CPUUtilization", Statistic="Average", Period=60,
        Dimensions=[{"Name": "InstanceId", "Value": busy}], EvaluationPeriods=1, Threshold=0.5,
        ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip

    def average(namespace: str, name: str, dimension: str, value: str) -> float | None:
        points = client.get_metric_statistics(
            Namespace=namespace, MetricName=name, Dimensions=[{"Name": dimension, "Value": value}],
            StartTime=minutes_ago(10), EndTime=minutes_ago(0), Period=600, Statistics=["Average"],
        )["Datapoints"]  # fmt: skip
        return float(points[0]["Average"]) if points else None

    eventually(lambda: state(cloud, "busy") == "ALARM", 180)
    eventually(lambda: average("AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", "main") is not None, 120)
    used = [average("AWS/EC2", "CPUUtilization", "InstanceId", instance) or 0.0 for instance in (busy, idle)]
    assert used[0] > used[1]
    assert average("AWS/EC2", "StatusCheckFailed", "InstanceId", idle) == 0
    free = average("AWS/RDS", "FreeStorageSpace", "DBInstanceIdentifier", "main") or 0.0
    assert 19 * 1024**3 < free < 20 * 1024**3
    assert average("AWS/RDS", "DatabaseConnections", "DBInstanceIdentifier", "main") == 0


def test_what_aws_refuses_is_refused_with_its_code(cloud: Cloud) -> None:
    client = cloud.client("cloudwatch")
    wrong: list[tuple[str, Any]] = [
        ("ValidationError", lambda: client.put_metric_alarm(AlarmName="a", **{**ALARM, "Period": 61})),
        ("ValidationError", lambda: client.put_metric_alarm(
            AlarmName="a", AlarmActions=["arn:aws:automate:us-east-1:ec2:stop"], **ALARM)),
        ("ValidationError", lambda: client.put_composite_alarm(AlarmName="c", AlarmRule="ALARM(nobody)")),
        ("ResourceNotFound", lambda: client.set_alarm_state(AlarmName="x", StateValue="OK", StateReason="r")),
        ("ResourceNotFound", lambda: client.delete_alarms(AlarmNames=["x"])),
        ("InvalidParameterValue", lambda: client.put_metric_data(
            Namespace="AWS/EC2", MetricData=[{"MetricName": "x", "Value": 1}])),
        ("InvalidParameterInput", lambda: client.put_dashboard(DashboardName="d", DashboardBody='{"widgets": [1]}')),
    ]  # fmt: skip
    for code, call in wrong:
        with pytest.raises(ClientError) as refused:
            call()
        assert refused.value.response["Error"]["Code"] == code
    assert client.describe_alarms(AlarmNames=["a", "c"])["MetricAlarms"] == []
