"""The one-shot builder: a machine that installs, builds, migrates, publishes the tree and ends itself."""

from __future__ import annotations

from typing import Any

from troposphere import Output, Ref, Template, ec2, logs

from hivemind.model import machines, names
from hivemind.render import access
from hivemind.render.machine import Disk, launch_data, template_tags
from hivemind.render.network import Network
from hivemind.render.scope import Scope, secret_names
from hivemind.render.stub import builder_stub

DISK_GB = 30


def add_builder(template: Template, scope: Scope, network: Network) -> None:
    """Role, logs, launch template and the outputs by which one is started."""
    template.add_resource(logs.LogGroup(names.BUILDER_LOGS, RetentionInDays=scope.retention_days))
    profile = access.add_role(template, "Builder", _statements(scope), boundary=scope.boundary)
    tags = scope.tags | {names.TAG_ROLE: "builder"}
    interface = ec2.NetworkInterfaces(
        DeviceIndex=0,
        SubnetId=network.builder,
        AssociatePublicIpAddress=network.builder_address,
        Groups=[Ref("BuilderSecurityGroup")],
        DeleteOnTermination=True,
    )
    builder = ec2.LaunchTemplate(
        names.BUILDER_TEMPLATE,
        TagSpecifications=template_tags(scope.tags),
        LaunchTemplateData=launch_data(
            profile,
            builder_stub(scope),
            Disk(scope.image.disk, DISK_GB),
            tags,
            InstanceType=machines.builder(scope.findings).type,
            InstanceInitiatedShutdownBehavior="terminate",
            NetworkInterfaces=[interface],
        ),
    )
    template.add_resource(builder)
    template.add_output(Output(names.BUILDER_TEMPLATE, Value=Ref(builder)))
    template.add_output(Output(names.BUILDER_LOGS, Value=Ref(names.BUILDER_LOGS)))


def _statements(scope: Scope) -> list[access.Statement]:
    migrating = [service for service in scope.findings.services if service.migrate]
    secrets = sorted({secret for service in migrating for secret in secret_names(service)})
    database: Any = Ref("DatabaseSecret") if scope.database else None
    return [
        access.list_objects(scope.prefix),
        access.read_objects(scope.prefix, "bundles", "built", "migrations"),
        access.publish_objects(scope.prefix, "built", "migrations"),
        access.record_failures(scope.prefix),
        access.write_logs(names.BUILDER_LOGS),
        *access.read_secrets(database, secrets),
    ]
