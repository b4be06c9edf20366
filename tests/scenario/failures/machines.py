"""Instances, what they are launched from, and groups of them."""

from __future__ import annotations

from typing import Any

from tests.scenario.failures.acts import (
    DELETED,
    Account,
    ByHand,
    Case,
    Delete,
    PutRight,
    Undo,
    created,
    creation_undone,
    not_deleted,
    update_undone,
)
from tests.scenario.failures.templates import IMAGE, NETWORK, NO_IMAGE, resource, stack

INSTANCE = "{ImageId: '%s', InstanceType: %s}"
MACHINE = resource("Machine", "EC2::Instance", INSTANCE % (IMAGE, "t3.micro"))


def template(image: str = IMAGE, name: str = "") -> str:
    """A launch template."""
    called = f"LaunchTemplateName: {name}, " if name else ""
    data = f"{called}LaunchTemplateData: {{ImageId: '{image}', InstanceType: t3.micro}}"
    return resource("Template", "EC2::LaunchTemplate", f"{{{data}}}")


def group(more: str = "", launch: str = "!Ref Template", version: str = "!GetAtt Template.LatestVersionNumber") -> str:
    """A group without an instance; `more` are further properties."""
    launched = f"LaunchTemplate: {{LaunchTemplateId: {launch}, Version: {version}}}"
    sizes = more if "MinSize" in more else f"MinSize: 0, MaxSize: 1{', ' + more if more else ''}"
    return resource(
        "Group", "AutoScaling::AutoScalingGroup", f"{{{sizes}, VPCZoneIdentifier: [!Ref SubnetA], {launched}}}"
    )


def _a_template_of_that_name(account: Account) -> Undo:
    ec2 = account.client("ec2")
    ec2.create_launch_template(LaunchTemplateName="taken", LaunchTemplateData={"InstanceType": "t3.micro"})
    return lambda: ec2.delete_launch_template(LaunchTemplateName="taken")


def _protection(account: Account) -> Undo:
    ec2, mine = account.client("ec2"), account.physical("Machine")

    def protect(on: bool) -> Any:
        return ec2.modify_instance_attribute(InstanceId=mine, DisableApiTermination={"Value": on})

    protect(True)
    return lambda: protect(False)


_ELSEWHERE = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/none/0123456789abcdef"

CASES = (
    Case(
        "instance-in-no-subnet",
        creation_undone(
            stack(
                resource(
                    "Machine",
                    "EC2::Instance",
                    f"{{ImageId: '{IMAGE}', InstanceType: t3.micro, SubnetId: subnet-0123456789abcdef0}}",
                )
            ),
            "Machine",
            "The subnet ID 'subnet-0123456789abcdef0' does not exist",
        ),
    ),
    Case(
        "instance-of-no-image",
        creation_undone(
            stack(resource("Machine", "EC2::Instance", INSTANCE % (NO_IMAGE, "t3.micro"))),
            "Machine",
            f"The image id '[{NO_IMAGE}]' does not exist",
        ),
    ),
    Case(
        "instance-of-no-type-at-update",
        created(stack(MACHINE)),
        update_undone(
            stack(resource("Machine", "EC2::Instance", INSTANCE % (IMAGE, "t3.giant"))),
            "Machine",
            "Invalid value 't3.giant' for InstanceType.",
        ),
    ),
    Case(
        "instance-protected-at-delete",
        created(stack(MACHINE)),
        ByHand(_protection),
        not_deleted("Machine", "may not be terminated. Modify its 'disableApiTermination' instance attribute"),
        PutRight(),
        Delete(DELETED),
    ),
    Case(
        "launch-template-name-taken",
        ByHand(_a_template_of_that_name),
        creation_undone(stack(template(name="taken")), "Template", "already in use"),
    ),
    Case(
        "launch-template-of-no-image",
        creation_undone(
            stack(*NETWORK, template(NO_IMAGE), group()),
            "Group",
            f"You must use a valid fully-formed launch template. The image id '[{NO_IMAGE}]' does not exist",
        ),
    ),
    Case(
        "launch-template-of-no-image-at-update",
        created(stack(*NETWORK, template(), group())),
        update_undone(
            stack(*NETWORK, template(NO_IMAGE), group()),
            "Group",
            f"The image id '[{NO_IMAGE}]' does not exist",
        ),
    ),
    Case(
        "group-of-no-launch-template",
        creation_undone(
            stack(*NETWORK, group(launch="lt-0123456789abcdef0", version="'1'")),
            "Group",
            "The specified launch template, with template ID lt-0123456789abcdef0, does not exist.",
        ),
    ),
    Case(
        "group-of-no-target-group",
        creation_undone(
            stack(*NETWORK, template(), group(f"TargetGroupARNs: ['{_ELSEWHERE}']")),
            "Group",
            "Provided Target Groups may not be valid. Please ensure they exist.",
        ),
    ),
    Case(
        "group-smaller-than-its-least-at-update",
        created(stack(*NETWORK, template(), group())),
        update_undone(
            stack(*NETWORK, template(), group("MinSize: 2, MaxSize: 1")),
            "Group",
            "Max bound, 1, must be greater than or equal to min bound, 2",
        ),
    ),
    Case(
        "scaling-policy-of-no-group",
        creation_undone(
            stack(
                resource(
                    "Scaling",
                    "AutoScaling::ScalingPolicy",
                    "{AutoScalingGroupName: none, PolicyType: TargetTrackingScaling, TargetTrackingConfiguration: {"
                    "TargetValue: 50, PredefinedMetricSpecification: {PredefinedMetricType: ASGAverageCPUUtilization}}"
                    "}",
                )
            ),
            "Scaling",
            "AutoScalingGroup none not found",
        ),
    ),
)
