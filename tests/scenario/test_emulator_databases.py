"""RDS on the local cloud is a real PostgreSQL: it keeps data, passwords and promises."""

from __future__ import annotations

import itertools
import json
import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from hivemind.emulator.databases import binaries
from tests.scenario.emulator_cloud import Cloud, eventually, running

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("emulator-databases")]
PASSWORD = "correct-horse-battery"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with running(tmp_path_factory.mktemp("cloud") / "home") as cloud:
        yield cloud


def create(cloud: Cloud, name: str, **extra: Any) -> None:
    asked = {
        "DBInstanceIdentifier": name,
        "DBInstanceClass": "db.t4g.micro",
        "Engine": "postgres",
        "EngineVersion": "17.4",
        "MasterUsername": "boss",
        "MasterUserPassword": PASSWORD,
        "DBName": "app",
        "AllocatedStorage": 20,
        **extra,
    }
    cloud.client("rds").create_db_instance(**{name: value for name, value in asked.items() if value is not None})


def describe(cloud: Cloud, name: str) -> Any:
    return cloud.client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]


def available(cloud: Cloud, name: str) -> Any:
    return eventually(lambda: row if (row := describe(cloud, name))["DBInstanceStatus"] == "available" else None)


def sql(cloud: Cloud, name: str, text: str, password: str = PASSWORD) -> str:
    at = describe(cloud, name)["Endpoint"]
    where = ["-h", at["Address"], "-p", str(at["Port"]), "-U", "boss", "-d", "app"]
    command = [str(binaries.find() / "psql"), "-X", "-tA", *where, "-c", text]
    done = subprocess.run(command, env={"PGPASSWORD": password}, capture_output=True, text=True, check=False)
    return done.stdout.strip() or done.stderr.strip()


