"""A load generator: keep-alive connections that ask as fast as they are answered, and count every failure.

As a module: `async with LoadGenerator(url) as load: ...; load.phase("shift"); ...; load.result()`. As a script:
`python -m tests.bench.loadgen URL --connections 16 --seconds 10 --phase shift:3 --phase drain:6`, which prints a table
and ends with 1 when anything failed. Nothing is ever retried: a refused or broken connection is a failed request.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from tests.bench.wire import SECOND, Wire

PAUSE_AFTER_FAILURE = 0.01
JITTER = 0.005


@dataclass
class Phase:
    """What happened from one mark to the next; latencies in seconds, of answered requests."""

    name: str
    seconds: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    served_by: Counter[str] = field(default_factory=Counter)
    failed: int = 0

    @property
    def requests(self) -> int:
        """Every request, failed ones too."""
        return sum(self.outcomes.values())

    def quantile(self, share: float) -> float:
        """The latency that `share` of the answered requests did not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    def __str__(self) -> str:
        rate = self.requests / self.seconds if self.seconds else 0.0
        return (
            f"{self.name:<14} {self.requests:>8} requests {self.failed:>6} failed {rate:>8.0f}/s"
            f"  p50 {self.quantile(0.5) * 1000:6.2f} ms  p99 {self.quantile(0.99) * 1000:6.2f} ms"
        )


@dataclass(frozen=True)
class Result:
    """All phases in their order."""

    phases: tuple[Phase, ...]

    @property
    def requests(self) -> int:
        return sum(phase.requests for phase in self.phases)

    @property
    def failed(self) -> int:
        return sum(phase.failed for phase in self.phases)

    @property
    def outcomes(self) -> Counter[str]:
        """How often each status, and each error of the connection by its name."""
        return sum((phase.outcomes for phase in self.phases), Counter())

    @property
    def served_by(self) -> Counter[str]:
        """How often each value of the `X-Served-By` header was seen."""
        return sum((phase.served_by for phase in self.phases), Counter())

    def __getitem__(self, name: str) -> Phase:
        return next(phase for phase in self.phases if phase.name == name)


class LoadGenerator:
    """Keeps `connections` busy with GET requests from entering to leaving, or until `limit` requests were made.

    With `pause` a connection rests for about so many seconds between two requests; `in_step`, all rest together from
    when the last was answered, and so ask in one burst.
    """

    def __init__(
        self,
        url: str,
        *,
        connections: int = 16,
        timeout: float = 10.0,
        limit: int | None = None,
        pause: float = 0.0,
        in_step: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        lines = [f"GET {target} HTTP/1.1", f"Host: {parts.netloc}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self._request = ("\r\n".join(lines) + "\r\n\r\n").encode()
        self._connections, self._timeout = connections, timeout
        self._left = limit
        self._pause = pause
        self._step = asyncio.Barrier(connections) if in_step else None
        self._phases = [Phase("start")]
        self._began = time.perf_counter()
        self._workers: list[asyncio.Task[None]] = []
        self._over = False

    async def __aenter__(self) -> Self:
        self._began = time.perf_counter()
        self._workers = [asyncio.create_task(self._work()) for _ in range(self._connections)]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._over = True
        if self._step:
            await self._step.abort()
        await self.wait()
        self._close_phase()

    async def wait(self) -> None:
        """Until every connection has made its last request."""
        await asyncio.gather(*self._workers)

    def phase(self, name: str) -> None:
        """Requests that end from now on belong to a new phase."""
        self._close_phase()
        self._phases.append(Phase(name))

    def result(self) -> Result:
        """What happened so far."""
        return Result(tuple(self._phases))

    def _close_phase(self) -> None:
        now = time.perf_counter()
        self._phases[-1].seconds = now - self._began
        self._began = now

    async def _work(self) -> None:
        connection: Wire | None = None
        while self._more():
            began = time.time_ns()
            try:
                async with asyncio.timeout(self._timeout):
                    connection = connection or await Wire.to(self._host, self._port)
                    status, headers = await self._ask(connection)
            except (OSError, EOFError, ValueError) as error:
                self._count(type(error).__name__, failed=True)
                _close(connection)
                connection = None
                await self._rest(PAUSE_AFTER_FAILURE)
                continue
            phase = self._phases[-1]
            phase.latencies.append((connection.arrived - began) / SECOND)
            phase.served_by[headers.get("x-served-by", "")] += 1
            self._count(str(status), failed=not 200 <= status < 400)
            if headers.get("connection", "").lower() == "close":
                _close(connection)
                connection = None
            await self._rest(0.0)
        _close(connection)

    async def _rest(self, least: float) -> None:
        if self._step:
            with suppress(asyncio.BrokenBarrierError):
                await self._step.wait()
        if pause := max(least, self._pause and self._pause + random.uniform(-JITTER, JITTER)):
            await asyncio.sleep(pause)

    def _more(self) -> bool:
        if self._left is not None:
            self._left -= 1
        return not self._over and (self._left is None or self._left >= 0)

    def _count(self, outcome: str, *, failed: bool) -> None:
        phase = self._phases[-1]
        phase.outcomes[outcome] += 1
        phase.failed += failed

    async def _ask(self, connection: Wire) -> tuple[int, dict[str, str]]:
        connection.send(self._request)
        reader = connection.reader
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split(" ", 2)[1])
        pairs = (line.partition(":") for line in head[1:] if line)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        if headers.get("transfer-encoding", "").lower() == "chunked":
            while size := int(await reader.readline(), 16):
                await reader.readexactly(size + 2)
            await reader.readline()
        else:
            await reader.readexactly(int(headers.get("content-length", "0")))
        return status, headers


def _close(connection: Wire | None) -> None:
    if connection is not None:
        connection.close()


async def _run(arguments: argparse.Namespace) -> Result:
    marks = sorted((float(at), name) for name, _, at in (one.partition(":") for one in arguments.phase))
    began = time.monotonic()
    async with LoadGenerator(arguments.url, connections=arguments.connections, timeout=arguments.timeout) as load:
        for at, name in marks:
            await asyncio.sleep(max(0.0, began + at - time.monotonic()))
            load.phase(name)
        await asyncio.sleep(max(0.0, began + arguments.seconds - time.monotonic()))
    return load.result()


def main() -> int:
    parser = argparse.ArgumentParser(description="Load with GET requests over keep-alive connections.")
    parser.add_argument("url")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--timeout", type=float, default=10.0)
    parser.add_argument("--phase", action="append", default=[], metavar="NAME:SECOND", help="begin a phase at a second")
    result = asyncio.run(_run(parser.parse_args()))
    for phase in result.phases:
        print(phase)
    print(f"{result.requests} requests, {result.failed} failed:", dict(result.outcomes))
    return 1 if result.failed else 0


if __name__ == "__main__":
    sys.exit(main())
