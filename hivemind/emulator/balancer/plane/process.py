"""The data plane's process: configurations come on stdin, reports go to stdout, the end of stdin is its end."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import resource
import signal
import sys
import time

import uvloop

from hivemind.emulator.balancer.plane.dataplane import DataPlane
from hivemind.emulator.balancer.wire import dump_report, load_config

LINE_LIMIT = 64 * 1024 * 1024
BEHIND_LIMIT = 4 * 1024 * 1024
SWEEP_SECONDS = 1.0


def main() -> None:
    """Run until stdin closes, which it does when the daemon ends, however it ends."""
    # Ctrl-C in the daemon's terminal is the daemon's to handle.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    # Requests make garbage in great numbers and hardly any cycles: look for those rarely, and not in the modules.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    uvloop.run(_serve())


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    commands = asyncio.StreamReader(limit=LINE_LIMIT)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin.buffer)
    out, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, sys.stdout.buffer)
    reporter = Reporter(out)
    plane = DataPlane(reporter.soon)
    reporter.plane = plane
    sweeping = loop.create_task(_sweep(plane, reporter))
    try:
        while line := await commands.readline():
            plane.apply(*load_config(line))
            reporter.send()
    finally:
        sweeping.cancel()


class Reporter:
    """Sends reports without ever waiting for the reader; a daemon that is busy misses only intermediate states."""

    plane: DataPlane

    def __init__(self, out: asyncio.WriteTransport) -> None:
        self._out = out
        self._due = False

    def soon(self) -> None:
        """Something changed: report once this turn of the loop is over."""
        if not self._due:
            self._due = True
            asyncio.get_running_loop().call_soon(self.send)

    def send(self) -> None:
        """Report now, unless the reader is far behind: then a later sweep does."""
        if self._out.get_write_buffer_size() < BEHIND_LIMIT:
            self._due = False
            self._out.write(dump_report(self.plane.report()))

    @property
    def due(self) -> bool:
        """Whether a report could not be sent yet."""
        return self._due


async def _sweep(plane: DataPlane, reporter: Reporter) -> None:
    """Every second: time-outs, and the counts when there are any."""
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        plane.expire(time.monotonic())
        if plane.has_counts or reporter.due:
            reporter.send()
