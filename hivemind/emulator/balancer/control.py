"""The daemon's handle on the data plane: starts it, feeds it, hears from it, and starts it again if it dies."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from hivemind.emulator.balancer.addresses import Ports
from hivemind.emulator.balancer.config import BalancerConfig
from hivemind.emulator.balancer.plane.health import CHECKING
from hivemind.emulator.balancer.report import Counts, Health, Report, TargetHealth
from hivemind.emulator.balancer.wire import dump_config, load_report
from hivemind.emulator.ports import PortPool
from hivemind.errors import EmulatorError

APPLY_SECONDS = 10.0
STOP_SECONDS = 5.0
RESTART_SECONDS = 0.2
"""How long a data plane must have lived to be started again at once."""


@dataclass(frozen=True)
class Metrics:
    """Everything counted since the start, and the number of healthy and unhealthy targets now, by target group."""

    counts: Counts
    healthy: dict[str, int]
    unhealthy: dict[str, int]


class Balancer:
    """The load balancers of one local cloud, carried by one child process."""

    def __init__(self, state_dir: Path, pool: PortPool | None = None) -> None:
        self._state_dir = state_dir
        self.ports = Ports(state_dir / "balancer-ports.json", pool or PortPool())
        self._changed = threading.Condition()
        self._applying = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._watcher: threading.Thread | None = None
        self._running = False
        self._generation = 0
        self._config = BalancerConfig()
        self._report = Report(0, (), {}, Counts())
        self._counts = Counts()
        self._untaken: dict[int, Counts] = {}

    def start(self) -> None:
        """Start the data plane; it runs what was applied last."""
        if self._running:
            return
        self._state_dir.mkdir(parents=True, exist_ok=True)
        self._running = True
        self._spawn()
        self._watcher = threading.Thread(target=self._watch, name="balancer", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """End the data plane and wait until it is gone."""
        with self._changed:
            self._running = False
            child, self._child = self._child, None
            self._changed.notify_all()
        if child is not None:
            _end(child)
        if self._watcher is not None:
            self._watcher.join(STOP_SECONDS)
            self._watcher = None

    @property
    def pids(self) -> tuple[int, ...]:
        """The process ids of the data plane; empty when it does not run."""
        child = self._child
        return (child.pid,) if child is not None and child.poll() is None else ()

    def apply(self, config: BalancerConfig) -> tuple[int, ...]:
        """Make everything so; when this returns, new requests see it. Returns the ports that somebody else has.

        Raises EmulatorError when the data plane does not take it, which it does not even after a new start.
        """
        with self._applying:
            if config == self._config and self._report.generation == self._generation and not self._report.unbound:
                return ()
            with self._changed:
                self._generation += 1
                self._config = config
                if not self._running:
                    return ()
                self._send()
                wanted = self._generation
                if not self._changed.wait_for(lambda: self._has(wanted) or not self._running, APPLY_SECONDS):
                    raise EmulatorError(
                        "the load balancer's process does not answer",
                        hint=f"look into {self._log}, then run `hivemind emulator stop` and start again",
                        where="balancer",
                    )
                return self._report.unbound

    def health(self) -> Health:
        """Every target of every target group, draining ones too."""
        return self._report.health

    def metrics(self) -> Metrics:
        """What was counted since the start."""
        with self._changed:
            counts = Counts()
            counts.add(self._counts)
            return Metrics(counts, self._number("healthy"), self._number("unhealthy"))

    def take(self) -> dict[int, Counts]:
        """What was counted since this was last called, by the minute (since 1970) in which it was heard."""
        with self._changed:
            taken, self._untaken = self._untaken, {}
            return taken

    @property
    def _log(self) -> Path:
        return self._state_dir / "balancer.log"

    def _has(self, generation: int) -> bool:
        return self._report.generation >= generation

    def _number(self, state: str) -> dict[str, int]:
        return {arn: sum(target.verdict.state == state for target in targets) for arn, targets in self.health().items()}

    def _spawn(self) -> None:
        with self._log.open("ab") as log:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "hivemind.emulator.balancer"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd="/",
                env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
                start_new_session=True,  # so that Linux does not weigh it together with the control plane
            )
        self._send()

    def _send(self) -> None:
        """Hand the configuration over; if the child is gone, the watcher does so with the next one."""
        child = self._child
        if child is not None and child.stdin is not None and self._generation:
            with suppress(BrokenPipeError, ValueError):
                child.stdin.write(dump_config(self._generation, self._config))
                child.stdin.flush()

    def _watch(self) -> None:
        """Hear one child after the other."""
        while (child := self._child) is not None and child.stdout is not None:
            born = time.monotonic()
            for line in child.stdout:
                self._hear(load_report(line))
            child.wait()
            if time.monotonic() - born < RESTART_SECONDS:
                time.sleep(RESTART_SECONDS)
            with self._changed:
                if not self._running:
                    return
                _close(child)
                self._report = forgotten(self._report)
                self._spawn()

    def _hear(self, report: Report) -> None:
        with self._changed:
            self._counts.add(report.counts)
            self._untaken.setdefault(int(time.time()) // 60, Counts()).add(report.counts)
            self._report = report
            self._changed.notify_all()


def forgotten(report: Report) -> Report:
    """What is known once the process that told it is gone: which targets there are, and of none how it does."""
    health = {arn: tuple(map(_unknown, targets)) for arn, targets in report.health.items()}
    return Report(0, report.unbound, health, Counts())


def _unknown(target: TargetHealth) -> TargetHealth:
    is_checked = target.verdict.state in ("healthy", "unhealthy")
    return replace(target, verdict=CHECKING if is_checked else target.verdict, in_flight=0)


def _end(child: subprocess.Popen[bytes]) -> None:
    """The end of its input is the child's end; one that does not see it is killed."""
    if child.stdin is not None:
        with suppress(BrokenPipeError):
            child.stdin.close()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _close(child: subprocess.Popen[bytes]) -> None:
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
