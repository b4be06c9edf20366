"""What ends with its owner on AWS, and what moto leaves behind: a network's own ACLs, a NAT gateway's interface."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hivemind.emulator.seam import Seam


def install() -> None:
    """Patch moto's EC2."""
    ends = {"delete_vpc": _network, "delete_nat_gateway": _nat_gateway}
    for seam in seams():
        seam.wrap(ends[seam.name])


def seams() -> tuple[Seam, ...]:
    """Everything this file replaces."""
    from moto.ec2.models import EC2Backend

    return Seam(EC2Backend, "delete_vpc", "self vpc_id"), Seam(EC2Backend, "delete_nat_gateway", "self nat_gateway_id")


def _network(original: Callable[..., Any], ec2: Any, vpc_id: str) -> Any:
    """https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html."""
    ended = original(ec2, vpc_id)
    for acl in [each for each in ec2.network_acls.values() if each.vpc_id == vpc_id]:
        del ec2.network_acls[acl.id]
    return ended


def _nat_gateway(original: Callable[..., Any], ec2: Any, nat_gateway_id: str) -> Any:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNatGateway.html: the address stays, free."""
    ended = original(ec2, nat_gateway_id)
    for address in ec2.addresses:
        if address.eni is not None and address.eni.id == ended._eni.id:
            address.eni = address.association_id = None
    ec2.enis.pop(ended._eni.id, None)
    return ended
