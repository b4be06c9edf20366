"""The daemon: one per home, it survives a crash, and leaves nothing when it is stopped."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError
from scenario.test_emulator_databases import available, create, describe, is_gone, listener, snapshot, sql

from hivemind.emulator import daemon
from hivemind.errors import EmulatorError
from tests.scenario.emulator_cloud import HTTP_UNIT, Cloud, eventually, get, running

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("emulator-daemon")]


def test_two_starts_at_once_give_one_daemon(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from hivemind.emulator import daemon;"
        "print(daemon.start(Path(sys.argv[1]), by='hivemind').pid)"
    )
    starts = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    try:
        pids = {start.communicate(timeout=60)[0] for start in starts}
        assert len(pids) == 1
        assert daemon.status(tmp_path).started_by == "hivemind"
    finally:
        assert not daemon.stop(tmp_path).running


def test_a_crash_loses_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    with running(tmp_path / "home") as cloud:
        instance = cloud.launch(f"{HTTP_UNIT}echo port=$INSTANCE_PORT\necho ready")
        url = f"http://127.0.0.1:{cloud.said(instance, 'ready').split('port=')[1].split()[0]}/"
        cloud.client("s3").create_bucket(Bucket="kept")
        cloud.client("s3").put_object(Bucket="kept", Key="the-object", Body=b"v" * 100_000)
        memory = cloud.home / "emulator" / "state.pickle"
        eventually(lambda: memory.exists() and b"the-object" in memory.read_bytes())
        before, endpoint = set(cloud.processes()), cloud.status.endpoint
        cloud.crash()
        cloud.restart()
        assert cloud.status.endpoint == endpoint
        assert cloud.client("s3").get_object(Bucket="kept", Key="the-object")["ContentLength"] == 100_000
        eventually(lambda: cloud.state(instance) == "running")
        eventually(lambda: get(url) == 200)
        eventually(lambda: len(cloud.processes()) == len(before))
        assert not daemon.empty(cloud.home)
        daemon.stop(cloud.home)
        assert cloud.processes() == []
        assert not daemon.empty(cloud.home)


KEPT = {"DBInstanceIdentifier": "kept"}
LAST = {"DBSnapshotIdentifier": "last"}
UNDER_WAY: dict[str, Callable[[Any], Any]] = {
    "at rest": lambda rds: None,
    "modifying": lambda rds: rds.modify_db_instance(**KEPT, DBInstanceClass="db.t4g.small", ApplyImmediately=True),
    "rebooting": lambda rds: rds.reboot_db_instance(**KEPT),
    "backing-up": lambda rds: rds.create_db_snapshot(**KEPT, **LAST),
}


@pytest.mark.proof
@pytest.mark.parametrize("moment", UNDER_WAY)
def test_a_database_outlives_a_crash_at_any_moment(tmp_path: Path, moment: str) -> None:
    with running(tmp_path / "home") as cloud:
        endpoint = with_data(cloud)["Endpoint"]
        UNDER_WAY[moment](cloud.client("rds"))
        saved(cloud)
        cloud.crash()
        cloud.restart()
        row = available(cloud, "kept")
        assert row["Endpoint"] == endpoint
        assert sql(cloud, "kept", "select x from t") == "7"
        assert row["DBInstanceClass"] == ("db.t4g.small" if moment == "modifying" else "db.t4g.micro")
        if moment == "backing-up":
            restored(cloud)
        daemon.stop(cloud.home)
        assert cloud.processes() == []


@pytest.mark.proof
def test_a_crash_while_a_database_is_made_or_deleted_is_carried_on_from(tmp_path: Path) -> None:
    with running(tmp_path / "home") as cloud:
        create(cloud, "kept")
        saved(cloud)
        cloud.crash()
        cloud.restart()
        available(cloud, "kept")
        sql(cloud, "kept", "create table t as select 7 as x")
        cloud.client("rds").delete_db_instance(**KEPT, FinalDBSnapshotIdentifier="last")
        saved(cloud)
        cloud.crash()
        cloud.restart()
        assert is_gone(cloud, "kept")
        restored(cloud)
        daemon.stop(cloud.home)
        assert cloud.processes() == []


def with_data(cloud: Cloud) -> Any:
    create(cloud, "kept")
    row = available(cloud, "kept")
    sql(cloud, "kept", "create table t as select 7 as x")
    return row


def restored(cloud: Cloud) -> None:
    """The snapshot `last` has the data."""
    eventually(lambda: snapshot(cloud, "last")["Status"] == "available")
    cloud.client("rds").restore_db_instance_from_db_snapshot(DBInstanceIdentifier="again", **LAST)
    available(cloud, "again")
    assert sql(cloud, "again", "select x from t") == "7"


def saved(cloud: Cloud) -> None:
    """Wait until what was asked so far is on disk."""
    memory = cloud.home / "emulator" / "state.pickle"
    before = memory.stat().st_mtime_ns if memory.exists() else 0
    cloud.client("sns").create_topic(Name="saved-by-now")
    eventually(
        lambda: memory.exists() and memory.stat().st_mtime_ns > before and b"saved-by-now" in memory.read_bytes()
    )


STACK = """
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Bucket: {Type: AWS::S3::Bucket, DependsOn: Topic}
  Database:
    Type: AWS::RDS::DBInstance
    DependsOn: Bucket
    Properties: {Engine: postgres, DBInstanceClass: db.t4g.micro, AllocatedStorage: '20', MasterUsername: boss,
      MasterUserPassword: correct-horse-battery, DBName: app}
  Last: {Type: AWS::SNS::Topic, DependsOn: Database}
