"""Security groups and their rules, inside the group or as resources of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from hivemind.emulator.cloudformation.cloud import Cloud
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.resources.handler import Handler, Wanted, words
from hivemind.emulator.cloudformation.resources.tags import retag_ec2, specifications

_EVERYTHING_OUT = {"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}
_RULE = words("IpProtocol FromPort ToPort CidrIp CidrIpv6 Description")


class SecurityGroup(Handler):
    """AWS::EC2::SecurityGroup; rules of the group's own, beside those that other resources add to it."""

    type = "AWS::EC2::SecurityGroup"
    honours = words("GroupDescription GroupName VpcId SecurityGroupIngress SecurityGroupEgress Tags")
    offers = words("GroupId Id VpcId")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        if "VpcId" in wanted.properties:
            cloud.call("ec2", "describe_vpcs", VpcIds=[wanted["VpcId"]])  # AWS refuses a group in no network
        answer = cloud.call(
            "ec2",
            "create_security_group",
            GroupName=wanted.named("GroupName", 255),
            Description=wanted["GroupDescription"],
            **wanted.pick("VpcId"),
            **specifications("security-group", wanted),
        )
        return str(answer["GroupId"])

    def configure(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        _converge(cloud, physical_id, "ingress", [], wanted.get("SecurityGroupIngress", []))
        if wanted.get("SecurityGroupEgress"):
            _converge(cloud, physical_id, "egress", [_EVERYTHING_OUT], wanted["SecurityGroupEgress"])

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        live = _live(cloud, physical_id)
        return {"GroupId": physical_id, "Id": physical_id, "VpcId": live.get("VpcId", "")}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        inward = before.get("SecurityGroupIngress", []), after.get("SecurityGroupIngress", [])
        outward = before.get("SecurityGroupEgress"), after.get("SecurityGroupEgress")
        _converge(cloud, physical_id, "ingress", *inward)
        _converge(cloud, physical_id, "egress", *[rules or [_EVERYTHING_OUT] for rules in outward])
        retag_ec2(cloud, physical_id, before, after)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("ec2", "delete_security_group", GroupId=physical_id)


class _Rule(Handler):
    """One rule of a group that stands elsewhere."""

    direction: ClassVar[str]
    offers = words("Id")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        allowed = [_permission(wanted.properties)]
        answer = cloud.call(
            "ec2", f"authorize_security_group_{self.direction}", GroupId=wanted["GroupId"], IpPermissions=allowed
        )
        return str(answer["SecurityGroupRules"][0]["SecurityGroupRuleId"])

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {"Id": physical_id}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        described = [_permission(after.properties)]
        operation = f"update_security_group_rule_descriptions_{self.direction}"
        cloud.call("ec2", operation, GroupId=after["GroupId"], IpPermissions=described)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        revoked = [_permission(wanted.properties)]
        cloud.call("ec2", f"revoke_security_group_{self.direction}", GroupId=wanted["GroupId"], IpPermissions=revoked)


class SecurityGroupIngress(_Rule):
    """AWS::EC2::SecurityGroupIngress."""

    type = "AWS::EC2::SecurityGroupIngress"
    direction = "ingress"
    honours = _RULE | words("GroupId SourceSecurityGroupId SourcePrefixListId")


class SecurityGroupEgress(_Rule):
    """AWS::EC2::SecurityGroupEgress."""

    type = "AWS::EC2::SecurityGroupEgress"
    direction = "egress"
    honours = _RULE | words("GroupId DestinationSecurityGroupId DestinationPrefixListId")


def _live(cloud: Cloud, group: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = cloud.call("ec2", "describe_security_groups", GroupIds=[group])["SecurityGroups"][0]
    return found


def _converge(cloud: Cloud, group: str, direction: str, before: Iterable[Json], after: Iterable[Json]) -> None:
    """Removes the rules that were ours and are no longer wanted, adds the wanted ones; other rules stay.

    A wanted rule that is there already, as the way out that every group begins with, is only described anew.
    """
    present = _keys(_live(cloud, group)["IpPermissions" if direction == "ingress" else "IpPermissionsEgress"])
    mine, wanted = _by_key(before), _by_key(after)
    going = [rule for key, rule in mine.items() if key in present and key not in wanted]
    coming = [rule for key, rule in wanted.items() if key not in present]
    staying = [rule for key, rule in wanted.items() if key in present and rule != mine.get(key)]
    if coming:
        cloud.call("ec2", f"authorize_security_group_{direction}", GroupId=group, IpPermissions=coming)
    if staying:
        described = f"update_security_group_rule_descriptions_{direction}"
        cloud.call("ec2", described, GroupId=group, IpPermissions=staying)
    if going:
        cloud.call("ec2", f"revoke_security_group_{direction}", GroupId=group, IpPermissions=going)


def _by_key(rules: Iterable[Json]) -> dict[str, dict[str, Json]]:
    permissions = [_permission(rule) for rule in rules]
    return {next(iter(_keys([permission]))): permission for permission in permissions}


def _keys(permissions: Iterable[Mapping[str, Json]]) -> set[str]:
    keys = set()
    for each in permissions:
        ports = f"{each['IpProtocol']} {each.get('FromPort', '')} {each.get('ToPort', '')}"
        for kind, name in _SOURCES.values():
            keys |= {f"{ports} {source[name]}" for source in each.get(kind) or ()}
    return keys


_SOURCES = {
    "CidrIp": ("IpRanges", "CidrIp"),
    "CidrIpv6": ("Ipv6Ranges", "CidrIpv6"),
    "SourcePrefixListId": ("PrefixListIds", "PrefixListId"),
    "DestinationPrefixListId": ("PrefixListIds", "PrefixListId"),
    "SourceSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
    "DestinationSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
}


def _permission(rule: Mapping[str, Json]) -> dict[str, Json]:
    permission: dict[str, Json] = {"IpProtocol": str(rule["IpProtocol"])}
    permission |= {name: int(rule[name]) for name in ("FromPort", "ToPort") if name in rule}
    said = {"Description": rule["Description"]} if rule.get("Description") else {}
    for name, (kind, inner) in _SOURCES.items():
        if name in rule:
            permission[kind] = [{inner: rule[name], **said}]
    return permission
