"""Databases: subnet groups, parameter groups, instances."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from hivemind.emulator.cloudformation.cloud import Cloud, missing, until
from hivemind.emulator.cloudformation.physical import tail
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.refusal import Refusal, Unable
from hivemind.emulator.cloudformation.resources.handler import Handler, Wanted, exists_already, words
from hivemind.emulator.cloudformation.resources.tags import retag_database
from hivemind.emulator.databases.parameters import is_static

_LONGEST_NAME = 63
_BROKEN = ("failed", "incompatible-network", "incompatible-parameters", "incompatible-restore", "storage-full")


class SubnetGroup(Handler):
    """AWS::RDS::DBSubnetGroup."""

    type = "AWS::RDS::DBSubnetGroup"
    honours = words("DBSubnetGroupName DBSubnetGroupDescription SubnetIds Tags")
    offers = words("DBSubnetGroupArn")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        name = wanted.named("DBSubnetGroupName", 255).lower()
        if self._exists(cloud, name):  # moto would put ours in its place
            raise exists_already(self.type, name)
        self._put(cloud, name, wanted)
        return name

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {"DBSubnetGroupArn": cloud.arn("rds", f"subgrp:{physical_id}")}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        asked = after.pick("DBSubnetGroupDescription", "SubnetIds")
        cloud.call("rds", "modify_db_subnet_group", DBSubnetGroupName=physical_id, **asked)
        if not self._exists(cloud, physical_id):  # moto without our patches forgets a group that it modifies
            self._put(cloud, physical_id, after)
        retag_database(cloud, cloud.arn("rds", f"subgrp:{physical_id}"), before, after)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("rds", "delete_db_subnet_group", DBSubnetGroupName=physical_id)

    def _put(self, cloud: Cloud, name: str, wanted: Wanted) -> None:
        asked = wanted.pick("DBSubnetGroupDescription", "SubnetIds")
        cloud.call("rds", "create_db_subnet_group", DBSubnetGroupName=name, **asked, Tags=wanted.tag_list())

    def _exists(self, cloud: Cloud, name: str) -> bool:
        try:
            cloud.call("rds", "describe_db_subnet_groups", DBSubnetGroupName=name)
        except Refusal as error:
            if missing(error):
                return False
            raise
        return True


class ParameterGroup(Handler):
    """AWS::RDS::DBParameterGroup."""

    type = "AWS::RDS::DBParameterGroup"
    honours = words("DBParameterGroupName Family Description Parameters Tags")
    offers = words("DBParameterGroupArn")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        name = wanted.named("DBParameterGroupName", 255).lower()
        cloud.call(
            "rds",
            "create_db_parameter_group",
            DBParameterGroupName=name,
            DBParameterGroupFamily=wanted["Family"],
            Description=wanted["Description"],
            Tags=wanted.tag_list(),
        )
        return name

    def configure(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        if values := wanted.get("Parameters"):
            changes = [
                {"ParameterName": name, "ParameterValue": value, "ApplyMethod": _method(name)}
                for name, value in values.items()
            ]
            cloud.call("rds", "modify_db_parameter_group", DBParameterGroupName=physical_id, Parameters=changes)

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {"DBParameterGroupArn": cloud.arn("rds", f"pg:{physical_id}")}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        if set(before.get("Parameters") or ()) - set(after.get("Parameters") or ()):
            raise Unable("the local cloud cannot reset a parameter of a DBParameterGroup to its default")
        self.configure(cloud, physical_id, after)
        retag_database(cloud, cloud.arn("rds", f"pg:{physical_id}"), before, after)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("rds", "delete_db_parameter_group", DBParameterGroupName=physical_id)


def _method(parameter: str) -> str:
    """A dynamic parameter takes effect at once, a static one with the next reboot."""
    return "pending-reboot" if is_static(parameter) else "immediate"


_ONLY_AT_CREATION = "DBInstanceIdentifier DBName DBSubnetGroupName Engine KmsKeyId MasterUsername StorageEncrypted"
_SAME_IN_MODIFY = (
    "AllocatedStorage AllowMajorVersionUpgrade AutoMinorVersionUpgrade BackupRetentionPeriod "
    "CACertificateIdentifier CopyTagsToSnapshot DBInstanceClass DBParameterGroupName DeletionProtection "
    "EnableIAMDatabaseAuthentication EnablePerformanceInsights EngineVersion Iops ManageMasterUserPassword "
    "MasterUserPassword "
    "MaxAllocatedStorage MonitoringInterval MonitoringRoleArn MultiAZ PerformanceInsightsRetentionPeriod "
    "PreferredBackupWindow PreferredMaintenanceWindow PubliclyAccessible StorageThroughput StorageType"
)
_OTHERWISE_IN_MODIFY = "VPCSecurityGroups EnableCloudwatchLogsExports"
_NOT_IN_RESTORE = words(
    "MasterUserPassword MaxAllocatedStorage MonitoringInterval MonitoringRoleArn EnablePerformanceInsights "
    "PerformanceInsightsRetentionPeriod PreferredMaintenanceWindow EngineVersion"
)
"""What a restore does not take, so that it is set once the instance is there."""
_IN_SNAPSHOT = words("DBName MasterUsername StorageEncrypted KmsKeyId")
"""What an instance has from its snapshot, whatever the template says."""


class DatabaseInstance(Handler):
    """AWS::RDS::DBInstance."""

    type = "AWS::RDS::DBInstance"
    honours = words(
        f"{_ONLY_AT_CREATION} {_SAME_IN_MODIFY} {_OTHERWISE_IN_MODIFY} AvailabilityZone DBSnapshotIdentifier "
        "EngineLifecycleSupport Port Tags"
    )
    offers = words("DBInstanceArn DbiResourceId Endpoint.Address Endpoint.Port MasterUserSecret.SecretArn")
    volatile = words("Endpoint.Port")
    patience = 3600
    can_snapshot = True

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        name = wanted.named("DBInstanceIdentifier", _LONGEST_NAME).lower()
        otherwise = ("DBInstanceIdentifier", "VPCSecurityGroups", "Tags", "AllowMajorVersionUpgrade")
        asked = {"VpcSecurityGroupIds": wanted.get("VPCSecurityGroups", []), **wanted.without(*otherwise)}
        operation = "create_db_instance"
        if wanted.get("DBSnapshotIdentifier"):
            operation = "restore_db_instance_from_db_snapshot"
            asked = {key: each for key, each in asked.items() if key not in {*_NOT_IN_RESTORE, *_IN_SNAPSHOT}}
        cloud.call("rds", operation, DBInstanceIdentifier=name, Tags=wanted.tag_list(), **asked)
        return name

    def configure(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html"""
        if not wanted.get("DBSnapshotIdentifier"):
            return
        self._await_rest(cloud, physical_id)
        if changes := wanted.pick(*_NOT_IN_RESTORE):
            cloud.call("rds", "modify_db_instance", DBInstanceIdentifier=physical_id, ApplyImmediately=True, **changes)

    def ready(self, cloud: Cloud, physical_id: str) -> bool:
        live = self._live(cloud, physical_id)
        status = live["DBInstanceStatus"]
        if status in _BROKEN:
            raise Refusal(f"DBInstance {physical_id} is in state {status} and hence failed to stabilize.")
        return bool(status == "available")

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        live = self._live(cloud, physical_id)
        return {
            "DBInstanceArn": live["DBInstanceArn"],
            "DbiResourceId": live.get("DbiResourceId", ""),
            "Endpoint.Address": live["Endpoint"]["Address"],
            "Endpoint.Port": str(live["Endpoint"]["Port"]),
            "MasterUserSecret.SecretArn": live.get("MasterUserSecret", {}).get("SecretArn", ""),
        }

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        changed = {name: after[name] for name in _SAME_IN_MODIFY.split() if name in after.properties
                   and after.changes(before, name)}  # fmt: skip
        changed |= _renamed_changes(before, after)
        if changed:
            self._await_rest(cloud, physical_id)
            cloud.call("rds", "modify_db_instance", DBInstanceIdentifier=physical_id, ApplyImmediately=True, **changed)
        retag_database(cloud, cloud.arn("rds", f"db:{physical_id}"), before, after)

    def replaces(self, before: Wanted, after: Wanted) -> bool:
        """Another snapshot, or none any more, means another instance, as the page of the type says."""
        return after.changes(before, "Engine", "AvailabilityZone", "DBSnapshotIdentifier")

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("rds", "delete_db_instance", DBInstanceIdentifier=physical_id, SkipFinalSnapshot=True)

    def snapshot(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        with suppress(Refusal):  # one that is broken is refused by the call itself
            self._await_rest(cloud, physical_id)
        name = f"{wanted.stack}-snapshot-{wanted.logical_id}-{tail()}".lower()
        cloud.call("rds", "delete_db_instance", DBInstanceIdentifier=physical_id, FinalDBSnapshotIdentifier=name)

    def gone(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> bool:
        try:
            self._live(cloud, physical_id)
        except Refusal as error:
            if missing(error):
                return True
            raise
        return False

    def _await_rest(self, cloud: Cloud, physical_id: str) -> None:
        """A modification wants an instance that nothing else works on."""
        until(lambda: self.ready(cloud, physical_id), self.patience, cloud.check)

    def _live(self, cloud: Cloud, physical_id: str) -> Mapping[str, Any]:
        answer = cloud.call("rds", "describe_db_instances", DBInstanceIdentifier=physical_id)
        live: Mapping[str, Any] = answer["DBInstances"][0]
        return live


def _renamed_changes(before: Wanted, after: Wanted) -> dict[str, Json]:
    changes: dict[str, Json] = {}
    if after.changes(before, "Port") and "Port" in after.properties:
        changes["DBPortNumber"] = after["Port"]  # which the local cloud refuses
    if after.changes(before, "VPCSecurityGroups"):
        changes["VpcSecurityGroupIds"] = after.get("VPCSecurityGroups", [])
    if after.changes(before, "EnableCloudwatchLogsExports"):
        old, new = (set(each.get("EnableCloudwatchLogsExports") or ()) for each in (before, after))
        changes["CloudwatchLogsExportConfiguration"] = {
            "EnableLogTypes": sorted(new - old),
            "DisableLogTypes": sorted(old - new),
        }
    return changes
