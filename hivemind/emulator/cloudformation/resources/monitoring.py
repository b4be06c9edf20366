"""Alarms and dashboards."""

from __future__ import annotations

from collections.abc import Mapping

from hivemind.emulator.cloudformation.cloud import Cloud
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.resources.handler import Handler, Wanted, exists_already, words
from hivemind.emulator.cloudformation.resources.tags import removed


class Alarm(Handler):
    """AWS::CloudWatch::Alarm."""

    type = "AWS::CloudWatch::Alarm"
    honours = words(
        "ActionsEnabled AlarmActions AlarmDescription AlarmName ComparisonOperator DatapointsToAlarm Dimensions "
        "EvaluateLowSampleCountPercentile EvaluationPeriods ExtendedStatistic InsufficientDataActions MetricName "
        "Metrics Namespace OKActions Period Statistic Tags Threshold TreatMissingData Unit"
    )
    offers = words("Arn")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        name = wanted.named("AlarmName", 255)
        if cloud.call("cloudwatch", "describe_alarms", AlarmNames=[name])["MetricAlarms"]:
            raise exists_already(self.type, name)
        tags = {"Tags": wanted.tag_list()} if wanted.tag_list() else {}
        cloud.call("cloudwatch", "put_metric_alarm", AlarmName=name, **wanted.without("AlarmName", "Tags"), **tags)
        return name

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {"Arn": cloud.arn("cloudwatch", f"alarm:{physical_id}")}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        asked = after.without("AlarmName", "Tags")
        cloud.call("cloudwatch", "put_metric_alarm", AlarmName=physical_id, **asked)
        if before.all_tags() != after.all_tags():
            arn = cloud.arn("cloudwatch", f"alarm:{physical_id}")
            cloud.call("cloudwatch", "tag_resource", ResourceARN=arn, Tags=after.tag_list())
            cloud.call("cloudwatch", "untag_resource", ResourceARN=arn, TagKeys=removed(before, after))

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("cloudwatch", "delete_alarms", AlarmNames=[physical_id])


class Dashboard(Handler):
    """AWS::CloudWatch::Dashboard."""

    type = "AWS::CloudWatch::Dashboard"
    honours = words("DashboardName DashboardBody Tags")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        name = wanted.named("DashboardName", 255)
        present = cloud.call("cloudwatch", "list_dashboards", DashboardNamePrefix=name)["DashboardEntries"]
        if any(each["DashboardName"] == name for each in present):
            raise exists_already(self.type, name)
        self._put(cloud, name, wanted)
        return name

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        self._put(cloud, physical_id, after)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("cloudwatch", "delete_dashboards", DashboardNames=[physical_id])

    def _put(self, cloud: Cloud, name: str, wanted: Wanted) -> None:
        tags = {"Tags": found} if (found := wanted.tag_list()) else {}
        body = wanted["DashboardBody"]
        cloud.call("cloudwatch", "put_dashboard", DashboardName=name, DashboardBody=body, **tags)
