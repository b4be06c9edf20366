"""One colour of a service: a launch template and a group of instances, there only while it holds a release.

The group counts as created once as many instances as it must have at least signalled that they serve. Its size is
left alone by updates that do not change it, so scaling is never undone by an unrelated change.
"""

from __future__ import annotations

from typing import Any

from troposphere import GetAtt, Output, Ref, Template, autoscaling, ec2
from troposphere.policies import AutoScalingScheduledAction, CreationPolicy, ResourceSignal, UpdatePolicy

from hivemind.model import names
from hivemind.model.findings import ServiceFindings
from hivemind.model.live import Colour
from hivemind.render.machine import Disk, launch_data, template_tags
from hivemind.render.parameters import capacity_limit, condition
from hivemind.render.scope import Scope
from hivemind.render.stub import app_stub

DISK_GB = 16
START_TIMEOUT, HERE = "PT15M", "PT3M"
"""How long a group waits for signals of its instances: on AWS, and on this machine."""
GRACE_SECONDS = 300


def add_colour(template: Template, scope: Scope, service: ServiceFindings, colour: Colour) -> None:
    """A colour's launch template, group and output; `InstanceProfile` and `LogGroup` are shared by both colours."""
    launch = template.add_resource(_launch_template(scope, service, colour))
    group = template.add_resource(_group(scope, service, colour, launch))
    template.add_output(Output(group.title, Condition=condition(colour), Value=Ref(group)))


def _launch_template(scope: Scope, service: ServiceFindings, colour: Colour) -> Any:
    return ec2.LaunchTemplate(
        names.for_colour(colour, "Template"),
        Condition=condition(colour),
        TagSpecifications=template_tags(scope.tags),
        LaunchTemplateData=launch_data(
            "InstanceProfile",
            app_stub(scope, service, colour),
            Disk(scope.image.disk, DISK_GB),
            _tags(scope, service, colour),
            ImageId=Ref(names.for_colour(colour, "Image")),
            InstanceType=Ref(names.for_colour(colour, "InstanceType")),
            SecurityGroupIds=[Ref("AppSecurityGroup")],
            **_credits(scope),
        ),
    )


def _group(scope: Scope, service: ServiceFindings, colour: Colour, launch: Any) -> Any:
    count = scope.environment.instance_count
    tags = _tags(scope, service, colour)
    return autoscaling.AutoScalingGroup(
        names.for_colour(colour, "Group"),
        Condition=condition(colour),
        CreationPolicy=CreationPolicy(
            ResourceSignal=ResourceSignal(Count=count, Timeout=HERE if scope.environment.is_local else START_TIMEOUT)
        ),
        UpdatePolicy=UpdatePolicy(
            AutoScalingScheduledAction=AutoScalingScheduledAction(IgnoreUnmodifiedGroupSizeProperties=True)
        ),
        LaunchTemplate=autoscaling.LaunchTemplateSpecification(
            LaunchTemplateId=Ref(launch), Version=GetAtt(launch, "LatestVersionNumber")
        ),
        MinSize=str(count),
        MaxSize=str(capacity_limit(scope)),
        DesiredCapacity=Ref(names.for_colour(colour, "Capacity")),
        VPCZoneIdentifier=Ref(names.for_colour(colour, "Subnets")),
        Tags=[autoscaling.Tag(key, value, True) for key, value in tags.items()],
        **_health(service, colour),
    )


def _health(service: ServiceFindings, colour: Colour) -> dict[str, Any]:
    """EC2's own checks and systemd's restart, unless a path is known that does not look at the database.

    Otherwise a failover of the database would have every instance replaced.
    """
    kind = "ELB" if service.kind == "web" and service.live_path else "EC2"
    health: dict[str, Any] = {"HealthCheckType": kind, "HealthCheckGracePeriod": GRACE_SECONDS}
    if service.kind == "web":
        health["TargetGroupARNs"] = [Ref(names.for_colour(colour, "Targets"))]
    return health


def _credits(scope: Scope) -> dict[str, Any]:
    """A burstable instance that runs hot slows down instead of costing more than the plan said."""
    if not scope.environment.machine.startswith("t"):
        return {}
    return {"CreditSpecification": ec2.LaunchTemplateCreditSpecification(CpuCredits="standard")}


def _tags(scope: Scope, service: ServiceFindings, colour: Colour) -> dict[str, Any]:
    return scope.tags | {
        names.TAG_ROLE: "app",
        names.TAG_SERVICE: service.name,
        names.TAG_COLOUR: colour,
        names.TAG_RELEASE: Ref(names.for_colour(colour, "Release")),
    }
