"""One PostgreSQL server: create, start, ask, back up, stop.

A data folder or backup is made beside its place and then renamed, so whoever is killed meanwhile leaves no half of
one. The server's commits are on disk when it answers, so killing it (`crash`) loses nothing that was committed.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hivemind.emulator.databases import binaries
from hivemind.emulator.ledger import MARK, Ledger
from hivemind.emulator.processes import end, working_in

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

    def __init__(self, folder: Path, ledger: Ledger, died: Callable[[], None] = lambda: None) -> None:
        self.folder = folder
        self._died = died
        self._programs = binaries.programs()
        self.data = binaries.data_folder(self._programs, folder / "data")
        self._ledger = ledger
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def exists(self) -> bool:
        """Whether there is a whole data folder."""
        return (self.data / "PG_VERSION").exists()

    @property
    def is_up(self) -> bool:
        """Whether the server process runs."""
        return self._process is not None and self._process.poll() is None

    def create(self, master: Master) -> None:
        """Initialise the data folder unless it is there; only the master user can connect, by scram."""
        if self.exists:
            return
        fresh = self._scratch("fresh")
        secret = self.data.with_name(f"{self.data.name}.pw")
        secret.touch(0o600)
        secret.write_text(master.password + "\n")
        self._own(secret)
        words = ["-D", str(fresh), "-U", master.name, f"--pwfile={secret}", "--auth=scram-sha-256"]
        try:
            self._run("initdb", *words, "--encoding=UTF8", "--locale=C", "--no-sync")
        finally:
            secret.unlink()
        self._put(fresh)

    def start(self, port: int, parameters: Mapping[str, str] = {}) -> None:
        """Start and wait until it answers; raises ServerError with the end of its log."""
        # What outlived a server that was killed must not write any more when the next one does.
        end([process.pid for process in working_in(self.data)], 0)
        with suppress(FileNotFoundError):
            (self.data / "postmaster.pid").unlink()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._write_parameters(parameters)
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
        threading.Thread(target=self._watch, args=(self._process,), daemon=True, name="postgres").start()

    def obey(self, parameters: Mapping[str, str]) -> None:
        """Take over dynamic parameters without a restart."""
        self._write_parameters(parameters)
        if self._process is not None:
            self._process.send_signal(signal.SIGHUP)

    def stop(self) -> None:
        """Fast shutdown: clients are cut off, everything committed is kept."""
        self._end(signal.SIGINT)

    def crash(self) -> None:
        """Immediate shutdown, as when its machine is lost: the next start recovers what was committed."""
        self._end(signal.SIGQUIT)

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(number)
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
        if not self.is_up:
            copy_folder(self.data, target)
            return
        scratch = self._scratch("backup")
        words = ["-D", str(scratch), "-h", "127.0.0.1", "-p", str(port), "-U", master.name, "-c", "fast", "-N"]
        self._run("pg_basebackup", *words, secret=master.password)
        copy_folder(scratch, target)
        shutil.rmtree(scratch, ignore_errors=True)

    def restore(self, source: Path) -> None:
        """Take over the data of a backup."""
        fresh = self._scratch("fresh")
        shutil.copytree(source, fresh, dirs_exist_ok=True)
        for path in (fresh, *fresh.rglob("*")):
            self._own(path)
        self._put(fresh)

    def discard(self) -> None:
        """Throw the data away."""
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        if self._process is process:
            self._died()

    def _write_parameters(self, parameters: Mapping[str, str]) -> None:
        """The file that PostgreSQL reads last; what ALTER SYSTEM put there, which RDS does not allow, goes."""
        lines = (f"{name} = {_quoted(text)}\n" for name, text in sorted(parameters.items()))
        path = self.data / "postgresql.auto.conf"
        path.write_text("".join(lines))
        self._own(path)

    def _scratch(self, name: str) -> Path:
        """An empty folder beside the data."""
        scratch = self.data.with_name(f"{self.data.name}.{name}")
        shutil.rmtree(scratch, ignore_errors=True)
        self._make_folder(scratch)
        return scratch

    def _put(self, fresh: Path) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        fresh.replace(self.data)
        self.data.chmod(0o700)

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


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def copy_folder(source: Path, target: Path) -> None:
    """Copy a folder so that the target is whole or not there."""
    half = target.with_name(f"{target.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    half.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(source, half)
    shutil.rmtree(target, ignore_errors=True)
    half.replace(target)


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    marked = {MARK: os.environ[MARK]} if MARK in os.environ else {}
    return {**marked, "PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC", **extra}
