"""One PostgreSQL server: create, start, ask, back up, stop."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hivemind.emulator.databases import binaries
from hivemind.emulator.ledger import Ledger
from hivemind.emulator.processes import end

START_SECONDS = 30.0
SETTINGS = {"shared_buffers": "16MB", "max_wal_size": "128MB", "unix_socket_directories": ""}


class ServerError(Exception):
    """PostgreSQL said no; the text is its own."""


@dataclass(frozen=True)
class Master:
    """The master user as asked for at create."""

    name: str
    password: str


class Server:
    """A data folder and, while it runs, the process on it; `folder` also holds `server.log`."""

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        self.folder = folder
        self._programs = binaries.programs()
        self.data = binaries.data_folder(self._programs, folder / "data")
        self._ledger = ledger
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_up(self) -> bool:
        """Whether the server process runs."""
        return self._process is not None and self._process.poll() is None

    def create(self, master: Master) -> None:
        """Initialise the data folder unless it is there; only the master user can connect, by scram."""
        if (self.data / "PG_VERSION").exists():
            return
        self._make_folder(self.data)
        secret = self.data.with_name(f"{self.data.name}.pw")
        secret.touch(0o600)
        secret.write_text(master.password + "\n")
        self._own(secret)
        words = ["-D", str(self.data), "-U", master.name, f"--pwfile={secret}", "--auth=scram-sha-256"]
        try:
            self._run("initdb", *words, "--encoding=UTF8", "--locale=C", "--no-sync")
        except ServerError:
            shutil.rmtree(self.data, ignore_errors=True)
            raise
        finally:
            secret.unlink()

    def start(self, port: int) -> None:
        """Start and wait until it answers; raises ServerError with the end of its log."""
        with suppress(FileNotFoundError):
            (self.data / "postmaster.pid").unlink()
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        command = self._programs.command("postgres", "-D", str(self.data), "-h", "127.0.0.1", "-p", str(port))
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, *settings],
                cwd="/",
                env=_environment({}),
                **self._programs.credentials,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._ledger.record(self._process.pid, f"database {self.folder.name}")
        self._await(port)

    def stop(self) -> None:
        """Fast shutdown: clients are cut off, everything committed is kept."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            end([process.pid], 0)
            process.wait()
        self._ledger.strike(process.pid)

    def sql(self, port: int, master: Master, text: str) -> None:
        """Run statements as the master user."""
        words = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(port), "-U", master.name]
        self._run("psql", *words, "-d", "postgres", secret=master.password, text=text)

    def back_up(self, target: Path, port: int, master: Master) -> None:
        """Copy the data: by the server while it runs, else file by file."""
        target.parent.mkdir(parents=True, exist_ok=True)
        if not self.is_up:
            shutil.copytree(self.data, target)
            return
        scratch = self.data.with_name(f"{self.data.name}.backup")
        shutil.rmtree(scratch, ignore_errors=True)
        self._make_folder(scratch)
        words = ["-D", str(scratch), "-h", "127.0.0.1", "-p", str(port), "-U", master.name, "-c", "fast", "-N"]
        self._run("pg_basebackup", *words, secret=master.password)
        shutil.move(scratch, target)

    def restore(self, source: Path) -> None:
        """Take over the data of a backup."""
        self.data.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, self.data)
        for path in (self.data, *self.data.rglob("*")):
            self._own(path)
        self.data.chmod(0o700)

    def discard(self) -> None:
        """Throw the data away."""
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _await(self, port: int) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.is_up:
            with suppress(ServerError):
                self._run("pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port))
                return
            time.sleep(0.03)
        log = (self.folder / "server.log").read_text(errors="replace").splitlines()
        self.stop()
        raise ServerError("PostgreSQL did not start: " + " ".join(log[-3:]))

    def _run(self, program: str, *words: str, secret: str = "", text: str = "") -> None:
        done = subprocess.run(
            self._programs.command(program, *words),
            cwd="/",
            env=_environment({"PGPASSWORD": secret} if secret else {}),
            **self._programs.credentials,
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise ServerError(f"{program}: {done.stderr.strip() or done.stdout.strip()}")

    def _make_folder(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        self._own(folder)

    def _own(self, path: Path) -> None:
        if self._programs.user:
            shutil.chown(path, self._programs.user)


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC", **extra}
