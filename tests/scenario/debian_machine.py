"""A real Debian under systemd-nspawn, standing for one instance: real systemd, cloud-init, apt and users.

`base_tree` is debootstrap's work with what Debian's AMI has beside (`IN_AMI`), made once and kept in the
temporary folder. A `Machine` boots a copy of it in the host's network, where the local cloud on 127.0.0.1 is in reach.
cloud-init runs the user data as on EC2, told by its NoCloud seed instead of EC2's metadata service.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.scenario.emulator_cloud import eventually

SUITE = "trixie"
PROGRAMS = ("debootstrap", "systemd-nspawn")
SOURCES = Path("/etc/apt")
PROXIES = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
IN_AMI = ("cloud-init", "curl", "dbus", "sudo")
"""What Debian's AMI has beside debootstrap's packages; without dbus, `shutdown +60` is a shutdown at once."""
CLOUD_INIT = """\
datasource_list: [NoCloud]
network: {config: disabled}
apt: {preserve_sources_list: true}
"""
"""The network is the host's, and the package servers are the ones that this machine uses."""


def why_not() -> str:
    """What this machine lacks to boot a Debian; empty when nothing."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "booting a Debian takes root on Linux"
    if missing := [name for name in PROGRAMS if shutil.which(name) is None]:
        return f"booting a Debian takes {' and '.join(missing)}, of the packages debootstrap and systemd-container"
    return "" if mirror() else f"no Debian mirror is configured under {SOURCES}"


def mirror() -> str:
    """The first Debian archive among this machine's package sources."""
    files = [SOURCES / "sources.list", *sorted((SOURCES / "sources.list.d").glob("*"))]
    text = "\n".join(file.read_text(errors="replace") for file in files if file.is_file())
    found = re.search(r"^(?:deb\s+(?:\[[^]]*\]\s+)?|URIs:\s*)(https?://\S+/debian/?)(?=\s|$)", text, re.MULTILINE)
    return found[1] if found else ""


def base_tree() -> Path:
    """The tree that every machine starts from, made when it is not there yet; takes minutes then."""
    cache = Path(tempfile.gettempdir()) / f"hivemind-debian-{SUITE}"
    cache.mkdir(mode=0o700, exist_ok=True)
    tree = cache / "tree"
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not tree.exists():
            _make(cache / "fresh")
            (cache / "fresh").rename(tree)
    return tree


def packages() -> Path:
    """Where machines keep the packages that apt downloads, for the next one."""
    folder = base_tree().with_name("packages")
    (folder / "partial").mkdir(parents=True, exist_ok=True)
    return folder


def _make(tree: Path) -> None:
    shutil.rmtree(tree, ignore_errors=True)
    _run("debootstrap", SUITE, str(tree), mirror())
    shutil.copy("/etc/resolv.conf", tree / "etc/resolv.conf")
    for line in ("update", f"-y install {' '.join(IN_AMI)}", "clean"):
        _run("chroot", str(tree), "apt-get", "-qq", *line.split())


def _run(*command: str) -> None:
    environment = {"PATH": os.defpath + ":/usr/sbin:/sbin", "DEBIAN_FRONTEND": "noninteractive", **PROXIES}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


class Machine:
    """One machine: `root` is its disk; `boot` it, ask it, and `close` it."""

    def __init__(self, folder: Path, name: str) -> None:
        self.root = folder / name
        self.log = folder / f"{name}.log"
        subprocess.run(["cp", "-a", "--reflink=auto", str(base_tree()), str(self.root)], check=True)
        self._process: subprocess.Popen[bytes] | None = None
        self._namespace = ""

    def seed(self, instance: str, user_data: str, environment: Mapping[str, str]) -> None:
        """What EC2 would have told it; `environment` is what the local cloud needs to be found."""
        variables = " ".join(f'"{name}={value}"' for name, value in {**environment, **PROXIES}.items())
        files = {
            "etc/cloud/cloud.cfg.d/99-local-cloud.cfg": CLOUD_INIT,
            "etc/systemd/system.conf.d/local-cloud.conf": f"[Manager]\nDefaultEnvironment={variables}\n",
            "var/lib/cloud/seed/nocloud/meta-data": f"instance-id: {instance}\n",
            "var/lib/cloud/seed/nocloud/user-data": user_data,
        }
        for name, text in files.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        """A file on its disk."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def chroot(self, *command: str) -> None:
        """Run a command on its disk while it is off."""
        _run("chroot", str(self.root), *command)

    def boot(self) -> None:
        """Power on, as process 1 of a pid namespace of its own."""
        command = ["systemd-nspawn", "-q", "-D", str(self.root), "--keep-unit", "--register=no", "--console=read-only"]
        command += [f"--bind={packages()}:/var/cache/apt/archives", "-b"]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._namespace = _pid_namespace(Path(f"/proc/{eventually(self._leader, 60)}"))

    def wait(self, seconds: float) -> int:
        """Until it has shut itself down."""
        assert self._process is not None
        return self._process.wait(seconds)

    def ask(self, *command: str) -> str:
        """What a command says that runs inside."""
        enter = ["nsenter", "-t", str(self._leader()), "-a", "--"]
        done = subprocess.run([*enter, *command], capture_output=True, text=True, timeout=60, check=False)
        return (done.stdout + done.stderr).strip()

    def output(self) -> str:
        """What user data has printed, as cloud-init keeps it."""
        file = self.root / "var/log/cloud-init-output.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def processes(self) -> list[int]:
        """Every process of it, by the host's number."""
        return [
            int(folder.name) for folder in Path("/proc").glob("[0-9]*") if _pid_namespace(folder) == self._namespace
        ]

    def close(self) -> None:
        """Power off, by force if need be."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            for pid in self.processes():
                os.kill(pid, signal.SIGKILL)

    def _leader(self) -> int:
        """The host's number of its process 1."""
        assert self._process is not None
        assert self._process.poll() is None, self.log.read_text(errors="replace")
        for folder in Path("/proc").glob("[0-9]*"):
            status = _status(folder)
            if status.get("PPid") == str(self._process.pid) and status.get("NSpid", "").split()[1:] == ["1"]:
                return int(folder.name)
        return 0


def _status(folder: Path) -> dict[str, str]:
    try:
        lines = (folder / "status").read_text().splitlines()
    except OSError:
        return {}
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _pid_namespace(folder: Path) -> str:
    try:
        return str((folder / "ns/pid").readlink())
    except OSError:
        return ""