"""


@pytest.mark.proof
@pytest.mark.parametrize("reached", ["Topic", "Database"])
def test_a_crash_in_the_middle_of_a_stack_leaves_one_that_can_be_deleted(tmp_path: Path, reached: str) -> None:
    with running(tmp_path / "home") as cloud:
        made = cloud.client("cloudformation").create_stack(StackName="s", TemplateBody=STACK)["StackId"]
        eventually(lambda: reached in {row["LogicalResourceId"] for row in stack_events(cloud, made)})
        saved(cloud)
        cloud.crash()
        cloud.restart()
        status = stack_status(cloud, made)
        assert status in ("CREATE_FAILED", "CREATE_COMPLETE")
        cloud.client("cloudformation").delete_stack(StackName="s")
        eventually(lambda: stack_status(cloud, made) == "DELETE_COMPLETE", 40)
        assert cloud.client("rds").describe_db_instances()["DBInstances"] == []
        assert cloud.client("s3").list_buckets()["Buckets"] == []
        assert daemon.empty(cloud.home)
        daemon.stop(cloud.home)
        assert cloud.processes() == []


def stack_events(cloud: Cloud, stack: str) -> list[Any]:
    found: list[Any] = cloud.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
    return found


def stack_status(cloud: Cloud, stack: str) -> str:
    return str(cloud.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])


@pytest.mark.proof
def test_a_child_that_nobody_had_written_down_is_ended_all_the_same(tmp_path: Path) -> None:
    with running(tmp_path / "home") as cloud:
        cloud.said(cloud.launch("sleep 1000 & echo ready"), "ready")
        create(cloud, "unwritten")
        available(cloud, "unwritten")
        saved(cloud)
        cloud.crash()
        left = cloud.pids()
        assert len(left) > 2
        for entry in (cloud.home / "emulator" / "processes").glob("*.json"):
            entry.unlink()
        daemon.stop(cloud.home)
        assert cloud.processes() == []


@pytest.mark.proof
def test_nothing_listens_anywhere_but_on_the_loopback_interface(tmp_path: Path) -> None:
    with running(tmp_path / "home") as cloud:
        cloud.said(cloud.launch(f"{HTTP_UNIT}echo ready"), "ready")
        create(cloud, "near")
        port = available(cloud, "near")["Endpoint"]["Port"]
        listening = cloud.listening()
        assert port in {number for _, number in listening}
        assert int(cloud.status.endpoint.rpartition(":")[2]) in {number for _, number in listening}
        assert {address for address, _ in listening} == {"0100007F"}


@pytest.mark.proof
def test_a_killed_balancer_and_a_killed_server_come_back_by_themselves(tmp_path: Path) -> None:
    with running(tmp_path / "home") as cloud:
        create(cloud, "back")
        available(cloud, "back")
        sql(cloud, "back", "create table t as select 7 as x")
        [balancer] = [pid for pid, words in cloud.pids().items() if "emulator.balancer" in words]
        server = listener(describe(cloud, "back")["Endpoint"]["Port"])
        for pid in (balancer, server):
            os.kill(pid, signal.SIGKILL)
        eventually(lambda: any("emulator.balancer" in words for pid, words in cloud.pids().items() if pid != balancer))
        assert eventually(lambda: sql(cloud, "back", "select x from t") == "7")
        daemon.stop(cloud.home)
        assert cloud.processes() == []


@pytest.mark.proof
def test_a_cloud_that_cannot_save_says_so_serves_on_and_stops(tmp_path: Path) -> None:
    with running(tmp_path / "home") as cloud:
        create(cloud, "unsaved")
        available(cloud, "unsaved")
        saved(cloud)
        memory = cloud.home / "emulator" / "state.pickle"
        memory.unlink()
        memory.mkdir()
        cloud.client("s3").create_bucket(Bucket="unsaved")
        log = cloud.home / "emulator" / "daemon.log"
        eventually(lambda: "could not be saved" in log.read_text())
        cloud.client("s3").head_bucket(Bucket="unsaved")
        memory.rmdir()
        eventually(lambda: memory.is_file() and b"unsaved" in memory.read_bytes())
        memory.unlink()
        memory.mkdir()
        daemon.stop(cloud.home)
        assert cloud.processes() == []


def test_a_stop_and_start_brings_instances_back_in_the_same_place(tmp_path: Path) -> None:
    with running(tmp_path / "home") as cloud:
        assert daemon.empty(cloud.home)
        instance = cloud.launch(f"{HTTP_UNIT}echo port=$INSTANCE_PORT\necho ready")
        url = f"http://127.0.0.1:{cloud.said(instance, 'ready').split('port=')[1].split()[0]}/"
        assert not daemon.empty(cloud.home)
        daemon.stop(cloud.home)
        assert get(url) == 0
        cloud.restart()
        eventually(lambda: get(url) == 200)
        cloud.client("ec2").terminate_instances(InstanceIds=[instance])
        eventually(lambda: daemon.empty(cloud.home))


def test_a_taken_port_is_named_with_the_way_out(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(EmulatorError, match=str(port)) as refused:
            daemon.start(tmp_path, port=port)
    assert "--port" in refused.value.hint
    assert not daemon.status(tmp_path).running


def test_an_unreadable_memory_is_put_aside_and_said(tmp_path: Path) -> None:
    state = tmp_path / "home" / "emulator"
    state.mkdir(parents=True)
    (state / "state.pickle").write_bytes(b"not a pickle")
    with running(tmp_path / "home") as cloud:
        assert list(state.glob("state.unreadable-*.pickle"))
        assert "could not be read" in (state / "daemon.log").read_text()
        cloud.client("s3").list_buckets()


def test_what_is_not_there_is_a_clear_501_in_the_callers_protocol(tmp_path: Path) -> None:
    with running(tmp_path / "home") as cloud:
        for ask in (
            lambda: cloud.client("ec2").describe_fast_launch_images(),
            lambda: cloud.client("ecr").describe_pull_through_cache_rules(),
            lambda: cloud.client("xray").get_insight(InsightId="i"),
        ):
            with pytest.raises(ClientError) as refused:
                ask()
            assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
            assert refused.value.response["Error"]["Code"] == "NotImplemented"


def test_control_paths_are_for_programs_of_this_machine_only(tmp_path: Path) -> None:
    with running(tmp_path / "home") as cloud:
        at = urlsplit(cloud.status.endpoint)

        def ask(headers: dict[str, str]) -> int:
            connection = http.client.HTTPConnection(at.hostname or "", at.port)
            connection.request("GET", "/_local/status", headers=headers)
            return connection.getresponse().status

        assert ask({}) == 200
        assert ask({"Host": f"evil.example:{at.port}"}) == 403
        assert ask({"Origin": "http://127.0.0.1"}) == 403
