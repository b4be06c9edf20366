"""Databases, with a real PostgreSQL behind each that comes about."""

from __future__ import annotations

from typing import Any

from tests.scenario.failures.acts import (
    CREATE_UNDONE,
    DELETED,
    Account,
    ByHand,
    Case,
    Create,
    Delete,
    Failed,
    PutRight,
    Undo,
    created,
    creation_undone,
    found_early,
    not_deleted,
    update_undone,
)
from tests.scenario.failures.templates import NETWORK, bad, resource, stack, subnet

SETTINGS: dict[str, Any] = {
    "Engine": "postgres",
    "DBInstanceClass": "db.t3.micro",
    "AllocatedStorage": 20,
    "MasterUsername": "app",
    "MasterUserPassword": "password1",
}


def database(more: str = "", kind: str = "db.t3.micro", policy: str = "Delete", **attributes: str) -> str:
    """A small database; `more` are further properties."""
    told = f"Engine: postgres, DBInstanceClass: {kind}, AllocatedStorage: '20', MasterUsername: app"
    listed = f"{{{told}, MasterUserPassword: password1{more}}}"
    return resource("Database", "RDS::DBInstance", listed, DeletionPolicy=policy, **attributes)


def group(subnets: str = "[!Ref SubnetA, !Ref SubnetB]", name: str = "") -> str:
    """A subnet group."""
    called = f", DBSubnetGroupName: {name}" if name else ""
    return resource("Subnets", "RDS::DBSubnetGroup", f"{{DBSubnetGroupDescription: d, SubnetIds: {subnets}{called}}}")


def settings(family: str = "postgres16", name: str = "") -> str:
    """A parameter group."""
    called = f", DBParameterGroupName: {name}" if name else ""
    return resource("Settings", "RDS::DBParameterGroup", f"{{Family: {family}, Description: d{called}}}")


def _a_database(account: Account, name: str, **more: Any) -> Undo:
    rds = account.client("rds")
    rds.create_db_instance(DBInstanceIdentifier=name, **SETTINGS, **more)
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=name, WaiterConfig={"Delay": 1})

    def undo() -> None:
        rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
        rds.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier=name, WaiterConfig={"Delay": 1})

    return undo


def _one_of_that_name(account: Account) -> Undo:
    return _a_database(account, "taken")


def _one_in_our_group(account: Account) -> Undo:
    return _a_database(account, "guest", DBSubnetGroupName=account.physical("Subnets"))


def _one_with_our_settings(account: Account) -> Undo:
    family = {"EngineVersion": "16.3", "DBParameterGroupName": account.physical("Settings")}
    return _a_database(account, "guest", **family)


def _a_group_of_that_name(account: Account) -> Undo:
    rds = account.client("rds")
    found = account.client("ec2").describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"]
    ids = [each["SubnetId"] for each in found]
    rds.create_db_subnet_group(DBSubnetGroupName="taken", DBSubnetGroupDescription="d", SubnetIds=ids)
    return lambda: rds.delete_db_subnet_group(DBSubnetGroupName="taken")


def _protection(account: Account) -> Undo:
    rds, mine = account.client("rds"), account.physical("Database")
    rds.modify_db_instance(DBInstanceIdentifier=mine, DeletionProtection=True)
    return lambda: rds.modify_db_instance(DBInstanceIdentifier=mine, DeletionProtection=False)


def _the_snapshot_is_there_and_goes(account: Account) -> None:
    rds = account.client("rds")
    [snapshot] = rds.describe_db_snapshots()["DBSnapshots"]
    assert snapshot["Status"] == "available"
    rds.delete_db_snapshot(DBSnapshotIdentifier=snapshot["DBSnapshotIdentifier"])


_UNNAMED_POLICY = database().replace(", DeletionPolicy: Delete", "")

CASES = (
    Case(
        "database-in-no-subnet-group",
        creation_undone(stack(database(", DBSubnetGroupName: none")), "Database", "DBSubnetGroupNotFoundFault"),
    ),
    Case(
        "database-identifier-taken",
        ByHand(_one_of_that_name),
        found_early(stack(database(", DBInstanceIdentifier: taken"))),
    ),
    Case(
        "database-of-no-class",
        creation_undone(stack(database(kind="db.t3.giant")), "Database", "DBInstanceClass=db.t3.giant"),
    ),
    Case(
        "database-of-no-version",
        creation_undone(
            stack(database(", EngineVersion: '99.1'")), "Database", "Cannot find version 99.1 for postgres"
        ),
    ),
    Case(
        "database-behind-no-security-group",
        creation_undone(
            stack(database(", VPCSecurityGroups: [sg-0123456789abcdef0]")),
            "Database",
            "Invalid security group , groupId= sg-0123456789abcdef0",
        ),
    ),
    Case(
        "database-of-no-class-at-update",
        created(stack(database(", BackupRetentionPeriod: 1"))),
        update_undone(
            stack(database(", BackupRetentionPeriod: 7", kind="db.t3.giant")),
            "Database",
            "DBInstanceClass=db.t3.giant",
        ),
    ),
    Case(
        "database-protected-at-delete",
        created(stack(database())),
        ByHand(_protection),
        not_deleted("Database", "Cannot delete protected DB Instance"),
        PutRight(),
        Delete(DELETED),
    ),
    Case(
        "database-leaves-a-snapshot-by-default",
        created(stack(_UNNAMED_POLICY)),
        Delete(DELETED),
        ByHand(_the_snapshot_is_there_and_goes),
    ),
    Case(
        "database-leaves-no-snapshot-when-its-creation-is-undone-before-its-end",
        Create(
            stack(database(policy="Snapshot"), bad()),
            CREATE_UNDONE,
            (
                Failed("Bad", "CREATE_FAILED", "vpc-0123456789abcdef0"),
                Failed("Database", "CREATE_FAILED", "Resource creation cancelled"),
            ),
        ),
    ),
    Case(
        "subnet-group-in-one-zone",
        creation_undone(
            stack(*NETWORK[:2], subnet("SubnetC", 2), group("[!Ref SubnetA, !Ref SubnetC]")),
            "Subnets",
            "Add subnets to cover at least 2 AZs.",
        ),
    ),
    Case(
        "subnet-group-in-one-zone-at-update",
        created(stack(*NETWORK, subnet("SubnetC", 2), group())),
        update_undone(
            stack(*NETWORK, subnet("SubnetC", 2), group("[!Ref SubnetA, !Ref SubnetC]")),
            "Subnets",
            "Current AZ coverage: us-east-1a.",
        ),
    ),
    Case(
        "subnet-group-name-taken",
        ByHand(_a_group_of_that_name),
        found_early(stack(*NETWORK, group(name="taken"))),
    ),
    Case(
        "subnet-group-in-use-at-delete",
        created(stack(*NETWORK, group())),
        ByHand(_one_in_our_group),
        not_deleted("Subnets", "because at least one database instance: guest is still using it."),
        PutRight(),
        Delete(DELETED),
    ),
    Case(
        "parameter-group-of-no-family",
        creation_undone(stack(settings("postgres1")), "Settings", "postgres1 is not a valid parameter group family"),
    ),
    Case(
        "parameter-group-in-use-at-delete",
        created(stack(settings())),
        ByHand(_one_with_our_settings),
        not_deleted("Settings", "One or more database instances are still members of this parameter group"),
        PutRight(),
        Delete(DELETED),
    ),
)
