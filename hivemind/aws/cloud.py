"""The ports of one session together: looking only for planning, acting for applying."""

from __future__ import annotations

from hivemind.aws.groups import AwsGroups
from hivemind.aws.instances import AwsInstances
from hivemind.aws.inventory import AwsInventory
from hivemind.aws.objects import AwsObjects
from hivemind.aws.session import Session
from hivemind.aws.stacks import AwsStacks
from hivemind.aws.telemetry import AwsTelemetry
from hivemind.aws.traffic import AwsTraffic
from hivemind.ports import Cloud, Observatory


def cloud(session: Session) -> Cloud:
    """The cloud, acting."""
    return Cloud(
        stacks=AwsStacks(session),
        traffic=AwsTraffic(session),
        instances=AwsInstances(session),
        groups=AwsGroups(session),
        objects=AwsObjects(session),
        telemetry=AwsTelemetry(session),
        inventory=AwsInventory(session),
    )


def observatory(session: Session) -> Observatory:
    """The cloud, looking only."""
    return Observatory(
        stacks=AwsStacks(session),
        traffic=AwsTraffic(session),
        instances=AwsInstances(session),
        objects=AwsObjects(session),
        inventory=AwsInventory(session),
    )
