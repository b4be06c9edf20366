"""Databases and their groups, read back; the password is write-only."""

from __future__ import annotations

from collections.abc import Mapping

from hivemind.emulator.cloudformation.drift.readers.reader import Reader, Subject, first, only
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.resources.handler import words

_SAME = (
    "AllocatedStorage AutoMinorVersionUpgrade BackupRetentionPeriod CopyTagsToSnapshot DBInstanceClass DBName "
    "DeletionProtection Engine MasterUsername MaxAllocatedStorage MultiAZ PubliclyAccessible StorageEncrypted "
    "StorageType"
)


def _instance(at: Subject) -> Mapping[str, Json]:
    answer = at.call("rds", "describe_db_instances", DBInstanceIdentifier=at.physical_id)
    live = first(answer["DBInstances"], at.physical_id)
    return {
        **only(live, _SAME.split()),
        "EngineVersion": _version(str(at.wanted.get("EngineVersion", "")), live["EngineVersion"]),
        "DBSubnetGroupName": (live.get("DBSubnetGroup") or {}).get("DBSubnetGroupName"),
        "DBParameterGroupName": next(
            (each["DBParameterGroupName"] for each in live.get("DBParameterGroups", ())), None
        ),
        "VPCSecurityGroups": [each["VpcSecurityGroupId"] for each in live.get("VpcSecurityGroups", ())],
        "Tags": at.tags(live.get("TagList")),
    }


def _version(wanted: str, live: str) -> str:
    """`16` asks for any 16.x."""
    return wanted if live.startswith(f"{wanted}.") else live


def _subnets(at: Subject) -> Mapping[str, Json]:
    answer = at.call("rds", "describe_db_subnet_groups", DBSubnetGroupName=at.physical_id)
    live = first(answer["DBSubnetGroups"], at.physical_id)
    identifiers = [each["SubnetIdentifier"] for each in live["Subnets"]]
    return {"DBSubnetGroupDescription": live["DBSubnetGroupDescription"], "SubnetIds": identifiers}


def _parameters(at: Subject) -> Mapping[str, Json]:
    answer = at.call("rds", "describe_db_parameter_groups", DBParameterGroupName=at.physical_id)
    live = first(answer["DBParameterGroups"], at.physical_id)
    return {"Family": live["DBParameterGroupFamily"], "Description": live["Description"]}


READERS = (
    Reader(
        "AWS::RDS::DBInstance",
        words(f"{_SAME} EngineVersion DBSubnetGroupName DBParameterGroupName VPCSecurityGroups Tags"),
        _instance,
    ),
    Reader("AWS::RDS::DBSubnetGroup", words("DBSubnetGroupDescription SubnetIds"), _subnets),
    Reader("AWS::RDS::DBParameterGroup", words("Family Description"), _parameters),
)
