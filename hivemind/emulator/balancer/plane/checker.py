"""Asks a target for its health path, at the interval that is configured.

An initial target is asked at once and then every second until it passes for the first time. These early checks can
only make it healthy sooner; it becomes unhealthy by the checks that were due, exactly as configured.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

import httptools

from hivemind.emulator.balancer.config import Address, HealthCheck
from hivemind.emulator.balancer.plane.health import Failed, HealthState, Passed, Result, matches

EARLY_SECONDS = 1.0


async def keep_checking(
    address: Address | None, check: HealthCheck, state: HealthState, told: Callable[[], None]
) -> None:
    """Check one target for ever; `told` is called whenever its verdict changed."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        now = loop.time()
        before = state.verdict
        result = await probe(address, check)
        if now >= due:
            due += check.interval
            state.judge(result, check)
        else:
            state.judge_early(result, check)
        if state.verdict != before:
            told()
        wake = min(due, now + EARLY_SECONDS) if state.verdict.state == "initial" else due
        await asyncio.sleep(max(0.0, wake - loop.time()))


async def probe(address: Address | None, check: HealthCheck) -> Result:
    """One check over a connection of its own."""
    if address is None:
        return Failed("Target.FailedHealthChecks")
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[int] = loop.create_future()
    transport: asyncio.BaseTransport | None = None
    try:
        async with asyncio.timeout(check.timeout):
            transport, _ = await loop.create_connection(lambda: _Check(answer, check.path, address), *address)
            status = await answer
    except TimeoutError:
        return Failed("Target.Timeout")
    except (OSError, httptools.HttpParserError):
        return Failed("Target.FailedHealthChecks")
    finally:
        if transport is not None:
            transport.close()
    return Passed() if matches(check.codes, status) else Failed("Target.ResponseCodeMismatch", status)


class _Check(asyncio.Protocol):
    """Sends the request and waits for the whole answer."""

    def __init__(self, answer: asyncio.Future[int], path: str, address: Address) -> None:
        self._answer = answer
        self._parser = httptools.HttpResponseParser(self)
        self._status = 0
        host, port = address
        self._request = (
            f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n"
            "User-Agent: ELB-HealthChecker/2.0\r\nAccept-Encoding: gzip, compressed\r\n\r\n"
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the event loop."""
        cast(asyncio.Transport, transport).write(self._request.encode())

    def data_received(self, data: bytes) -> None:
        """Called by the event loop."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._end(None)
        except httptools.HttpParserError as error:
            self._end(error)

    def on_message_begin(self) -> None:
        """Called by the parser."""

    def on_headers_complete(self) -> None:
        """Called by the parser."""
        self._status = self._parser.get_status_code()

    def on_message_complete(self) -> None:
        """Called by the parser; an interim answer is not the answer."""
        if self._status >= 200:
            self._end(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the event loop; the end of the connection is the end of an answer without a length."""
        self._end(None if self._status >= 200 and exc is None else ConnectionResetError())

    def _end(self, error: Exception | None) -> None:
        if self._answer.done():
            return
        if error is None:
            self._answer.set_result(self._status)
        else:
            self._answer.set_exception(error)
