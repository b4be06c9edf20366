"""Logs, alarms, dashboards and topics, read back."""

from __future__ import annotations

from collections.abc import Mapping

from hivemind.emulator.cloudformation.drift.readers.reader import Reader, Subject, first, only
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.resources.handler import words


def _logs(at: Subject) -> Mapping[str, Json]:
    found = at.call("logs", "describe_log_groups", logGroupNamePrefix=at.physical_id)["logGroups"]
    live = first([each for each in found if each["logGroupName"] == at.physical_id], at.physical_id)
    tags = at.call("logs", "list_tags_for_resource", resourceArn=at.cloud.arn("logs", f"log-group:{at.physical_id}"))
    return {
        "LogGroupName": live["logGroupName"],
        "RetentionInDays": live.get("retentionInDays"),
        "KmsKeyId": live.get("kmsKeyId"),
        "Tags": at.tags({"Key": key, "Value": value} for key, value in tags["tags"].items()),
    }


_ALARM = (
    "ActionsEnabled AlarmActions AlarmDescription AlarmName ComparisonOperator DatapointsToAlarm Dimensions "
    "EvaluationPeriods ExtendedStatistic InsufficientDataActions MetricName Metrics Namespace OKActions Period "
    "Statistic Threshold TreatMissingData Unit"
)


def _alarm(at: Subject) -> Mapping[str, Json]:
    found = at.call("cloudwatch", "describe_alarms", AlarmNames=[at.physical_id])["MetricAlarms"]
    live = first(found, at.physical_id)
    arn = at.cloud.arn("cloudwatch", f"alarm:{at.physical_id}")
    tags = at.call("cloudwatch", "list_tags_for_resource", ResourceARN=arn)["Tags"]
    return {**only(live, _ALARM.split()), "Tags": at.tags(tags)}


def _dashboard(at: Subject) -> Mapping[str, Json]:
    live = at.call("cloudwatch", "get_dashboard", DashboardName=at.physical_id)
    return only(live, ("DashboardName", "DashboardBody"))


def _topic(at: Subject) -> Mapping[str, Json]:
    live = at.call("sns", "get_topic_attributes", TopicArn=at.physical_id)["Attributes"]
    tags = at.call("sns", "list_tags_for_resource", ResourceArn=at.physical_id)["Tags"]
    return {
        "TopicName": at.physical_id.rpartition(":")[2],
        "DisplayName": live.get("DisplayName") or None,
        "KmsMasterKeyId": live.get("KmsMasterKeyId"),
        "Tags": at.tags(tags),
    }


READERS = (
    Reader("AWS::Logs::LogGroup", words("LogGroupName RetentionInDays KmsKeyId Tags"), _logs),
    Reader("AWS::CloudWatch::Alarm", words(f"{_ALARM} Tags"), _alarm),
    Reader("AWS::CloudWatch::Dashboard", words("DashboardName DashboardBody"), _dashboard),
    Reader("AWS::SNS::Topic", words("TopicName DisplayName KmsMasterKeyId Tags"), _topic),
)
