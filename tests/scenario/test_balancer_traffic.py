"""Requests through the real data plane: routing, framing, limits and the errors that an ALB answers."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from hivemind.emulator.balancer.config import (
    FixedResponse,
    Forward,
    HttpHeader,
    PathPattern,
    Redirect,
)
from hivemind.emulator.balancer.report import BalancerCounts
from tests.bench.loadgen import LoadGenerator
from tests.scenario.balancer_site import Site, read_answer, site, until

pytestmark = [pytest.mark.slow, pytest.mark.proof]
NONE = BalancerCounts()
Scenario = Callable[[Site], Awaitable[None]]


def run(folder: Path, scenario: Scenario) -> None:
    async def play() -> None:
        async with asyncio.timeout(60), site(folder) as made:
            await scenario(made)

    asyncio.run(play())


async def two_colours(site: Site) -> None:
    await site.app("i-blue", "blue")
    await site.app("i-green", "green")
    site.weights = (("blue", 50), ("green", 50))
    await site.ready()


def test_weights_are_respected_over_ten_thousand_requests(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        await two_colours(site)
        site.weights = (("blue", 80), ("green", 20))
        site.apply()
        async with LoadGenerator(site.url, connections=8, limit=10_000) as load:
            await load.wait()
        result = load.result()

        assert (result.requests, result.failed) == (10_000, 0)
        assert result.served_by["i-blue"] / 10_000 == pytest.approx(0.80, abs=0.02)

    run(tmp_path, scenario)


def test_a_change_of_weights_holds_for_the_next_request_and_fails_none(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        await two_colours(site)
        async with LoadGenerator(site.url, connections=8) as load:
            for turn in range(20):
                site.weights = (("blue", turn % 2), ("green", 1 - turn % 2))
                site.apply()
                answers = [await site.ask("GET /after") for _ in range(5)]
                wanted = b"i-blue" if turn % 2 else b"i-green"
                assert {answer.body for answer in answers} == {wanted}
        result = load.result()

        assert result.requests > 100
        assert result.failed == 0, result.outcomes

    run(tmp_path, scenario)


def test_rules_send_a_request_elsewhere(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        site.rules = (
            ((HttpHeader("X-HiveMind-Test", ("green-token",)),), Forward((("green", 1),))),
            ((PathPattern(("/gone/*",)),), FixedResponse(410, "text/html", "<b>gone</b>")),
            ((PathPattern(("/old/*",)),), Redirect(301, path="/new/#{path}")),
        )
        await site.app("i-blue", "blue")
        await site.app("i-green", "green")
        await site.ready()

        assert (await site.ask("GET /")).body == b"i-blue"
        assert (await site.ask("GET /\nX-HiveMind-Test: green-token")).body == b"i-green"
        assert (await site.ask("GET /\nX-HiveMind-Test: green-guess")).body == b"i-blue"
        gone = await site.ask("GET /gone/x")
        assert (gone.status, gone.headers["content-type"], gone.body) == (410, "text/html", b"<b>gone</b>")
        moved = await site.ask("GET /old/x?y=z")
        assert moved.status == 301
        assert moved.headers["location"] == f"http://shop.test:{site.port}/new/old/x?y=z"

    run(tmp_path, scenario)


def test_the_target_is_told_of_the_client(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        app = await site.app("i-blue")
        await site.ready()

        await site.ask("GET /told?x=1\nX-Forwarded-For: 1.2.3.4\nConnection: close, X-Private\nX-Private: 1")

        head = app.last_head.decode()
        assert head.startswith("GET /told?x=1 HTTP/1.1\r\nHost: shop.test\r\n")
        assert "X-Forwarded-For: 1.2.3.4, 127.0.0.1\r\n" in head
        assert f"X-Forwarded-Port: {site.port}\r\n" in head
        assert "X-Amzn-Trace-Id: Root=1-" in head
        assert "X-Private" not in head
        assert "Connection" not in head

    run(tmp_path, scenario)


@pytest.mark.parametrize("chunked", [False, True])
def test_large_bodies_arrive_unchanged_both_ways(tmp_path: Path, chunked: bool) -> None:
    body = random.Random(7).randbytes(64 * 1024 * 1024)
    pieces = [body[at : at + 65_000] for at in range(0, len(body), 65_000)]
    framed = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"

    async def scenario(site: Site) -> None:
        await site.app("i-blue")
        await site.ready()
        if chunked:
            answer = await site.ask("POST /echo\nTransfer-Encoding: chunked\nX-Chunk-Me: 1", framed)
        else:
            answer = await site.ask(f"POST /echo\nContent-Length: {len(body)}", body)

        (pid,) = site.balancer.pids
        assert _megabytes(pid) < 80, "bodies pass through, they are not kept"
        assert answer.status == 200
        assert hashlib.sha256(answer.body).digest() == hashlib.sha256(body).digest()

    run(tmp_path, scenario)


def test_a_slow_reader_makes_the_target_wait(tmp_path: Path) -> None:
    body = bytes(64 * 1024 * 1024)

    async def scenario(site: Site) -> None:
        await site.app("i-blue")
        await site.ready()
        (pid,) = site.balancer.pids
        async with site.connection() as (reader, writer):
            writer.write(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            await writer.drain()
            await reader.readuntil(b"\r\n\r\n")
            assert _megabytes(pid) < 80
            assert await reader.readexactly(len(body)) == body

    run(tmp_path, scenario)


def _megabytes(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@pytest.mark.parametrize(
    "head, status, body",
    [
        ("HEAD /", 200, b""),
        ("GET /none", 204, b""),
        ("GET /same", 304, b""),
        ("GET /to-the-end", 200, b"all there is"),
        ("GET /last", 200, b"last"),
        ("GET /teapot", 418, b""),
        ("GET /chunked\nX-Chunk-Me: 1", 200, b"i-blue"),
        ("DELETE /echo\nContent-Length: 0", 200, b"i-blue"),
    ],
)
def test_answers_of_every_framing_and_another_after_them(tmp_path: Path, head: str, status: int, body: bytes) -> None:
    first, *fields = head.split("\n")
    request = "\r\n".join([f"{first} HTTP/1.1", "Host: x", *fields]) + "\r\n\r\n"

    async def scenario(site: Site) -> None:
        await site.app("i-blue")
        await site.ready()
        async with site.connection() as (reader, writer):
            for _ in range(3):
                writer.write(request.encode())
                answer = await read_answer(reader, bodiless=first.startswith("HEAD"))
                assert (answer.status, answer.body) == (status, body)
                assert answer.headers["connection"] == "keep-alive"

    run(tmp_path, scenario)


def test_the_head_of_an_answer_does_not_wait_for_its_body(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        app = await site.app("i-blue")
        await site.ready()
        async with site.connection() as (reader, writer):
            writer.write(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
            assert head.startswith(b"HTTP/1.1 200 ")
            app.go_on.set()
            assert await reader.readexactly(8) == b"finished"

    run(tmp_path, scenario)


def test_pipelined_requests_are_answered_in_their_order(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        site.rules = (((PathPattern(("/fixed",)),), FixedResponse(200, body="fixed")),)
        await site.app("i-blue")
        await site.ready()
        requests = []
        for n in range(300):
            echo = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n%03d" % n
            requests.append(b"GET /fixed HTTP/1.1\r\nHost: x\r\n\r\n" if n % 3 == 0 else echo)
        async with site.connection() as (reader, writer):
            writer.write(b"".join(requests))
            for n in range(300):
                answer = await read_answer(reader)
                assert answer.body == (b"fixed" if n % 3 == 0 else b"%03d" % n)

    run(tmp_path, scenario)


def test_old_clients_get_whole_answers_and_the_end(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        await site.app("i-blue")
        await site.ready()
        for field, ending in ((b"", b"close"), (b"Connection: keep-alive\r\n", b"keep-alive")):
            async with site.connection() as (reader, writer):
                writer.write(b"GET / HTTP/1.0\r\n" + field + b"\r\n")
                assert (await read_answer(reader)).headers["connection"] == ending.decode()
        async with site.connection() as (reader, writer):
            writer.write(b"GET / HTTP/1.0\r\nX-Chunk-Me: 1\r\n\r\n")
            whole = await reader.read()
            assert b"chunked" not in whole.lower()
            assert whole.endswith(b"\r\n\r\ni-blue")

    run(tmp_path, scenario)


def test_expect_continue(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        await site.app("i-blue")
        await site.ready()
        async with site.connection() as (reader, writer):
            writer.write(b"POST /expect HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
            assert (await read_answer(reader)).status == 100
            writer.write(b"hello")
            assert (await read_answer(reader)).body == b"hello"

    run(tmp_path, scenario)


def test_an_answer_before_the_body_is_in_does_not_upset_the_connection(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        await site.app("i-blue")
        await site.ready()
        async with site.connection() as (reader, writer):
            writer.write(b"POST /500 HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc")
            assert (await read_answer(reader)).status == 500
            writer.write(b"defGET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert (await read_answer(reader)).body == b"i-blue"

    run(tmp_path, scenario)


def test_websockets_pass_through(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        await site.app("i-blue")
        await site.ready()
        async with site.connection() as (reader, writer):
            writer.write(
                b"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
                b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            )
            answer = await read_answer(reader)
            assert (answer.status, answer.headers["upgrade"]) == (101, "websocket")
            assert answer.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
            for size in (10, 300_000):
                frame = random.Random(size).randbytes(size)
                writer.write(frame)
                assert await reader.readexactly(size) == frame

    run(tmp_path, scenario)


def test_a_declined_websocket_is_an_ordinary_answer(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        await site.app("i-blue")
        await site.ready()
        async with site.connection() as (reader, writer):
            for _ in range(2):
                writer.write(b"GET /teapot HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
                assert (await read_answer(reader)).status == 418

    run(tmp_path, scenario)


def test_connections_to_targets_are_kept(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        app = await site.app("i-blue")
        site.check = site.check.__class__("/health", interval=60, timeout=5)
        await site.ready()
        before = app.connections
        for _ in range(20):
            await site.ask("GET /")

        assert app.connections == before + 1

    run(tmp_path, scenario)


def test_a_target_that_hangs_up_idle_connections_early_costs_requests(tmp_path: Path) -> None:
    """The control: an app whose keep-alive is shorter than the balancer's 60 seconds fails some, as on AWS."""

    async def scenario(site: Site) -> None:
        app = await site.app("i-blue")
        app.keep_alive_seconds = 0.002
        await site.ready()
        failed = 0
        for _ in range(3000):
            failed += (await site.ask("GET /")).status == 502
            if failed:
                break
            await asyncio.sleep(0.001 + 0.002 * random.random())

        assert failed

    run(tmp_path, scenario)


