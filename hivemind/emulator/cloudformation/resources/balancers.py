"""Load balancers and target groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hivemind.emulator.cloudformation.cloud import Cloud
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.resources.handler import Handler, Wanted, words
from hivemind.emulator.cloudformation.resources.tags import retag_balancing

_LONGEST_NAME = 32


class LoadBalancer(Handler):
    """AWS::ElasticLoadBalancingV2::LoadBalancer."""

    type = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    honours = words("Name Scheme Type Subnets SecurityGroups IpAddressType LoadBalancerAttributes Tags")
    offers = words("DNSName CanonicalHostedZoneID LoadBalancerArn LoadBalancerFullName LoadBalancerName")
    volatile = words("DNSName")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        asked = wanted.pick("Scheme", "Type", "Subnets", "SecurityGroups", "IpAddressType")
        name = wanted.named("Name", _LONGEST_NAME)
        answer = cloud.call("elbv2", "create_load_balancer", Name=name, **asked, **_tags(wanted))
        return str(answer["LoadBalancers"][0]["LoadBalancerArn"])

    def configure(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        if attributes := wanted.get("LoadBalancerAttributes"):
            cloud.call("elbv2", "modify_load_balancer_attributes", LoadBalancerArn=physical_id, Attributes=attributes)

    def ready(self, cloud: Cloud, physical_id: str) -> bool:
        return bool(self._live(cloud, physical_id)["State"]["Code"] in ("active", "active_impaired"))

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        live = self._live(cloud, physical_id)
        return {
            "DNSName": live["DNSName"],
            "CanonicalHostedZoneID": live.get("CanonicalHostedZoneId", ""),
            "LoadBalancerArn": physical_id,
            "LoadBalancerFullName": physical_id.partition(":loadbalancer/")[2],
            "LoadBalancerName": live["LoadBalancerName"],
        }

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        if after.changes(before, "Subnets"):
            cloud.call("elbv2", "set_subnets", LoadBalancerArn=physical_id, Subnets=after["Subnets"])
        if after.changes(before, "SecurityGroups"):
            groups = after.get("SecurityGroups", [])
            cloud.call("elbv2", "set_security_groups", LoadBalancerArn=physical_id, SecurityGroups=groups)
        if after.changes(before, "IpAddressType"):
            kind = after.get("IpAddressType", "ipv4")
            cloud.call("elbv2", "set_ip_address_type", LoadBalancerArn=physical_id, IpAddressType=kind)
        if after.changes(before, "LoadBalancerAttributes"):
            self.configure(cloud, physical_id, after)
        retag_balancing(cloud, physical_id, before, after)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("elbv2", "delete_load_balancer", LoadBalancerArn=physical_id)

    def _live(self, cloud: Cloud, physical_id: str) -> Mapping[str, Any]:
        answer = cloud.call("elbv2", "describe_load_balancers", LoadBalancerArns=[physical_id])
        live: Mapping[str, Any] = answer["LoadBalancers"][0]
        return live


_HEALTH = (
    "HealthCheckEnabled HealthCheckIntervalSeconds HealthCheckPath HealthCheckPort HealthCheckProtocol "
    "HealthCheckTimeoutSeconds HealthyThresholdCount UnhealthyThresholdCount Matcher"
)

_USUAL_HEALTH: Mapping[str, Json] = {
    "HealthCheckIntervalSeconds": 30,
    "HealthCheckPath": "/",
    "HealthCheckPort": "traffic-port",
    "HealthCheckProtocol": "HTTP",
    "HealthCheckTimeoutSeconds": 5,
    "HealthyThresholdCount": 5,
    "UnhealthyThresholdCount": 2,
    "Matcher": {"HttpCode": "200"},
}
"""What a check is without the property, https://docs.aws.amazon.com/elasticloadbalancing/latest/application/
target-group-health-checks.html; ModifyTargetGroup leaves alone what it is not given."""


class TargetGroup(Handler):
    """AWS::ElasticLoadBalancingV2::TargetGroup."""

    type = "AWS::ElasticLoadBalancingV2::TargetGroup"
    honours = words(f"{_HEALTH} Name Port Protocol ProtocolVersion VpcId TargetType TargetGroupAttributes Targets Tags")
    offers = words("TargetGroupArn TargetGroupFullName TargetGroupName")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        asked = wanted.without("Name", "Tags", "Targets", "TargetGroupAttributes")
        name = wanted.named("Name", _LONGEST_NAME)
        answer = cloud.call("elbv2", "create_target_group", Name=name, **asked, **_tags(wanted))
        return str(answer["TargetGroups"][0]["TargetGroupArn"])

    def configure(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        if attributes := wanted.get("TargetGroupAttributes"):
            cloud.call("elbv2", "modify_target_group_attributes", TargetGroupArn=physical_id, Attributes=attributes)
        _target(cloud, physical_id, [], wanted.get("Targets", []))

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        full_name = physical_id.rpartition(":")[2]
        return {
            "TargetGroupArn": physical_id,
            "TargetGroupFullName": full_name,
            "TargetGroupName": full_name.split("/")[1],
        }

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        if after.changes(before, *_HEALTH.split()):
            asked = {name: value for name, value in _USUAL_HEALTH.items() if name in before.properties}
            asked |= after.pick(*_HEALTH.split())
            cloud.call("elbv2", "modify_target_group", TargetGroupArn=physical_id, **asked)
        if after.changes(before, "TargetGroupAttributes"):
            attributes = after.get("TargetGroupAttributes", [])
            cloud.call("elbv2", "modify_target_group_attributes", TargetGroupArn=physical_id, Attributes=attributes)
        _target(cloud, physical_id, before.get("Targets", []), after.get("Targets", []))
        retag_balancing(cloud, physical_id, before, after)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("elbv2", "delete_target_group", TargetGroupArn=physical_id)


def _tags(wanted: Wanted) -> dict[str, Json]:
    return {"Tags": wanted.tag_list()} if wanted.tag_list() else {}


def _target(cloud: Cloud, group: str, before: Iterable[Json], after: Iterable[Json]) -> None:
    coming = [each for each in after if each not in before]
    going = [each for each in before if each["Id"] not in {kept["Id"] for kept in after}]
    if coming:
        cloud.call("elbv2", "register_targets", TargetGroupArn=group, Targets=coming)
    if going:
        cloud.call("elbv2", "deregister_targets", TargetGroupArn=group, Targets=going)
