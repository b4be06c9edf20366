"""Load balancers, target groups, listeners and their rules, read back; the weights too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hivemind.emulator.cloudformation.drift.readers.reader import Reader, Subject, first, only
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.resources.handler import words

_KIND = "AWS::ElasticLoadBalancingV2::"
_HEALTH = (
    "HealthCheckEnabled HealthCheckIntervalSeconds HealthCheckPath HealthCheckPort HealthCheckProtocol "
    "HealthCheckTimeoutSeconds HealthyThresholdCount UnhealthyThresholdCount Matcher"
)


def _balancer(at: Subject) -> Mapping[str, Json]:
    found = at.call("elbv2", "describe_load_balancers", LoadBalancerArns=[at.physical_id])["LoadBalancers"]
    live = first(found, at.physical_id)
    answer = at.call("elbv2", "describe_load_balancer_attributes", LoadBalancerArn=at.physical_id)
    return {
        **only(live, ("Scheme", "Type", "SecurityGroups", "IpAddressType")),
        "Name": live["LoadBalancerName"],
        "Subnets": [zone["SubnetId"] for zone in live["AvailabilityZones"]],
        "LoadBalancerAttributes": _given(at, "LoadBalancerAttributes", answer["Attributes"]),
        "Tags": _tags(at),
    }


def _group(at: Subject) -> Mapping[str, Json]:
    found = at.call("elbv2", "describe_target_groups", TargetGroupArns=[at.physical_id])["TargetGroups"]
    live = first(found, at.physical_id)
    answer = at.call("elbv2", "describe_target_group_attributes", TargetGroupArn=at.physical_id)
    return {
        **only(live, f"{_HEALTH} Port Protocol ProtocolVersion VpcId TargetType".split()),
        "Name": live["TargetGroupName"],
        "TargetGroupAttributes": _given(at, "TargetGroupAttributes", answer["Attributes"]),
        "Tags": _tags(at),
    }


def _given(at: Subject, name: str, live: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The attributes that the template gives; every other has its default or is no concern of the template."""
    given = {each["Key"] for each in at.wanted.get(name, ())}
    return [each for each in live if each["Key"] in given]


def _listener(at: Subject) -> Mapping[str, Json]:
    found = at.call("elbv2", "describe_listeners", ListenerArns=[at.physical_id])["Listeners"]
    live = first(found, at.physical_id)
    names = ("LoadBalancerArn", "Port", "Protocol", "SslPolicy", "Certificates")
    return {**only(live, names), "DefaultActions": _actions(live["DefaultActions"]), "Tags": _tags(at)}


def _rule(at: Subject) -> Mapping[str, Json]:
    found = at.call("elbv2", "describe_rules", RuleArns=[at.physical_id])["Rules"]
    live = first(found, at.physical_id)
    conditions = [_condition(each) for each in live["Conditions"]]
    return {"Priority": live["Priority"], "Conditions": conditions, "Actions": _actions(live["Actions"])}


def _actions(live: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [_action(each) for each in live]


def _action(live: Mapping[str, Any]) -> Mapping[str, Any]:
    """A forward to one group is written either way, and read as both."""
    groups = (live.get("ForwardConfig") or {}).get("TargetGroups", [])
    if "TargetGroupArn" in live and not groups:
        return {**live, "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": live["TargetGroupArn"], "Weight": 1}]}}
    return {"TargetGroupArn": groups[0]["TargetGroupArn"], **live} if len(groups) == 1 else live


def _condition(live: Mapping[str, Any]) -> Mapping[str, Any]:
    """The short form of a condition is read beside its long one."""
    inner = [value for name, value in live.items() if name.endswith("Config")]
    return {"Values": inner[0]["Values"], **live} if inner and "Values" in inner[0] else live


def _tags(at: Subject) -> list[dict[str, Any]]:
    answer = at.call("elbv2", "describe_tags", ResourceArns=[at.physical_id])
    return at.tags(answer["TagDescriptions"][0]["Tags"])


READERS = (
    Reader(
        f"{_KIND}LoadBalancer",
        words("Name Scheme Type Subnets SecurityGroups IpAddressType LoadBalancerAttributes Tags"),
        _balancer,
    ),
    Reader(
        f"{_KIND}TargetGroup",
        words(f"{_HEALTH} Name Port Protocol ProtocolVersion VpcId TargetType TargetGroupAttributes Tags"),
        _group,
    ),
    Reader(
        f"{_KIND}Listener", words("LoadBalancerArn Port Protocol SslPolicy Certificates DefaultActions Tags"), _listener
    ),
    Reader(f"{_KIND}ListenerRule", words("Priority Conditions Actions"), _rule),
)
