"""Nothing but the load balancer's 80 and 443 is open to the world."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from hivemind.model.plan import Severity
from hivemind.policy.ingress import Ingress, ingresses
from hivemind.policy.rule import Fault
from hivemind.policy.view import View

WEB_PORTS = ((80, 80), (443, 443))


class OpenPort:
    """A range such as 80-443 is not the two ports; a group that also serves something else is not a balancer's."""

    id: ClassVar[str] = "open-port"
    title: ClassVar[str] = "Only the load balancer's ports 80 and 443 are open to the world"
    why: ClassVar[str] = "every other open port is a way around the load balancer, and is scanned all day"
    source: ClassVar[str] = "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-18"
    severity: ClassVar[Severity] = "block"

    def check(self, view: View) -> Iterator[Fault]:
        """Every inbound rule that admits the world, or that cannot be told."""
        balancers = _balancer_groups(view)
        for ingress in ingresses(view):
            if ingress.reach == "limited" or _is_allowed(ingress, balancers):
                continue
            whom = "the whole internet" if ingress.reach == "world" else "addresses that only the cloud will know"
            yield Fault(
                ingress.where,
                f"{_ports(ingress)} open to {whom}",
                "admit a security group, or an address range that is yours",
            )


def _balancer_groups(view: View) -> frozenset[tuple[str, str]]:
    """Part and id of groups that belong to load balancers."""
    return frozenset(
        (group.part, group.logical_id)
        for balancer in view.of("AWS::ElasticLoadBalancingV2::LoadBalancer")
        for group in view.named(balancer.properties.get("SecurityGroups"), balancer.part)
    )


def _is_allowed(ingress: Ingress, balancers: frozenset[tuple[str, str]]) -> bool:
    theirs = {(group.part, group.logical_id) for group in ingress.groups}
    web = ingress.reach == "world" and ingress.tcp and ingress.ports in WEB_PORTS
    return web and bool(theirs) and theirs <= balancers


def _ports(ingress: Ingress) -> str:
    if ingress.ports is None:
        return "every port is"
    first, last = ingress.ports
    return f"port {first} is" if first == last else f"ports {first}-{last} are"
