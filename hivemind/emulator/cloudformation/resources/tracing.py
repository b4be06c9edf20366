"""X-Ray groups and sampling rules, kept in a store of the engine's own: the control plane below has neither."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hivemind.emulator.cloudformation.cloud import Cloud
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.refusal import Refusal, Unable
from hivemind.emulator.cloudformation.resources.handler import Handler, Wanted, exists_already, words


class TracingGroup(Handler):
    """AWS::XRay::Group; `Ref` is its ARN."""

    type = "AWS::XRay::Group"
    honours = words("GroupName FilterExpression InsightsConfiguration Tags")
    offers = words("GroupARN")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        return _add(self.type, cloud, "group", wanted["GroupName"], _described(wanted))

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {"GroupARN": physical_id}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        if after.changes(before, "GroupName"):
            raise Unable("the name of an X-Ray group cannot change")
        cloud.stacks.trace(physical_id, _described(after))

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.stacks.trace(physical_id, None)


class SamplingRule(Handler):
    """AWS::XRay::SamplingRule; `Ref` is its ARN."""

    type = "AWS::XRay::SamplingRule"
    honours = words("SamplingRule Tags")
    offers = words("RuleARN")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        return _add(self.type, cloud, "sampling-rule", _rule_name(wanted), _described(wanted))

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {"RuleARN": physical_id}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        if _rule_name(before) != _rule_name(after):
            raise Unable("the name of an X-Ray sampling rule cannot change")
        cloud.stacks.trace(physical_id, _described(after))

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.stacks.trace(physical_id, None)


def _rule_name(wanted: Wanted) -> str:
    name = (wanted.get("SamplingRule") or {}).get("RuleName")
    if not name:
        raise Refusal("#/SamplingRule: required key [RuleName] not found")
    return str(name)


def _described(wanted: Wanted) -> dict[str, Any]:
    return {**wanted.properties, "Tags": wanted.tag_list()}


def _add(kind: str, cloud: Cloud, noun: str, name: str, description: dict[str, Any]) -> str:
    arn = cloud.arn("xray", f"{noun}/{name}")
    if arn in cloud.stacks.tracing:
        raise exists_already(kind, name)
    cloud.stacks.trace(arn, description)
    return arn
