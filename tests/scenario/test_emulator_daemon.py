"""The daemon: one per home, it survives a crash, and leaves nothing when it is stopped."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from hivemind.emulator import daemon
from hivemind.errors import EmulatorError
from tests.scenario.emulator_cloud import HTTP_UNIT, eventually, get, running

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
        assert cloud.status.pid
        os.kill(cloud.status.pid, signal.SIGKILL)
        eventually(lambda: not daemon.status(cloud.home).running)
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
