"""Load balancers: where they may stand.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html.
"""

from __future__ import annotations

from typing import Any

from hivemind.emulator.backends import backend as service
from hivemind.emulator.seam import Seam
from hivemind.emulator.strict.rule import Arguments, Rule


def rules() -> tuple[Rule, ...]:
    """The rules of load balancers."""
    from moto.elbv2.models import ELBv2Backend

    return (Rule(Seam(ELBv2Backend, "create_load_balancer"), _stands_in_two_zones),)


def _stands_in_two_zones(elbv2: Any, asked: Arguments) -> None:
    from moto.elbv2.exceptions import ELBClientError

    ec2 = service("ec2", elbv2.region_name)
    ids = [*(asked["subnet_ids"] or ()), *(each["SubnetId"] for each in asked["subnet_mappings"] or ())]
    zones = [ec2.get_subnet(each).availability_zone for each in ids]
    if len(set(zones)) < 2:
        message = "At least two subnets in two different Availability Zones must be specified"
        raise ELBClientError("ValidationError", message)
    if len(set(zones)) < len(zones):
        message = "A load balancer cannot be attached to multiple subnets in the same Availability Zone"
        raise ELBClientError("InvalidConfigurationRequest", message)
    known = {group for groups in ec2.groups.values() for group in groups}
    if set(asked["security_groups"] or ()) - known:
        raise ELBClientError("InvalidConfigurationRequest", "One or more security groups are invalid")
