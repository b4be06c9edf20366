"""Launch templates: a new version takes over from its SourceVersion what it does not say itself; moto forgets that.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplateVersion.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hivemind.emulator.seam import Seam


def install() -> None:
    """Patch moto's launch templates."""
    for seam in seams():
        seam.wrap(_create_version)


def seams() -> tuple[Seam, ...]:
    """Everything this file replaces."""
    from moto.ec2.responses.launch_templates import LaunchTemplates

    return (Seam(LaunchTemplates, "create_launch_template_version", "self"),)


def _create_version(original: Callable[..., Any], call: Any) -> Any:
    source = call._get_param("SourceVersion")
    if source:
        name, id_ = call._get_param("LaunchTemplateName"), call._get_param("LaunchTemplateId")
        ec2 = call.ec2_backend
        template = ec2.get_launch_template(id_) if id_ else ec2.get_launch_template_by_name(name)
        call.params["LaunchTemplateData"] = {
            **template.get_version(source).data,
            **call._get_param("LaunchTemplateData", {}),
        }
    return original(call)
