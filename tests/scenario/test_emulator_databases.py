"""RDS on the local cloud is a real PostgreSQL: it keeps data, passwords and promises."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
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
    cloud.client("rds").create_db_instance(**asked)


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


def test_a_new_password_replaces_the_old_at_once(cloud: Cloud) -> None:
    create(cloud, "secret")
    available(cloud, "secret")
    assert "password authentication failed" in sql(cloud, "secret", "select 1", "not-the-password")
    new = "another-good-one"
    cloud.client("rds").modify_db_instance(DBInstanceIdentifier="secret", MasterUserPassword=new, MultiAZ=True)
    assert "password authentication failed" in sql(cloud, "secret", "select 1")
    assert sql(cloud, "secret", "select 1", new) == "1"
    assert describe(cloud, "secret")["MultiAZ"] is True


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


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"Engine": "mysql"}, "runs engine postgres only"),
        ({"MasterUserPassword": "short"}, "shorter than 8 characters"),
        ({"DBSubnetGroupName": "no-such"}, "DBSubnetGroupNotFound"),
    ],
)
def test_what_cannot_be_is_refused(cloud: Cloud, wrong: dict[str, str], words: str) -> None:
    with pytest.raises(ClientError, match=words):
        create(cloud, "refused", **wrong)
