"""Launching one instance for a group, from the template version the group or its refresh names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from hivemind.emulator.groups import record
from hivemind.emulator.groups.activity import begin
from hivemind.emulator.groups.member import Member
from hivemind.emulator.groups.placement import Subnet, next_subnet

GROUP_TAG = "aws:autoscaling:groupName"


def launch(group: Any, *causes: str) -> bool:
    """Launch one instance into the emptiest zone; a failure is an activity in EC2's words, and False."""
    from moto.core.exceptions import ServiceException

    mine = record.of(group)
    activity = begin(group, "Launching a new EC2 instance.", *causes)
    try:
        shown = shown_template(group.ec2_backend, wanted_template(group))
        asked = {"LaunchTemplateId": shown["LaunchTemplateId"], "Version": shown["Version"]}
        instance = _run(group, asked)
    except (ServiceException, AttributeError) as problem:
        message = f"{getattr(problem, 'message', None) or problem} Launching EC2 instance failed."
        activity.description += f"  Status Reason: {message}"
        activity.finish("Failed", message)
        mine.failed_launches, mine.launch_failed_at = mine.failed_launches + 1, datetime.now(UTC)
        return False
    mine.failed_launches, mine.launch_failed_at = 0, None
    activity.description = f"Launching a new EC2 instance: {instance.id}"
    activity.status_code, activity.progress = "PreInService", 30
    protected = bool(group.new_instances_protected_from_scale_in)
    group.instance_states.append(Member(instance, group.name, shown, protected, activity))
    return True


def wanted_template(group: Any) -> Mapping[str, str]:
    """What new instances are launched from: a refresh under way may name another template than the group's own."""
    refresh = record.of(group).refresh
    return (refresh.template if refresh else None) or own_template(group)


def own_template(group: Any) -> dict[str, str]:
    """The group's template, its version as it was given: a number, `$Latest` or `$Default`."""
    return {"LaunchTemplateId": group.ec2_launch_template.id, "Version": str(group.launch_template_version)}


def shown_template(ec2: Any, wanted: Mapping[str, str]) -> dict[str, str]:
    """The template with the number that its version stands for now; raises as EC2 does when there is none."""
    template = find_template(ec2, wanted)
    version = template.get_version(wanted.get("Version") or "$Default")
    return {
        "LaunchTemplateId": template.id,
        "LaunchTemplateName": template.name,
        "Version": str(version.number),
    }


def find_template(ec2: Any, wanted: Mapping[str, str]) -> Any:
    """A template by its id or name; raises as EC2 does when there is none."""
    if wanted.get("LaunchTemplateId"):
        return ec2.get_launch_template(wanted["LaunchTemplateId"])
    return ec2.get_launch_template_by_name(wanted.get("LaunchTemplateName"))


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
    subnets = subnets_of(group)
    used = [member.instance.subnet_id for member in group.instance_states if member.is_active]
    return next_subnet(subnets, used) if subnets else None


def subnets_of(group: Any) -> list[Subnet]:
    """The subnets of a group in its order; empty for one that names zones only."""
    ids = [part.strip() for part in (group.vpc_zone_identifier or "").split(",") if part.strip()]
    if not ids:
        return []
    found = {subnet.id: subnet.availability_zone for subnet in group.ec2_backend.describe_subnets(subnet_ids=ids)}
    return [Subnet(id_, found[id_]) for id_ in ids]
