"""Tags where services differ: given at creation by EC2's specifications, changed by each service's own calls."""

from __future__ import annotations

from hivemind.emulator.cloudformation.cloud import Cloud
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.resources.handler import Wanted


def specifications(kind: str, wanted: Wanted) -> dict[str, Json]:
    """EC2's `TagSpecifications` argument, absent when there are no tags."""
    tags = wanted.tag_list()
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": tags}]} if tags else {}


def removed(before: Wanted, after: Wanted) -> list[str]:
    """The keys that go away."""
    return [key for key in before.all_tags() if key not in after.all_tags()]


def retag_ec2(cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
    """Brings the tags of any EC2 resource to `after`."""
    if before.all_tags() == after.all_tags():
        return
    if after.tag_list():
        cloud.call("ec2", "create_tags", Resources=[physical_id], Tags=after.tag_list())
    if gone := removed(before, after):
        cloud.call("ec2", "delete_tags", Resources=[physical_id], Tags=[{"Key": key} for key in gone])


def retag_balancing(cloud: Cloud, arn: str, before: Wanted, after: Wanted) -> None:
    """Brings the tags of anything of Elastic Load Balancing to `after`."""
    if before.all_tags() == after.all_tags():
        return
    if after.tag_list():
        cloud.call("elbv2", "add_tags", ResourceArns=[arn], Tags=after.tag_list())
    if gone := removed(before, after):
        cloud.call("elbv2", "remove_tags", ResourceArns=[arn], TagKeys=gone)


def retag_database(cloud: Cloud, arn: str, before: Wanted, after: Wanted) -> None:
    """Brings the tags of anything of RDS to `after`."""
    if before.all_tags() == after.all_tags():
        return
    if after.tag_list():
        cloud.call("rds", "add_tags_to_resource", ResourceName=arn, Tags=after.tag_list())
    if gone := removed(before, after):
        cloud.call("rds", "remove_tags_from_resource", ResourceName=arn, TagKeys=gone)
