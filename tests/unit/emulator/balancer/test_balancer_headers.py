"""Heads as targets and clients get them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from hivemind.emulator.balancer.config import Listener
from hivemind.emulator.balancer.plane.headers import ForwardedHeads, response_head, trace
from hivemind.emulator.balancer.plane.request import Request
from hivemind.emulator.balancer.plane.upstream import Answer

LISTENER = Listener("listener", "balancer", 8080, ())
ROOT = b"Root=1-67891233-abcdef012345678912345678"


def forwarded(*headers: tuple[str, str], listener: Listener = LISTENER, **flags: bool) -> dict[str, str]:
    fields = [(name.lower().encode(), name.encode(), value.encode()) for name, value in headers]
    request = Request(b"GET", b"/a?b", fields, {lowered: value for lowered, _, value in fields})
    for name, value in flags.items():
        setattr(request, name, value)
    head = ForwardedHeads(listener).make(request, b"10.0.0.9").decode()
    assert head.endswith("\r\n\r\n")
    first, *lines = head[:-4].split("\r\n")
    assert first == "GET /a?b HTTP/1.1"
    return dict(line.split(": ", 1) for line in lines)


def test_the_client_is_told_of() -> None:
    got = forwarded(("Host", "shop.test"), ("X-Custom_Thing", "1"))

    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", got.pop("X-Amzn-Trace-Id"))
    assert got == {
        "Host": "shop.test",
        "X-Custom_Thing": "1",
        "X-Forwarded-For": "10.0.0.9",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Port": "8080",
    }


def test_what_the_client_claims_is_added_to_or_overruled() -> None:
    got = forwarded(("X-Forwarded-For", "1.2.3.4"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Port", "443"))

    assert got["X-Forwarded-For"] == "1.2.3.4, 10.0.0.9"
    assert (got["X-Forwarded-Proto"], got["X-Forwarded-Port"]) == ("http", "8080")


@pytest.mark.parametrize("mode, expected", [("append", "1.2.3.4, 10.0.0.9"), ("preserve", "1.2.3.4"), ("remove", None)])
def test_the_load_balancer_may_be_told_otherwise(mode: str, expected: str | None) -> None:
    listener = replace(LISTENER, forwarded_for=mode)  # type: ignore[arg-type]

    assert forwarded(("X-Forwarded-For", "1.2.3.4"), listener=listener).get("X-Forwarded-For") == expected


@pytest.mark.parametrize("name", ["Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding"])
def test_hop_by_hop_headers_stay_behind(name: str) -> None:
    assert name not in forwarded((name, "close"))


def test_headers_that_connection_names_stay_behind() -> None:
    got = forwarded(("Connection", "close, X-Secret"), ("X-Secret", "1"), ("X-Other", "2"))

    assert "X-Secret" not in got
    assert got["X-Other"] == "2"


def test_invalid_names_are_dropped_when_the_load_balancer_says_so() -> None:
    listener = replace(LISTENER, drop_invalid_headers=True)

    got = forwarded(("Good-1", "1"), ("under_score", "2"), listener=listener)

    assert "Good-1" in got
    assert "under_score" not in got


def test_a_chunked_body_keeps_its_framing() -> None:
    assert forwarded(("Transfer-Encoding", "chunked"), chunked=True)["Transfer-Encoding"] == "chunked"


def test_an_upgrade_is_asked_for_again() -> None:
    got = forwarded(("Connection", "Upgrade"), ("Upgrade", "websocket"), upgrade=True)

    assert (got["Connection"], got["Upgrade"]) == ("Upgrade", "websocket")


@pytest.mark.parametrize(
    "given, expected",
    [
        (b"", rb"Root=1-\w{8}-\w{24}"),
        (ROOT, rb"Self=1-\w{8}-\w{24};" + ROOT),
        (ROOT + b";CalledFrom=app", rb"Self=1-\w{8}-\w{24};" + ROOT + b";CalledFrom=app"),
        (b"Self=1-1-1;" + ROOT, rb"Self=1-\w{8}-\w{24};" + ROOT),
        (b"CalledFrom=app", rb"Root=1-\w{8}-\w{24};CalledFrom=app"),
    ],
)
def test_trace(given: bytes, expected: bytes) -> None:
    assert re.fullmatch(expected, trace(given))


def test_the_answer_keeps_its_headers_but_not_those_of_the_hop() -> None:
    fields = [
        (n.lower(), n, v) for n, v in ((b"Set-Cookie", b"a=1"), (b"Set-Cookie", b"b=2"), (b"Connection", b"close"))
    ]

    head = response_head(Answer(200, b"Fine", fields), b"Connection: keep-alive\r\n")

    assert head == b"HTTP/1.1 200 Fine\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nConnection: keep-alive\r\n\r\n"
