"""Launching one instance for a group, from the template version the group names."""

from __future__ import annotations

from typing import Any

from hivemind.emulator.groups.member import Member, begin
from hivemind.emulator.groups.placement import Subnet, next_subnet

GROUP_TAG = "aws:autoscaling:groupName"


def launch(group: Any, cause: str) -> bool:
    """Launch one instance into the emptiest zone; a failure is an activity in EC2's words, and False."""
    from moto.core.exceptions import ServiceException

    activity = begin(group, "Launching a new EC2 instance.", cause)
    try:
        template = group.ec2_launch_template
        version = template.get_version(group.launch_template_version)
        instance = _run(group, {"LaunchTemplateId": template.id, "Version": str(version.number)})
    except (ServiceException, AttributeError) as problem:
        message = getattr(problem, "message", None) or str(problem)
        activity.finish("Failed", f"{message} Launching EC2 instance failed.")
        return False
    activity.description = f"Launching a new EC2 instance: {instance.id}"
    shown = {
        "LaunchTemplateId": template.id,
        "LaunchTemplateName": template.name,
        "Version": str(version.number),
    }
    protected = bool(group.new_instances_protected_from_scale_in)
    group.instance_states.append(Member(instance, group.name, shown, protected, activity))
    return True


def _run(group: Any, template: dict[str, str]) -> Any:
    subnet = _subnet(group)
    reservation = group.ec2_backend.run_instances(
        None,
        1,
        None,
        [],
        launch_template=template,
        instance_type="m1.small",
        is_instance_type_default=True,
        region_name=group.region,
        subnet_id=subnet.id if subnet else None,
        placement=None if subnet else group.availability_zones[0],
        associate_public_ip=None if subnet else True,
        tags={"instance": {**group.get_propagated_tags(), GROUP_TAG: group.name}},
    )
    return reservation.instances[0]


def _subnet(group: Any) -> Subnet | None:
    ids = [part.strip() for part in (group.vpc_zone_identifier or "").split(",") if part.strip()]
    found = {subnet.id: subnet.availability_zone for subnet in group.ec2_backend.describe_subnets(subnet_ids=ids)}
    used = [member.instance.subnet_id for member in group.instance_states if member.is_active]
    return next_subnet([Subnet(id_, found[id_]) for id_ in ids], used) if ids else None
