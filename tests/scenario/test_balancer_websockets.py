"""Websockets: they pass both ways for as long as somebody speaks, and end with the drain's delay or after silence."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.scenario.balancer_site import Site, read_answer, site, until

pytestmark = pytest.mark.slow
Scenario = Callable[[Site], Awaitable[None]]
UPGRADE = (
    b"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def run(folder: Path, scenario: Scenario) -> None:
    async def play() -> None:
        async with asyncio.timeout(60), site(folder) as made:
            await scenario(made)

    asyncio.run(play())


async def opened(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(UPGRADE)
    assert (await read_answer(reader)).status == 101


async def echoed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, size: int = 10) -> None:
    frame = random.Random(size).randbytes(size)
    writer.write(frame)
    assert await reader.readexactly(size) == frame


async def reported(site: Site, in_flight: int) -> None:
    """Wait until so many websockets are told of; a report comes with the next request that is counted."""
    async with asyncio.timeout(20):
        while site.balancer.health()["blue"][0].in_flight != in_flight:
            await site.ask("GET /")
            await asyncio.sleep(0.05)


async def ended(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""


def test_a_drain_lets_a_websocket_go_on_until_its_delay_is_over(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        leaving = await site.app("i-leaving")
        site.delay = 1.5
        await site.ready()
        async with site.connection() as (reader, writer):
            await opened(reader, writer)
            await echoed(reader, writer, 300_000)
            site.groups["blue"].remove(leaving)
            began = time.monotonic()
            site.apply()
            assert site.verdict("i-leaving").state == "draining"
            await echoed(reader, writer)

            assert await ended(reader) == b""
            assert time.monotonic() - began > 1.0, "not before the delay was over"
        await until(lambda: site.verdict("i-leaving").state == "unused")

    run(tmp_path, scenario)


@pytest.mark.proof
def test_speaking_keeps_it_open_and_silence_ends_it(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        await site.app("i-blue")
        site.idle_timeout = 1.0
        await site.ready()
        async with site.connection() as (reader, writer):
            await opened(reader, writer)
            began = time.monotonic()
            while time.monotonic() - began < 3.5:
                await echoed(reader, writer)
                await asyncio.sleep(0.2)
            assert await ended(reader) == b"", "nobody said anything any more"

    run(tmp_path, scenario)


@pytest.mark.proof
def test_either_side_may_end_it(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        app = await site.app("i-blue")
        await site.ready()
        async with site.connection() as (reader, writer):
            await opened(reader, writer)
            await reported(site, 1)
        await reported(site, 0)

        async with site.connection() as (reader, writer):
            await opened(reader, writer)
            await app.stop()
            assert await ended(reader) == b""

    run(tmp_path, scenario)
