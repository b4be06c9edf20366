"""Rules: the first whose conditions all hold decides, patterns match as AWS documents, weights are kept."""

from __future__ import annotations

from collections import Counter

import pytest

from hivemind.emulator.balancer.config import (
    Condition,
    FixedResponse,
    Forward,
    HostHeader,
    HttpHeader,
    PathPattern,
    QueryString,
    Redirect,
    RequestMethod,
    Rule,
    SourceIp,
)
from hivemind.emulator.balancer.plane.conditions import compiled
from hivemind.emulator.balancer.plane.request import Request
from hivemind.emulator.balancer.plane.routing import Router, Weighted, location

PEER = b"127.0.0.1"


def asked(target: str = "/", method: str = "GET", headers: tuple[tuple[str, str], ...] = ()) -> Request:
    fields = [(name.lower().encode(), name.encode(), value.encode()) for name, value in headers]
    return Request(method.encode(), target.encode(), fields, {lowered: value for lowered, _, value in fields})


@pytest.mark.parametrize(
    "pattern, path, matches",
    [
        ("/*", "/", True),
        ("/*", "/a/b", True),
        ("/img/*", "/img/", True),
        ("/img/*", "/img", False),
        ("/img/*", "/IMG/x", False),
        ("/?", "/a", True),
        ("/?", "/", False),
        ("/?", "/ab", False),
        ("/a.b", "/a.b", True),
        ("/a.b", "/axb", False),
        ("/a", "/a?b=c", True),
        ("*.php", "/index.php", True),
        (r"/\*", "/*", True),
        (r"/\*", "/x", False),
        ("/[a-z]", "/b", False),
        ("/*/*/x", "/1/2/x", True),
    ],
)
def test_path_pattern(pattern: str, path: str, matches: bool) -> None:
    assert compiled(PathPattern((pattern,)))(asked(path), PEER) is matches


@pytest.mark.parametrize(
    "condition, request_, matches",
    [
        (HostHeader(("api.example.com",)), asked(headers=(("Host", "API.example.com:8080"),)), True),
        (HostHeader(("*.example.com",)), asked(headers=(("Host", "example.com"),)), False),
        (HostHeader(("[::1]",)), asked(headers=(("Host", "[::1]:80"),)), True),
        (HostHeader(("a", "b")), asked(headers=(("Host", "b"),)), True),
        (HostHeader(("*",)), asked(), True),
        (HttpHeader("X-Test", ("Blue-*",)), asked(headers=(("x-test", "blue-7"),)), True),
        (HttpHeader("X-Test", ("blue",)), asked(headers=(("X-Test", "blue2"),)), False),
        (HttpHeader("X-Test", ("blue",)), asked(headers=(("X-Test", "green"), ("X-Test", "blue"))), True),
        (HttpHeader("X-Test", ("*",)), asked(), False),
        (RequestMethod(("POST", "PUT")), asked(method="PUT"), True),
        (RequestMethod(("GET",)), asked(method="HEAD"), False),
        (QueryString((("version", "v1"),)), asked("/?a=b&VERSION=V1"), True),
        (QueryString((("version", "v1"),)), asked("/?version=v2"), False),
        (QueryString(((None, "*beta*"),)), asked("/?channel=my-beta-1"), True),
        (QueryString(((None, "*beta*"),)), asked("/"), False),
        (SourceIp(("127.0.0.0/8",)), asked(), True),
        (SourceIp(("10.0.0.0/8", "192.168.1.1/32")), asked(), False),
    ],
)
def test_condition(condition: Condition, request_: Request, matches: bool) -> None:
    assert compiled(condition)(request_, PEER) is matches


def test_every_condition_must_hold_and_the_first_rule_wins() -> None:
    both = (PathPattern(("/a*",)), RequestMethod(("POST",)))
    router = Router(
        (
            Rule(both, FixedResponse(201)),
            Rule((PathPattern(("/a*",)),), FixedResponse(202)),
            Rule((PathPattern(("/a*",)),), FixedResponse(203)),
            Rule((), FixedResponse(404)),
        )
    )

    assert router.route(asked("/a", "POST"), PEER) == FixedResponse(201)
    assert router.route(asked("/a", "GET"), PEER) == FixedResponse(202)
    assert router.route(asked("/b", "POST"), PEER) == FixedResponse(404)


def test_a_listener_without_rules_has_nothing() -> None:
    assert Router(()).route(asked(), PEER) == FixedResponse(404)


@pytest.mark.parametrize("weights", [(50, 50), (90, 10), (1, 3)])
def test_weights_are_kept(weights: tuple[int, int]) -> None:
    choice = Weighted(Forward((("blue", weights[0]), ("green", weights[1]))))

    seen = Counter(choice.choose(asked()) for _ in range(20_000))

    assert seen["blue"] / 20_000 == pytest.approx(weights[0] / sum(weights), abs=0.02)


def test_a_group_of_weight_zero_gets_nothing() -> None:
    choice = Weighted(Forward((("blue", 0), ("green", 1))))

    assert {choice.choose(asked()) for _ in range(1000)} == {"green"}


def test_weights_that_are_all_zero_choose_nobody() -> None:
    assert Weighted(Forward((("blue", 0), ("green", 0)))).choose(asked()) is None


@pytest.mark.parametrize(
    "redirect, expected",
    [
        (Redirect(301), "http://shop.test:8080/a/b?c=d"),
        (Redirect(301, protocol="HTTPS", port="443"), "https://shop.test:443/a/b?c=d"),
        (Redirect(302, host="www.#{host}", path="/new/#{path}", query=""), "http://www.shop.test:8080/new/a/b"),
        (Redirect(302, path="/", query="from=#{path}&#{query}"), "http://shop.test:8080/?from=a/b&c=d"),
    ],
)
def test_redirect(redirect: Redirect, expected: str) -> None:
    request = asked("/a/b?c=d", headers=(("Host", "shop.test:9999"),))

    assert location(redirect, request, 8080) == expected.encode()


def test_what_a_client_sends_is_not_a_placeholder() -> None:
    request = asked("/#{host}", headers=(("Host", "h"),))

    assert location(Redirect(301), request, 80) == b"http://h:80/#{host}"
