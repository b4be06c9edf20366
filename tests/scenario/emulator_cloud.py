"""A local cloud of a test's own, driven by boto3 as any outside caller would."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import boto3
from botocore.config import Config

from hivemind.emulator import daemon
from hivemind.emulator.daemon import Status
from hivemind.emulator.ports import PortPool

Value = TypeVar("Value")
IMAGE = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
HTTP_UNIT = """
cat > $INSTANCE_ROOT/etc/systemd/system/app.service <<X
[Service]
ExecStart=python3 -u -m http.server --bind 127.0.0.1 $INSTANCE_PORT
WorkingDirectory=$INSTANCE_ROOT/opt
Restart=always
RestartSec=100ms
StandardOutput=append:$INSTANCE_ROOT/var/log/app.log
[Install]
WantedBy=multi-user.target
X
systemctl daemon-reload
systemctl enable --now app
"""


@dataclass
class Cloud:
    """A running local cloud; `status` is of its latest start."""

    home: Path
    status: Status

    def client(self, service: str) -> Any:
        """A client without retries, so that a refusal is seen at once."""
        return boto3.client(
            service,
            endpoint_url=self.status.endpoint,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}, read_timeout=30),
        )

    def image(self) -> str:
        """The id of the usual machine image."""
        return str(self.client("ssm").get_parameter(Name=IMAGE)["Parameter"]["Value"])

    def launch(self, script: str, **extra: Any) -> str:
        """Start one instance with a bash script as its user data; returns its id."""
        asked = {"ImageId": self.image(), "InstanceType": "t3.micro", "UserData": f"#!/bin/bash\n{script}", **extra}
        answer = self.client("ec2").run_instances(MinCount=1, MaxCount=1, **asked)
        return str(answer["Instances"][0]["InstanceId"])

    def console(self, instance: str) -> str:
        """What the instance has printed so far."""
        return str(self.client("ec2").get_console_output(InstanceId=instance).get("Output", ""))

    def said(self, instance: str, word: str) -> str:
        """The console once it has a line that is exactly this word."""
        return eventually(lambda: text if word in (text := self.console(instance)).splitlines() else "")

    def state(self, instance: str) -> str:
        """The instance's state."""
        found = self.client("ec2").describe_instances(InstanceIds=[instance])
        return str(found["Reservations"][0]["Instances"][0]["State"]["Name"])

    def holds(self) -> dict[str, int]:
        """How many stacks, instances and databases there are, ended ones left out."""
        with _direct().open(f"{self.status.endpoint}/_local/status", timeout=5) as answer:
            found: dict[str, int] = json.load(answer)["holds"]
        return found

    def restart(self) -> None:
        """Start the daemon again, after a stop or a crash."""
        self.status = daemon.start(self.home)

    def crash(self) -> None:
        """Kill the daemon, and it alone."""
        assert self.status.pid
        os.kill(self.status.pid, signal.SIGKILL)
        eventually(lambda: not daemon.status(self.home).running)

    def processes(self) -> list[str]:
        """The command lines of everything that carries this home in its command line or environment."""
        return list(self.pids().values())

    def pids(self) -> dict[int, str]:
        """The same by pid."""
        mark = str(self.home).encode()
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                told = (folder / "cmdline").read_bytes()
                if mark in told or mark in (folder / "environ").read_bytes():
                    found[int(folder.name)] = told.replace(b"\0", b" ").decode()
            except OSError:
                continue
        return found

    def listening(self) -> set[tuple[str, int]]:
        """Address and port of every socket on which any of these processes listens."""
        sockets = {}
        for family in ("tcp", "tcp6"):
            for line in Path(f"/proc/net/{family}").read_text().splitlines()[1:]:
                _, local, _, state, *_, inode = line.split()[:10]
                address, _, port = local.partition(":")
                if state == "0A":
                    sockets[f"socket:[{inode}]"] = (address, int(port, 16))
        links = (link for pid in self.pids() for link in Path(f"/proc/{pid}/fd").glob("*") if link.is_symlink())
        held = {str(link.readlink()) for link in links}
        return {address for name, address in sockets.items() if name in held}


@contextmanager
def running(home: Path) -> Iterator[Cloud]:
    """A local cloud under `home`, on a port of its own; gone afterwards, with its files."""
    try:
        yield Cloud(home, daemon.start(home, port=PortPool().claim()))
    finally:
        daemon.stop(home)
        shutil.rmtree(home, ignore_errors=True)


def eventually(look: Callable[[], Value], seconds: float = 20) -> Value:
    """What `look` sees as soon as it is something."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)
    return seen


def encoded(script: str) -> str:
    """A bash script as launch templates want it."""
    return base64.b64encode(f"#!/bin/bash\n{script}".encode()).decode()


def _direct() -> urllib.request.OpenerDirector:
    """Past any proxy of the machine."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))


def get(url: str) -> int:
    """The status of one GET, 0 when nobody answers."""
    try:
        with _direct().open(url, timeout=5) as answer:
            return int(answer.status)
    except OSError:
        return 0
