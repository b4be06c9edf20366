"""Instances and groups of them: types, templates and images that must exist.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html,
https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-launch-template.html.
"""

from __future__ import annotations

from typing import Any

from hivemind.emulator.backends import backend as service
from hivemind.emulator.seam import Seam
from hivemind.emulator.strict.rule import Arguments, Rule

_MALFORMED = "You must use a valid fully-formed launch template."


def rules() -> tuple[Rule, ...]:
    """The rules of machines."""
    from moto.autoscaling.models import AutoScalingBackend
    from moto.ec2.models.instances import InstanceBackend

    return (
        Rule(Seam(InstanceBackend, "run_instances"), _type_exists),
        Rule(Seam(AutoScalingBackend, "create_auto_scaling_group"), _template_can_launch),
        Rule(Seam(AutoScalingBackend, "update_auto_scaling_group"), _template_can_launch),
    )


def _type_exists(_: Any, asked: Arguments) -> None:
    from moto.ec2.exceptions import EC2ClientError
    from moto.ec2.models.instance_types import INSTANCE_TYPES

    wanted = asked["kwargs"].get("instance_type")
    if wanted and wanted not in INSTANCE_TYPES:
        raise EC2ClientError("InvalidParameterValue", f"Invalid value '{wanted}' for InstanceType.")


def _template_can_launch(autoscaling: Any, asked: Arguments) -> None:
    """A group is refused whose template is not there, or names an image that is not."""
    given = asked.get("launch_template") or asked.get("kwargs", {}).get("launch_template")
    if not given:
        return
    ec2 = service("ec2", autoscaling.region_name)
    name = given.get("LaunchTemplateName", "")
    identity = given.get("LaunchTemplateId") or ec2.launch_template_name_to_ids.get(name)
    if identity not in ec2.launch_templates:
        named = f"template ID {identity}" if identity else f"template name {name}"
        raise _refusal(f"{_MALFORMED} The specified launch template, with {named}, does not exist.")
    version = str(given.get("Version") or "$Default")
    template = ec2._get_template_from_args({"LaunchTemplateId": identity, "Version": version})
    image = template.data.get("ImageId")
    if image and image not in ec2.amis:
        raise _refusal(f"{_MALFORMED} The image id '[{image}]' does not exist")


def _refusal(message: str) -> Exception:
    from moto.autoscaling.exceptions import AutoscalingClientError

    error: Exception = AutoscalingClientError("ValidationError", message)
    return error
