"""Log groups, and the metrics drawn from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hivemind.emulator.cloudformation.cloud import Cloud
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.resources.handler import Handler, Wanted, exists_already, words
from hivemind.emulator.cloudformation.resources.tags import removed


class LogGroup(Handler):
    """AWS::Logs::LogGroup."""

    type = "AWS::Logs::LogGroup"
    honours = words("LogGroupName RetentionInDays KmsKeyId Tags")
    offers = words("Arn")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        name = wanted.named("LogGroupName", 512)
        asked = {"kmsKeyId": wanted["KmsKeyId"]} if "KmsKeyId" in wanted.properties else {}
        tags = {"tags": wanted.all_tags()} if wanted.all_tags() else {}
        cloud.call("logs", "create_log_group", logGroupName=name, **tags, **asked)
        return name

    def configure(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        if days := wanted.get("RetentionInDays"):
            cloud.call("logs", "put_retention_policy", logGroupName=physical_id, retentionInDays=days)

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {"Arn": cloud.arn("logs", f"log-group:{physical_id}:*")}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        if after.get("RetentionInDays"):
            self.configure(cloud, physical_id, after)
        elif before.get("RetentionInDays"):
            cloud.call("logs", "delete_retention_policy", logGroupName=physical_id)
        if after.changes(before, "KmsKeyId"):
            key = {"kmsKeyId": after["KmsKeyId"]} if after.get("KmsKeyId") else {}
            operation = "associate_kms_key" if key else "disassociate_kms_key"
            cloud.call("logs", operation, logGroupName=physical_id, **key)
        if before.all_tags() != after.all_tags():
            arn = cloud.arn("logs", f"log-group:{physical_id}")
            cloud.call("logs", "tag_resource", resourceArn=arn, tags=after.all_tags())
            cloud.call("logs", "untag_resource", resourceArn=arn, tagKeys=removed(before, after))

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("logs", "delete_log_group", logGroupName=physical_id)


class MetricFilter(Handler):
    """AWS::Logs::MetricFilter."""

    type = "AWS::Logs::MetricFilter"
    honours = words("FilterName FilterPattern LogGroupName MetricTransformations")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        name = wanted.named("FilterName", 512)
        present = cloud.call(
            "logs", "describe_metric_filters", logGroupName=wanted["LogGroupName"], filterNamePrefix=name
        )
        if any(each["filterName"] == name for each in present["metricFilters"]):
            raise exists_already(self.type, name)
        self._put(cloud, name, wanted)
        return name

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        self._put(cloud, physical_id, after)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        group = wanted["LogGroupName"]
        cloud.call("logs", "delete_metric_filter", logGroupName=group, filterName=physical_id)

    def _put(self, cloud: Cloud, name: str, wanted: Wanted) -> None:
        cloud.call(
            "logs",
            "put_metric_filter",
            logGroupName=wanted["LogGroupName"],
            filterName=name,
            filterPattern=wanted["FilterPattern"],
            metricTransformations=[_transformation(each) for each in wanted["MetricTransformations"]],
        )


def _transformation(given: Mapping[str, Json]) -> dict[str, Any]:
    asked = {name[0].lower() + name[1:]: value for name, value in given.items() if name != "Dimensions"}
    if "Dimensions" in given:
        asked["dimensions"] = {each["Key"]: each["Value"] for each in given["Dimensions"]}
    return asked
