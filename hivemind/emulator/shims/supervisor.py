"""Looks after one running unit: starts it, restarts it, stops it on TERM; one process per unit, as small as may be."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from hivemind.emulator.shims import unit_state
from hivemind.emulator.shims.unit_state import UnitState
from hivemind.emulator.shims.units import Command, Unit, environment, expand, parse

WATCHED = {signal.SIGTERM, signal.SIGCHLD}


class Stopped(Exception):
    """TERM came: the unit is to end."""


def main(arguments: list[str]) -> int:
    """Supervise the unit of that name until it is stopped or has failed for good."""
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
    name = arguments[0]
    try:
        unit = parse(name, unit_state.unit_file(name).read_text())
    except (OSError, ValueError) as problem:
        print(problem, file=sys.stderr)  # noqa: T201
        unit_state.write(name, UnitState(active="failed", sub="failed", result="resources"))
        return 1
    return Supervisor(unit).run()


class Supervisor:
    """The life of one unit; its state is on disk after every step."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.state = UnitState(active="activating", sub="start-pre", supervisor=os.getpid())
        self._main: subprocess.Popen[bytes] | None = None
        self._starts: list[float] = []

    def run(self) -> int:
        """Start, and start again as often as the unit's Restart= and start limit allow."""
        try:
            while True:
                result, status = self._once()
                if result == "success" and self.unit.remain:
                    self._become("active", "exited", main_pid=0)
                    self._sleep(float("inf"))
                if not self._wants_restart(result):
                    return self._finish(result, status)
                if not self._may_start_again():
                    return self._finish("start-limit-hit", status)
                self._become("activating", "auto-restart", result=result, status=status, main_pid=0)
                self._sleep(self.unit.restart_after)
                self.state = replace(self.state, restarts=self.state.restarts + 1)
        except Stopped:
            self._stop_main()
            self._after_stop()
            self._become("inactive", "dead", result="success", main_pid=0)
            return 0

    def _once(self) -> tuple[str, int]:
        """One start to its end: systemd's word for how it went, and the exit status."""
        self._starts.append(time.monotonic())
        try:
            variables = environment(self.unit, os.environ)
        except OSError as problem:
            self._complain(f"Failed to load environment files: {problem}")
            return "resources", 0
        for command in self.unit.before:
            status = self._wait(self._spawn(command, variables))
            if status != 0 and not command.tolerant:
                return "exit-code", status
        status = 0
        for command in self.unit.start:
            self._main = self._spawn(command, variables)
            if self.unit.kind != "oneshot":
                self._become("active", "running", main_pid=self._main.pid if self._main else 0)
            status = self._wait(self._main)
            if status != 0 and not command.tolerant:
                return ("exit-code" if status > 0 else "signal"), status
        return "success", status

    def _spawn(self, command: Command, variables: dict[str, str]) -> subprocess.Popen[bytes] | None:
        folder = self.unit.folder.removeprefix("-") or str(unit_state.root())
        output, errors = _target(self.unit.output), _target(self.unit.errors)
        try:
            return subprocess.Popen(
                expand(command.argv, variables),
                cwd=folder,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if self.unit.errors == self.unit.output else errors,
                process_group=0,
                preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED),
            )
        except OSError as problem:
            self._complain(f"Failed at step EXEC spawning {command.argv[0]}: {problem.strerror}")
            return None
        finally:
            for descriptor in {output, errors} - {None}:
                os.close(descriptor)  # type: ignore[arg-type]

    def _wait(self, process: subprocess.Popen[bytes] | None) -> int:
        """The exit status, 203 for what could not be executed; raises Stopped on TERM."""
        if process is None:
            return 203
        self._main = process
        while process.poll() is None:
            if signal.sigwait(WATCHED) == signal.SIGTERM:
                raise Stopped
        self._main = None
        return process.returncode

    def _sleep(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            found = signal.sigtimedwait({signal.SIGTERM}, min(left, 3600))
            if found is not None:
                raise Stopped

    def _stop_main(self) -> None:
        process = self._main
        if process is None:
            return
        self._become("deactivating", "stop-sigterm")
        for number, patience in ((signal.SIGTERM, self.unit.stop_timeout), (signal.SIGKILL, 10.0)):
            _signal_group(process.pid, number)
            try:
                process.wait(min(patience, 3600))
                break
            except subprocess.TimeoutExpired:
                continue
        _signal_group(process.pid, signal.SIGKILL)

    def _after_stop(self) -> None:
        for command in self.unit.after_stop:
            process = self._spawn(command, dict(os.environ))
            if process is not None:
                process.wait()

    def _wants_restart(self, result: str) -> bool:
        match self.unit.restart:
            case "always":
                return True
            case "on-failure":
                return result != "success"
            case "on-success":
                return result == "success"
            case "on-abnormal" | "on-abort":
                return result == "signal"
        return False

    def _may_start_again(self) -> bool:
        burst, interval = self.unit.start_limit
        recent = [moment for moment in self._starts if time.monotonic() - moment < interval]
        return interval == 0 or burst == 0 or len(recent) < burst

    def _finish(self, result: str, status: int) -> int:
        self._after_stop()
        failed = result != "success"
        self._become("failed" if failed else "inactive", "failed" if failed else "dead", result=result, status=status)
        self.state = replace(self.state, main_pid=0)
        unit_state.write(self.unit.name, self.state)
        return int(failed)

    def _become(self, active: str, sub: str, **facts: object) -> None:
        self.state = replace(self.state, active=active, sub=sub, **facts)  # type: ignore[arg-type]
        unit_state.write(self.unit.name, self.state)

    def _complain(self, text: str) -> None:
        output = _target(self.unit.errors)
        os.write(2 if output is None else output, f"{self.unit.name}: {text}\n".encode())


def _target(setting: str) -> int | None:
    """A descriptor for `append:`, `truncate:` and `file:`; null is null, everything else is the console."""
    if setting == "null":
        return os.open(os.devnull, os.O_WRONLY)
    kind, _, path = setting.partition(":")
    if kind not in ("append", "truncate", "file"):
        return None
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    mode = os.O_TRUNC if kind == "truncate" else os.O_APPEND
    return os.open(path, os.O_WRONLY | os.O_CREAT | mode, 0o644)


def _signal_group(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        return
