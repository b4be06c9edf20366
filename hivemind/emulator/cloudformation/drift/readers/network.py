"""Networks and security groups, read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hivemind.emulator.cloudformation.drift.readers.reader import Reader, Subject, first, gone, only
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.resources.handler import words

_EC2 = "AWS::EC2::"


def _vpc(at: Subject) -> Mapping[str, Json]:
    live = first(at.call("ec2", "describe_vpcs", VpcIds=[at.physical_id])["Vpcs"], at.physical_id)
    switches = {}
    for name, attribute in (("EnableDnsSupport", "enableDnsSupport"), ("EnableDnsHostnames", "enableDnsHostnames")):
        answer = at.call("ec2", "describe_vpc_attribute", VpcId=at.physical_id, Attribute=attribute)
        switches[name] = answer[name]["Value"]
    return {**only(live, ("CidrBlock", "InstanceTenancy")), **switches, "Tags": at.tags(live.get("Tags"))}


def _subnet(at: Subject) -> Mapping[str, Json]:
    live = first(at.call("ec2", "describe_subnets", SubnetIds=[at.physical_id])["Subnets"], at.physical_id)
    names = ("VpcId", "CidrBlock", "AvailabilityZone", "MapPublicIpOnLaunch")
    return {**only(live, names), "Tags": at.tags(live.get("Tags"))}


def _group(at: Subject) -> Mapping[str, Json]:
    live = _live_group(at, at.physical_id)
    return {
        "GroupName": live["GroupName"],
        "GroupDescription": live["Description"],
        "VpcId": live.get("VpcId"),
        "SecurityGroupIngress": _own(at, live, "Ingress"),
        "SecurityGroupEgress": _own(at, live, "Egress"),
        "Tags": at.tags(live.get("Tags")),
    }


def _live_group(at: Subject, group: str) -> Mapping[str, Any]:
    found = at.call("ec2", "describe_security_groups", GroupIds=[group])["SecurityGroups"]
    live: Mapping[str, Any] = first(found, group)
    return live


_PERMISSIONS = {"Ingress": "IpPermissions", "Egress": "IpPermissionsEgress"}


def _own(at: Subject, live: Mapping[str, Any], direction: str) -> list[dict[str, Json]]:
    """The group's rules but for those that other resources of the stack add to it."""
    others = [each for each in at.attached(f"{_EC2}SecurityGroup{direction}") if each["GroupId"] == at.physical_id]
    foreign = [_key(each.properties) for each in others]
    return [rule for rule in _rules(live[_PERMISSIONS[direction]], direction) if _key(rule) not in foreign]


def _rules(permissions: list[Mapping[str, Any]], direction: str) -> Iterator[dict[str, Json]]:
    """One rule per source, as a template writes them."""
    end = "Source" if direction == "Ingress" else "Destination"
    sources = (
        ("IpRanges", "CidrIp", "CidrIp"),
        ("Ipv6Ranges", "CidrIpv6", "CidrIpv6"),
        ("PrefixListIds", "PrefixListId", f"{end}PrefixListId"),
        ("UserIdGroupPairs", "GroupId", f"{end}SecurityGroupId"),
    )
    for permission in permissions:
        ports = only(permission, ("IpProtocol", "FromPort", "ToPort"))
        for kind, inner, name in sources:
            for each in permission.get(kind) or ():
                yield {**ports, name: each[inner], **only(each, ("Description",))}


def _key(rule: Mapping[str, Json]) -> frozenset[tuple[str, str]]:
    return frozenset((name, str(value)) for name, value in rule.items() if name not in ("Description", "GroupId"))


def _rule(direction: str) -> Reader:
    def read(at: Subject) -> Mapping[str, Json]:
        live = _live_group(at, at.wanted["GroupId"])
        sought = _key(at.wanted.properties)
        for rule in _rules(live[_PERMISSIONS[direction]], direction):
            if _key(rule) == sought:
                return {**rule, "GroupId": live["GroupId"]}
        raise gone(at.physical_id)

    end = "Source" if direction == "Ingress" else "Destination"
    reads = words(
        f"GroupId IpProtocol FromPort ToPort CidrIp CidrIpv6 Description {end}SecurityGroupId {end}PrefixListId"
    )
    return Reader(f"{_EC2}SecurityGroup{direction}", reads, read)


READERS = (
    Reader(f"{_EC2}VPC", words("CidrBlock InstanceTenancy EnableDnsSupport EnableDnsHostnames Tags"), _vpc),
    Reader(f"{_EC2}Subnet", words("VpcId CidrBlock AvailabilityZone MapPublicIpOnLaunch Tags"), _subnet),
    Reader(
        f"{_EC2}SecurityGroup",
        words("GroupName GroupDescription VpcId SecurityGroupIngress SecurityGroupEgress Tags"),
        _group,
    ),
    _rule("Ingress"),
    _rule("Egress"),
)
