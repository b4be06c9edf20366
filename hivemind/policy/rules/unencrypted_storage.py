"""Whatever keeps data at rest keeps it encrypted, and says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from hivemind.model.plan import Severity
from hivemind.policy.rule import Fault
from hivemind.policy.view import Resource, View, listed, text

FLAGS = {
    "AWS::RDS::DBInstance": "StorageEncrypted",
    "AWS::RDS::DBCluster": "StorageEncrypted",
    "AWS::EC2::Volume": "Encrypted",
    "AWS::EFS::FileSystem": "Encrypted",
}
"""The property of each type that turns encryption on; most default to off, and some can never be changed."""


class UnencryptedStorage:
    """Databases, volumes, instance disks and buckets."""

    id: ClassVar[str] = "unencrypted-storage"
    title: ClassVar[str] = "Data at rest is encrypted"
    why: ClassVar[str] = "an unencrypted disk or snapshot is readable by whoever it is shared with by mistake"
    source: ClassVar[str] = "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-3"
    severity: ClassVar[Severity] = "block"

    def check(self, view: View) -> Iterator[Fault]:
        """Every store that does not say that it is encrypted."""
        for resource in view.of(*FLAGS):
            flag = FLAGS[resource.body["Type"]]
            if not _inherits(resource) and text(resource.properties.get(flag)) != "true":
                yield Fault(resource.where(flag), "its storage is not encrypted", f"write {flag}: true")
        for template in view.of("AWS::EC2::LaunchTemplate"):
            data = template.properties.get("LaunchTemplateData") or {}
            yield from _disks(template, listed(data.get("BlockDeviceMappings")), "LaunchTemplateData")
        for instance in view.of("AWS::EC2::Instance"):
            if "LaunchTemplate" not in instance.properties:
                yield from _disks(instance, listed(instance.properties.get("BlockDeviceMappings")))
        for bucket in view.of("AWS::S3::Bucket"):
            if not bucket.properties.get("BucketEncryption"):
                yield Fault(
                    bucket.where("BucketEncryption"),
                    "the bucket does not say how it encrypts",
                    "write BucketEncryption with SSEAlgorithm AES256 or aws:kms",
                )


def _inherits(resource: Resource) -> bool:
    """An instance of a cluster or a restored database takes its encryption from there."""
    return any(name in resource.properties for name in ("DBClusterIdentifier", "SourceDBInstanceIdentifier"))


def _disks(machine: Resource, mappings: list[object], *path: str) -> Iterator[Fault]:
    place = (*path, "BlockDeviceMappings")
    if not mappings:
        yield Fault(machine.where(*place), "its root disk is not encrypted", "map the root disk with Encrypted: true")
    for index, mapping in enumerate(mappings):
        disk = mapping.get("Ebs") if isinstance(mapping, dict) else None
        if disk is not None and text(disk.get("Encrypted")) != "true":
            yield Fault(machine.where(*place, index, "Ebs"), "a disk is not encrypted", "write Encrypted: true")
