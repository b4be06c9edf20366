"""Bytes → requests: what an Application Load Balancer refuses is refused, however the bytes are cut."""

from __future__ import annotations

import pytest

from hivemind.emulator.balancer.plane.reader import RequestReader
from hivemind.emulator.balancer.plane.request import Request

MANY = b"".join(b"X-%d: %b\r\n" % (n, b"a" * 999) for n in range(70))


class Collector:
    """Keeps the requests, and the bodies as they come."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.bodies: list[bytes] = []
        self.broken: list[int] = []

    def begin(self, request: Request) -> None:
        self.requests.append(request)
        self.bodies.append(b"")
        request.attach(self)

    def body(self, data: bytes) -> None:
        self.bodies[-1] += data

    def body_end(self) -> None:
        pass

    def body_broken(self, status: int) -> None:
        self.broken.append(status)


def read(*parts: bytes) -> Collector:
    collector = Collector()
    reader = RequestReader(collector)
    for part in parts:
        while part:
            part = reader.feed(part)
    return collector


def test_a_request_is_read_however_it_is_cut() -> None:
    whole = b"POST /a/b?c=d HTTP/1.1\r\nHost: x\r\nX-One: 1\r\nContent-Length: 5\r\n\r\nhello"

    for parts in ([whole], [whole[i : i + 1] for i in range(len(whole))]):
        found = read(*parts)
        (request,) = found.requests
        assert (request.method, request.path, request.query) == (b"POST", b"/a/b", b"c=d")
        assert request.values(b"x-one") == [b"1"]
        assert request.complete
        assert found.bodies == [b"hello"]


def test_pipelined_requests_come_in_their_order() -> None:
    found = read(b"".join(b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % n for n in range(3)))

    assert [request.path for request in found.requests] == [b"/0", b"/1", b"/2"]


def test_chunks_are_unwrapped_and_trailers_dropped() -> None:
    found = read(
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Late: 1\r\n\r\n"
    )

    assert found.bodies == [b"abcde"]
    assert found.requests[0].chunked
    assert found.requests[0].values(b"x-late") == []


@pytest.mark.parametrize(
    "head, status",
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET nowhere HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: one\r\n two\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400),
        (b"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 405),
        (b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 405),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
        (b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: " + b"1.1.1.1, " * 29 + b"1.1.1.1\r\n\r\n", 0),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: " + b"1.1.1.1, " * 30 + b"1.1.1.1\r\n\r\n", 463),
        (b"GET /" + b"a" * 16_400 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 16_400 + b"\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\n" + MANY + b"\r\n", 400),
    ],
)  # fmt: skip
def test_refusals(head: bytes, status: int) -> None:
    assert read(head).requests[0].refusal == status


def test_a_head_that_never_ends_is_refused_before_it_is_all_kept() -> None:
    parts = [b"GET / HTTP/1.1\r\nHost: a\r\n"] + [b"X-%d: %b\r\n" % (n, b"a" * 999) for n in range(70)]

    assert read(*parts).requests[0].refusal == 400


@pytest.mark.parametrize("size", [16_000, 60_000])
def test_a_head_below_the_quotas_is_fine(size: int) -> None:
    fields = b"".join(b"X-%d: %b\r\n" % (n, b"a" * 990) for n in range(size // 1000))

    (request,) = read(b"GET / HTTP/1.1\r\nHost: a\r\n" + fields + b"\r\n").requests

    assert request.refusal == 0


def test_a_body_that_turns_out_malformed_breaks_its_request() -> None:
    found = read(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nZZ\r\n")

    assert found.requests[0].refusal == 0
    assert found.broken == [400]


def test_an_old_client_needs_no_host_and_does_not_stay() -> None:
    (request,) = read(b"GET / HTTP/1.0\r\n\r\n").requests

    assert (request.refusal, request.http11, request.keep_alive) == (0, False, False)


def test_an_absolute_url_is_made_relative() -> None:
    (request,) = read(b"GET http://shop.test:80?x=1 HTTP/1.1\r\nHost: other\r\n\r\n").requests

    assert (request.target, request.query, request.values(b"host")) == (b"/?x=1", b"x=1", [b"shop.test:80"])


def test_options_of_the_server_itself() -> None:
    assert read(b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").requests[0].refusal == 0


@pytest.mark.parametrize("protocol, upgrades", [(b"websocket", True), (b"WebSocket", True), (b"h2c", False)])
def test_only_websockets_upgrade(protocol: bytes, upgrades: bool) -> None:
    found = read(
        b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: " + protocol + b"\r\n\r\n"
        b"GET /next HTTP/1.1\r\nHost: a\r\n\r\n"
    )

    assert found.requests[0].upgrade is upgrades
    assert found.requests[1].path == b"/next"
