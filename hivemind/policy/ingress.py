"""Security group rules that let traffic in, wherever a template writes them down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from hivemind.policy.view import Resource, View, listed, text

WIDEST_PRIVATE = {4: 8, 6: 16}
"""Shorter prefixes than these hold more than any private network: `0.0.0.0/1` is half the world."""

Reach = Literal["world", "limited", "unknown"]


@dataclass(frozen=True)
class Ingress:
    """One inbound rule: which groups it belongs to, where it stands, and its block."""

    groups: tuple[Resource, ...]
    where: str
    rule: Mapping[str, Any]

    @property
    def tcp(self) -> bool:
        """Whether it is about TCP alone."""
        return text(self.rule.get("IpProtocol")) in ("tcp", "6")

    @property
    def ports(self) -> tuple[int, int] | None:
        """First and last port; None for all of them, or for ports that cannot be told."""
        first, last = text(self.rule.get("FromPort")), text(self.rule.get("ToPort"))
        if text(self.rule.get("IpProtocol")) == "-1" or first is None or last is None:
            return None
        return (int(first), int(last)) if first.isdigit() and last.isdigit() else None

    @property
    def reach(self) -> Reach:
        """Whether the whole world may come in; a rule that names a group or a prefix list is limited."""
        given = [self.rule[name] for name in ("CidrIp", "CidrIpv6") if name in self.rule]
        reaches = [_reach(text(value)) for value in given]
        if "world" in reaches:
            return "world"
        return "unknown" if "unknown" in reaches else "limited"


def ingresses(view: View) -> Iterator[Ingress]:
    """Every inbound rule, inside a group and beside one."""
    for group in view.of("AWS::EC2::SecurityGroup"):
        for index, rule in enumerate(listed(group.properties.get("SecurityGroupIngress"))):
            yield Ingress((group,), group.where("SecurityGroupIngress", index), rule)
    for resource in view.of("AWS::EC2::SecurityGroupIngress"):
        groups = tuple(view.named(resource.properties.get("GroupId"), resource.part))
        yield Ingress(groups, resource.where(), resource.properties)


def _reach(cidr: str | None) -> Reach:
    from ipaddress import ip_network

    if cidr is None:
        return "unknown"
    try:
        network = ip_network(cidr.strip(), strict=False)
    except ValueError:
        return "unknown"
    return "world" if network.prefixlen < WIDEST_PRIVATE[network.version] else "limited"