@pytest.mark.parametrize("path", ["/hang-up", "/nonsense"])
def test_a_target_that_answers_nothing_sensible_is_a_502(tmp_path: Path, path: str) -> None:
    async def scenario(site: Site) -> None:
        app = await site.app("i-blue")
        await site.ready()

        answer = await site.ask(f"GET {path}")

        assert (answer.status, answer.headers["server"]) == (502, "awselb/2.0")
        assert app.paths.count(path) == 1, "a request is never sent twice"

    run(tmp_path, scenario)


def test_an_answer_that_is_cut_short_is_not_passed_off_as_whole(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        await site.app("i-blue")
        await site.ready()

        with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
            await site.ask("GET /cut-short")

    run(tmp_path, scenario)


def test_a_refused_connection_is_a_502(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        app = await site.app("i-blue")
        site.check = site.check.__class__("/health", interval=60, timeout=5)
        await site.ready()
        await app.stop()

        assert (await site.ask("GET /")).status == 502

    run(tmp_path, scenario)


def test_a_silent_target_is_a_504(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        await site.app("i-blue")
        site.idle_timeout = 1.0
        await site.ready()

        assert (await site.ask("GET /silent")).status == 504

    run(tmp_path, scenario)


def test_silent_clients(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        await site.app("i-blue")
        site.idle_timeout = 1.0
        await site.ready()
        async with site.connection() as (reader, writer):
            writer.write(b"GET / HTTP/1.1\r\nHost:")
            assert (await read_answer(reader)).status == 408
            assert await reader.read() == b""
        async with site.connection() as (reader, writer):
            assert await reader.read() == b"", "an idle connection is closed without a word"

    run(tmp_path, scenario)


def test_a_client_s_connection_has_its_time(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        await site.app("i-blue")
        site.keep_alive = 0.5
        await site.ready()
        async with site.connection() as (reader, writer):
            answers = []
            while not answers or answers[-1].headers["connection"] == "keep-alive":
                writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                answers.append(await read_answer(reader))
                await asyncio.sleep(0.05)
            assert {answer.status for answer in answers} == {200}
            assert len(answers) > 1
            assert await reader.read() == b"", "closed after an answer that said so"

    run(tmp_path, scenario)


def test_a_client_that_does_not_wait_is_counted(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        app = await site.app("i-blue")
        await site.ready()
        async with site.connection() as (_, writer):
            writer.write(b"GET /silent HTTP/1.1\r\nHost: x\r\n\r\n")
            await until(lambda: "/silent" in app.paths)
        await until(lambda: site.balancer.metrics().counts.balancers.get("balancer", NONE).codes == {460: 1})

    run(tmp_path, scenario)


def test_a_group_without_targets_is_a_503(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        site.groups["blue"] = []
        site.apply()
        async with site.connection() as (reader, writer):
            for _ in range(2):
                writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                answer = await read_answer(reader)
                assert answer.status == 503
                assert b"503 Service Temporarily Unavailable" in answer.body

    run(tmp_path, scenario)


def test_weights_of_zero_are_a_503(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        await site.app("i-blue")
        site.weights = (("blue", 0),)
        await site.ready()

        assert (await site.ask("GET /")).status == 503

    run(tmp_path, scenario)


@pytest.mark.parametrize(
    "request_, status",
    [
        (b"what is this\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET /%b HTTP/1.1\r\nHost: x\r\n\r\n" % (b"a" * 17_000), 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: %b\r\n\r\n" % (b"a" * 17_000), 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", 400),
        (b"TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: %b" % (b"a" * 2_000_000), 400),
    ],
    ids=["nonsense", "no-host", "long-url", "long-header", "broken-chunk", "trace", "endless"],
)
def test_requests_that_an_alb_refuses(tmp_path: Path, request_: bytes, status: int) -> None:
    async def scenario(site: Site) -> None:
        await site.app("i-blue")
        await site.ready()
        async with site.connection() as (reader, writer):
            writer.write(request_)
            answer = await read_answer(reader)
            assert answer.status == status
            assert answer.headers["connection"] == "close"
        assert (await site.ask("GET /")).status == 200

    run(tmp_path, scenario)


def test_what_passed_is_counted(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        site.rules = (((PathPattern(("/fixed",)),), FixedResponse(200)), ((PathPattern(("/old",)),), Redirect(302)))
        await site.app("i-blue")
        await site.ready()
        for path in ("/", "/", "/teapot", "/hang-up", "/fixed", "/old"):
            await site.ask(f"GET {path}")
        await until(lambda: any(one.requests == 6 for one in site.balancer.metrics().counts.balancers.values()))

        metrics = site.balancer.metrics()
        balancer, group = metrics.counts.balancers["balancer"], metrics.counts.groups["blue"]
        assert (balancer.fixed_responses, balancer.redirects, balancer.codes) == (1, 1, {502: 1})
        assert balancer.new_connections == 6
        assert group.codes == {200: 2, 418: 1}
        assert group.times.count == 3
        assert 0 < group.times.quantile(0.5) < 1
        assert (metrics.healthy, metrics.unhealthy) == ({"blue": 1}, {"blue": 0})

    run(tmp_path, scenario)