def holding(cloud: Cloud, name: str, password: str = PASSWORD) -> subprocess.Popen[bytes]:
    """A connection that is busy for longer than any test."""
    at = describe(cloud, name)["Endpoint"]
    where = ["-h", at["Address"], "-p", str(at["Port"]), "-U", "boss", "-d", "app"]
    command = [str(binaries.find() / "psql"), "-X", *where, "-c", "select pg_sleep(300)"]
    client = subprocess.Popen(
        command, env={"PGPASSWORD": password}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    busy = "select count(*) from pg_stat_activity where query = 'select pg_sleep(300)'"
    eventually(lambda: sql(cloud, name, busy, password) == "1")
    return client


def messages(cloud: Cloud, name: str) -> list[str]:
    """What the events of a database say, oldest first."""
    found = cloud.client("rds").describe_events(SourceIdentifier=name, SourceType="db-instance")["Events"]
    return [event["Message"] for event in found]


def snapshot(cloud: Cloud, name: str) -> Any:
    return cloud.client("rds").describe_db_snapshots(DBSnapshotIdentifier=name)["DBSnapshots"][0]


def listener(port: int) -> int:
    """The process that was told to listen on a port."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        words = path.read_bytes().split(b"\0") if path.exists() else []
        if words[0].endswith(b"/postgres") and str(port).encode() in words:
            return int(path.parent.name)
    raise AssertionError(f"nobody listens on {port}")


def is_gone(cloud: Cloud, name: str) -> bool:
    with pytest.raises(ClientError, match="DBInstanceNotFound"):
        raise_unless_there(cloud, name)
    return True


def raise_unless_there(cloud: Cloud, name: str) -> None:
    eventually(lambda: describe(cloud, name)["DBInstanceStatus"] != "deleting")


def test_a_database_lives_from_create_to_final_snapshot_and_back(cloud: Cloud) -> None:
    rds = cloud.client("rds")
    create(cloud, "life", DeletionProtection=True)
    assert "Endpoint" not in describe(cloud, "life") or describe(cloud, "life")["DBInstanceStatus"] == "available"
    row = available(cloud, "life")
    assert row["Endpoint"]["Address"] == "127.0.0.1"
    assert row["EngineVersion"] == "17.4"
    sql(cloud, "life", "create table t (x int); insert into t values (7)")
    with pytest.raises(ClientError, match="deletion protection"):
        rds.delete_db_instance(DBInstanceIdentifier="life", SkipFinalSnapshot=True)
    rds.modify_db_instance(DBInstanceIdentifier="life", DeletionProtection=False, ApplyImmediately=True)
    with pytest.raises(ClientError, match="FinalDBSnapshotIdentifier is required"):
        rds.delete_db_instance(DBInstanceIdentifier="life")
    rds.delete_db_instance(DBInstanceIdentifier="life", FinalDBSnapshotIdentifier="life-final")
    assert is_gone(cloud, "life")
    kept = rds.describe_db_snapshots(DBSnapshotIdentifier="life-final")["DBSnapshots"][0]
    assert kept["Status"] == "available"
    rds.restore_db_instance_from_db_snapshot(DBInstanceIdentifier="again", DBSnapshotIdentifier="life-final")
    available(cloud, "again")
    assert sql(cloud, "again", "select x from t") == "7"


def test_a_change_waits_until_it_is_applied_and_then_interrupts_as_on_aws(cloud: Cloud) -> None:
    rds = cloud.client("rds")
    create(cloud, "change")
    row = available(cloud, "change")
    new = "another-good-one"
    assert "password authentication failed" in sql(cloud, "change", "select 1", "not-the-password")
    waiting = {"DBInstanceClass": "db.t4g.small", "MultiAZ": True, "AllocatedStorage": 21}
    answer = rds.modify_db_instance(DBInstanceIdentifier="change", MasterUserPassword=new, **waiting)["DBInstance"]
    assert answer["PendingModifiedValues"] == {**waiting, "AllocatedStorage": 22}
    assert (answer["DBInstanceStatus"], answer["DBInstanceClass"]) == ("available", "db.t4g.micro")
    assert "password authentication failed" in sql(cloud, "change", "select 1")
    sql(cloud, "change", "create table t (x int primary key)", new)
    open_one = holding(cloud, "change", new)
    answer = rds.modify_db_instance(DBInstanceIdentifier="change", BackupRetentionPeriod=3, ApplyImmediately=True)
    assert answer["DBInstance"]["DBInstanceStatus"] == "modifying"
    assert eventually(lambda: sql(cloud, "change", "select 1", new) != "1")
    row = available(cloud, "change")
    assert open_one.wait(20) != 0
    assert (row["DBInstanceClass"], row["MultiAZ"], row["AllocatedStorage"]) == ("db.t4g.small", True, 22)
    assert row["PendingModifiedValues"] == {}
    assert row["BackupRetentionPeriod"] == 3
    assert row["SecondaryAvailabilityZone"] not in ("", row["AvailabilityZone"])
    told = messages(cloud, "change")
    assert told.index("Applying modification to database instance class") < told.index(
        "Finished applying modification to DB instance class"
    )
    with pytest.raises(ClientError, match="No modifications were requested"):
        rds.modify_db_instance(DBInstanceIdentifier="change", ApplyImmediately=True)
    fail_over(cloud, "change", new)


def fail_over(cloud: Cloud, name: str, password: str) -> None:
    """The other zone serves at the same address; what was acknowledged is there, who was connected is cut off."""
    before, kept, written = describe(cloud, name), holding(cloud, name, password), set()
    over = threading.Event()

    def write() -> None:
        for number in itertools.takewhile(lambda _: not over.is_set(), itertools.count()):
            if sql(cloud, name, f"insert into t values ({number}) returning x", password).startswith(f"{number}\n"):
                written.add(number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        eventually(lambda: written)
        cloud.client("rds").reboot_db_instance(DBInstanceIdentifier=name, ForceFailover=True)
        assert describe(cloud, name)["DBInstanceStatus"] in ("rebooting", "available")
        after = available(cloud, name)
        reached = len(written)
        eventually(lambda: len(written) > reached)
    finally:
        over.set()
        writer.join()
    assert kept.wait(20) != 0
    zones = ("AvailabilityZone", "SecondaryAvailabilityZone")
    assert [after[zone] for zone in zones] == [before[zone] for zone in reversed(zones)]
    assert after["Endpoint"] == before["Endpoint"]
    found = sql(cloud, name, "select x from t", password).split()
    assert written <= {int(number) for number in found}
    told = messages(cloud, name)
    begin = told.index("Multi-AZ instance failover started.")
    assert told[begin:] == [
        "Multi-AZ instance failover started.", "DB instance restarted", "Multi-AZ instance failover completed",
    ]  # fmt: skip


@pytest.mark.proof
def test_turning_multi_az_on_and_off_and_growing_the_storage_interrupts_nothing(cloud: Cloud) -> None:
    rds = cloud.client("rds")
    create(cloud, "calm")
    available(cloud, "calm")
    kept = holding(cloud, "calm")
    for change in ({"MultiAZ": True}, {"AllocatedStorage": 40}, {"MultiAZ": False}):
        rds.modify_db_instance(DBInstanceIdentifier="calm", ApplyImmediately=True, **change)
        row = available(cloud, "calm")
        assert {name: row[name] for name in change} == change
    assert kept.poll() is None
    kept.kill()
    kept.wait()
    assert "SecondaryAvailabilityZone" not in row
    with pytest.raises(ClientError, match="ForceFailover cannot be specified"):
        rds.reboot_db_instance(DBInstanceIdentifier="calm", ForceFailover=True)
    with pytest.raises(ClientError, match="cannot be smaller than"):
        rds.modify_db_instance(DBInstanceIdentifier="calm", AllocatedStorage=20, ApplyImmediately=True)
    with pytest.raises(ClientError, match="does not rehearse upgrades"):
        rds.modify_db_instance(DBInstanceIdentifier="calm", EngineVersion="18.1", ApplyImmediately=True)
    with pytest.raises(ClientError, match="a port of its own"):
        rds.modify_db_instance(DBInstanceIdentifier="calm", DBPortNumber=5433, ApplyImmediately=True)


@pytest.mark.proof
def test_parameters_take_effect_as_their_kind_demands(cloud: Cloud) -> None:
    rds = cloud.client("rds")
    group = {"DBParameterGroupName": "tuned"}
    rds.create_db_parameter_group(**group, DBParameterGroupFamily="postgres17", Description="d")
    create(cloud, "tuned", MultiAZ=True)
    available(cloud, "tuned")

    def put(name: str, value: str, method: str) -> None:
        row = {"ParameterName": name, "ParameterValue": value, "ApplyMethod": method}
        rds.modify_db_parameter_group(**group, Parameters=[row])

    def state() -> str:
        found = describe(cloud, "tuned")["DBParameterGroups"][0]
        return f"{found['DBParameterGroupName']} {found['ParameterApplyStatus']}"

    put("max_connections", "33", "pending-reboot")
    assert state() == "default.postgres17 in-sync"
    rds.modify_db_instance(DBInstanceIdentifier="tuned", **group)
    assert state() == "tuned pending-reboot"
    assert sql(cloud, "tuned", "show max_connections") == "100"
    rds.reboot_db_instance(DBInstanceIdentifier="tuned", ForceFailover=True)
    available(cloud, "tuned")
    assert (state(), sql(cloud, "tuned", "show max_connections")) == ("tuned pending-reboot", "100")
    rds.reboot_db_instance(DBInstanceIdentifier="tuned")
    available(cloud, "tuned")
    assert (state(), sql(cloud, "tuned", "show max_connections")) == ("tuned in-sync", "33")
    put("log_min_duration_statement", "250", "immediate")
    assert eventually(lambda: sql(cloud, "tuned", "show log_min_duration_statement") == "250ms")
    assert state() == "tuned in-sync"
    with pytest.raises(ClientError, match="cannot use immediate apply method for static parameter"):
        put("max_connections", "34", "immediate")
    with pytest.raises(ClientError, match="Could not find parameter with name: no_such"):
        put("no_such", "1", "immediate")
    with pytest.raises(ClientError, match="Invalid parameter value: 2 for: max_connections"):
        put("max_connections", "2", "pending-reboot")
    with pytest.raises(ClientError, match="still members of this parameter group"):
        rds.delete_db_parameter_group(**group)
    with pytest.raises(ClientError, match="DBParameterGroupFamily postgres17 cannot be used"):
        create(cloud, "other-family", EngineVersion="16", **group)


@pytest.mark.proof
def test_a_server_that_is_killed_comes_back_with_its_data_and_an_event(cloud: Cloud) -> None:
    create(cloud, "killed")
    available(cloud, "killed")
    sql(cloud, "killed", "create table t as select 7 as x")
    port = describe(cloud, "killed")["Endpoint"]["Port"]
    os.kill(listener(port), signal.SIGKILL)
    assert eventually(lambda: sql(cloud, "killed", "select x from t") == "7")
    available(cloud, "killed")
    assert messages(cloud, "killed")[-1] == "Recovery of the DB instance is complete."
    os.kill(listener(port), signal.SIGKILL)
    assert eventually(lambda: sql(cloud, "killed", "select x from t") == "7")


@pytest.mark.proof
def test_rds_keeps_the_master_password_in_a_secret(cloud: Cloud) -> None:
    rds, secrets = cloud.client("rds"), cloud.client("secretsmanager")
    create(cloud, "managed", MasterUserPassword=None, ManageMasterUserPassword=True)
    row = available(cloud, "managed")
    arn = row["MasterUserSecret"]["SecretArn"]
    content = json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])
    assert content["username"] == "boss"
    assert sql(cloud, "managed", "select 1", content["password"]) == "1"
    with pytest.raises(ClientError, match="does not rotate secrets"):
        secrets.rotate_secret(SecretId=arn)
    with pytest.raises(ClientError, match="does not rotate secrets"):
        rds.modify_db_instance(DBInstanceIdentifier="managed", RotateMasterUserPassword=True, ApplyImmediately=True)
    with pytest.raises(ClientError, match="can't specify MasterUserPassword"):
        rds.modify_db_instance(DBInstanceIdentifier="managed", MasterUserPassword="one-of-mine-1")
    change = {"ManageMasterUserPassword": False, "MasterUserPassword": "one-of-mine-1"}
    rds.modify_db_instance(DBInstanceIdentifier="managed", **change)
    assert sql(cloud, "managed", "select 1", "one-of-mine-1") == "1"
    rds.modify_db_instance(DBInstanceIdentifier="managed", ManageMasterUserPassword=True)
    arn = describe(cloud, "managed")["MasterUserSecret"]["SecretArn"]
    content = json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])
    assert sql(cloud, "managed", "select 1", content["password"]) == "1"
    rds.delete_db_instance(DBInstanceIdentifier="managed", SkipFinalSnapshot=True)
    assert is_gone(cloud, "managed")
    with pytest.raises(ClientError, match="ResourceNotFound"):
        secrets.get_secret_value(SecretId=arn)


@pytest.mark.proof
def test_a_snapshot_is_copied_and_restored_with_what_a_restore_takes_over(cloud: Cloud) -> None:
    rds = cloud.client("rds")
    create(cloud, "source", MultiAZ=True, DeletionProtection=True, AllocatedStorage=30)
    available(cloud, "source")
    sql(cloud, "source", "create table t as select 7 as x")
    made = rds.create_db_snapshot(DBInstanceIdentifier="source", DBSnapshotIdentifier="first")["DBSnapshot"]
    assert (made["Status"], made["PercentProgress"]) == ("creating", 0)
    eventually(lambda: snapshot(cloud, "first")["Status"] == "available")
    assert snapshot(cloud, "first")["PercentProgress"] == 100
    sql(cloud, "source", "insert into t values (8)")
    rds.copy_db_snapshot(SourceDBSnapshotIdentifier="first", TargetDBSnapshotIdentifier="second")
    eventually(lambda: snapshot(cloud, "second")["Status"] == "available")
    rds.delete_db_snapshot(DBSnapshotIdentifier="first")
    with pytest.raises(ClientError, match="DBSnapshotNotFound"):
        snapshot(cloud, "first")
    with pytest.raises(ClientError, match="DBSnapshotNotFound"):
        rds.restore_db_instance_from_db_snapshot(DBInstanceIdentifier="x", DBSnapshotIdentifier="first")
    with pytest.raises(ClientError, match="DBSnapshotAlreadyExists"):
        rds.create_db_snapshot(DBInstanceIdentifier="source", DBSnapshotIdentifier="second")
    with pytest.raises(ClientError, match="can't be less than the source snapshot"):
        rds.restore_db_instance_from_db_snapshot(
            DBInstanceIdentifier="x", DBSnapshotIdentifier="second", AllocatedStorage=20
        )
    with pytest.raises(ClientError, match="no point in time to restore to"):
        rds.restore_db_instance_to_point_in_time(
            SourceDBInstanceIdentifier="source", TargetDBInstanceIdentifier="x", UseLatestRestorableTime=True
        )
    rds.restore_db_instance_from_db_snapshot(DBInstanceIdentifier="target", DBSnapshotIdentifier="second")
    row = available(cloud, "target")
    assert sql(cloud, "target", "select x from t") == "7"
    assert (row["AllocatedStorage"], row["MultiAZ"], row["DeletionProtection"]) == (30, False, False)
    assert messages(cloud, "target") == ["Restored from snapshot second"]


@pytest.mark.proof
def test_a_snapshot_is_taken_while_the_server_runs(cloud: Cloud) -> None:
    rds = cloud.client("rds")
    create(cloud, "running")
    available(cloud, "running")
    rds.create_db_snapshot(DBInstanceIdentifier="running", DBSnapshotIdentifier="live")
    look = {"DBSnapshotIdentifier": "live"}
    eventually(lambda: rds.describe_db_snapshots(**look)["DBSnapshots"][0]["Status"] == "available")
    assert sql(cloud, "running", "select 1") == "1"
    rds.delete_db_instance(DBInstanceIdentifier="running", SkipFinalSnapshot=True)
    assert is_gone(cloud, "running")


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "another engine": ({"Engine": "mysql"}, "runs engine postgres only.*as a secret"),
    "short password": ({"MasterUserPassword": "short"}, "shorter than 8 characters"),
    "character in the password": ({"MasterUserPassword": "with/a/slash"}, "Only printable ASCII"),
    "two passwords": ({"ManageMasterUserPassword": True}, "can't specify MasterUserPassword"),
    "reserved name": ({"MasterUsername": "admin"}, "MasterUsername admin cannot be used as it is a reserved word"),
    "no such subnet group": ({"DBSubnetGroupName": "no-such"}, "DBSubnetGroupNotFoundFault"),
    "no such parameter group": ({"DBParameterGroupName": "no-such"}, "DBParameterGroupNotFound"),
    "no such security group": ({"VpcSecurityGroupIds": ["sg-0"]}, "Invalid security group , groupId= sg-0"),
    "class of no kind": ({"DBInstanceClass": "t3.micro"}, "Invalid DB Instance class: t3.micro"),
    "class that is not offered": ({"DBInstanceClass": "db.m1.small"}, "RDS does not support creating a DB instance"),
    "version": ({"EngineVersion": "9.3.3"}, "Cannot find version 9.3.3 for postgres"),
    "storage type": ({"StorageType": "gp9"}, "Invalid storage type: gp9"),
    "too small": ({"AllocatedStorage": 10}, "Invalid storage size for engine name postgres and storage type gp2: 10"),
    "too large": ({"AllocatedStorage": 70_000}, "Invalid storage size .*: 70000"),
    "iops on small gp3": ({"StorageType": "gp3", "Iops": 12_000}, "storage size less than 400"),
    "iops missing": ({"StorageType": "io1", "AllocatedStorage": 100}, "must specify Iops"),
    "iops ratio": ({"StorageType": "io1", "AllocatedStorage": 100, "Iops": 9_000}, "Invalid iops to storage"),
    "autoscaling": ({"MaxAllocatedStorage": 20}, "Max storage size must be greater than storage size"),
    "zone and Multi-AZ": ({"AvailabilityZone": "us-east-1a", "MultiAZ": True}, "specific availability zone"),
    "database name": ({"DBName": "1st"}, "DBName must begin with a letter"),
    "identifier": ({"DBInstanceIdentifier": "-x"}, "InvalidParameterValue"),
}


def test_what_cannot_be_is_refused_in_awss_words(cloud: Cloud) -> None:
    for what, (wrong, told) in WRONG.items():
        with pytest.raises(ClientError) as refused:
            create(cloud, "refused", **wrong)
        assert re.search(told, str(refused.value)), f"{what}: {refused.value}"
    assert [row["DBInstanceIdentifier"] for row in cloud.client("rds").describe_db_instances()["DBInstances"]
            if row["DBInstanceIdentifier"] == "refused"] == []  # fmt: skip


def test_names_quotas_and_networks_are_held_to(cloud: Cloud) -> None:
    ec2, rds = cloud.client("ec2"), cloud.client("rds")
    create(cloud, "taken", AllocatedStorage=60_000)
    for wrong, told in (({}, "DBInstanceAlreadyExists"), ({"AllocatedStorage": 50_000}, "StorageQuotaExceeded")):
        with pytest.raises(ClientError, match=told):
            create(cloud, "taken" if not wrong else "larger", **wrong)
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{n}.0/24", AvailabilityZone=f"us-east-1{zone}")["Subnet"][
            "SubnetId"
        ]
        for n, zone in enumerate("abb")
    ]
    group = {"DBSubnetGroupName": "pair", "DBSubnetGroupDescription": "d"}
    with pytest.raises(ClientError, match=r"DBSubnetGroupDoesNotCoverEnoughAZs.*Current AZ coverage: us-east-1b"):
        rds.create_db_subnet_group(**group, SubnetIds=subnets[1:])
    rds.create_db_subnet_group(**group, SubnetIds=subnets[:2])
    with pytest.raises(ClientError, match="DBSubnetGroupAlreadyExists"):
        rds.create_db_subnet_group(**group, SubnetIds=subnets[:2])
    default = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["SecurityGroups"][0][
        "GroupId"
    ]
    with pytest.raises(ClientError, match="are in different VPCs"):
        create(cloud, "elsewhere", VpcSecurityGroupIds=[default])
    create(cloud, "inside", DBSubnetGroupName="pair", MultiAZ=True)
    row = describe(cloud, "inside")
    assert [each["VpcSecurityGroupId"] for each in row["VpcSecurityGroups"]] == [default]
    assert {row["AvailabilityZone"], row["SecondaryAvailabilityZone"]} == {"us-east-1a", "us-east-1b"}
    with pytest.raises(ClientError, match="inside is still using it"):
        rds.delete_db_subnet_group(DBSubnetGroupName="pair")


def test_what_can_be_ordered_is_told(cloud: Cloud) -> None:
    rds = cloud.client("rds")
    versions = rds.describe_db_engine_versions(Engine="postgres", EngineVersion="16")["DBEngineVersions"]
    assert {each["DBParameterGroupFamily"] for each in versions} == {"postgres16"}
    options = rds.describe_orderable_db_instance_options(Engine="postgres", EngineVersion="16")
    assert options["OrderableDBInstanceOptions"][0]["DBInstanceClass"].startswith("db.")
    assert rds.describe_orderable_db_instance_options(Engine="mysql")["OrderableDBInstanceOptions"] == []
