"""Conditions of listener rules, made ready to be asked."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from typing import assert_never

from hivemind.emulator.balancer.config import (
    Condition,
    HostHeader,
    HttpHeader,
    PathPattern,
    QueryString,
    RequestMethod,
    SourceIp,
)
from hivemind.emulator.balancer.plane.request import Request

Predicate = Callable[[Request, bytes], bool]
"""(request, address of the client) → whether the condition is met."""


def compiled(condition: Condition) -> Predicate:
    """The condition as a function."""
    match condition:
        case PathPattern(values):
            return _path(_pattern(values, re.DOTALL))
        case HostHeader(values):
            return _host(_pattern(values, re.IGNORECASE | re.DOTALL))
        case HttpHeader(name, values):
            return _header(name.lower().encode(), _pattern(values, re.IGNORECASE | re.DOTALL))
        case RequestMethod(values):
            return _method(frozenset(value.encode() for value in values))
        case QueryString(values):
            return _query(values)
        case SourceIp(values):
            return _source(values)
        case _:
            assert_never(condition)


def host_name(request: Request) -> bytes:
    """The host that the client asked for, without its port."""
    host = request.named.get(b"host", b"")
    return host.rpartition(b"]")[0] + b"]" if host.startswith(b"[") else host.partition(b":")[0]


def _pattern(values: Iterable[str], flags: int) -> re.Pattern[bytes]:
    """One expression for all the values: * is any run of characters, ? any one, a backslash makes them literal."""
    return re.compile("|".join(map(_expression, values)).encode(), flags)


def _expression(value: str) -> str:
    wild = {"*": ".*", "?": "."}
    tokens = re.findall(r"\\[*?]|.", value, re.DOTALL)
    return "".join(wild.get(token) or re.escape(token[-1]) for token in tokens)


def _path(pattern: re.Pattern[bytes]) -> Predicate:
    return lambda request, _: pattern.fullmatch(request.path) is not None


def _host(pattern: re.Pattern[bytes]) -> Predicate:
    return lambda request, _: pattern.fullmatch(host_name(request)) is not None


def _header(name: bytes, pattern: re.Pattern[bytes]) -> Predicate:
    return lambda request, _: any(pattern.fullmatch(value) for value in request.values(name))


def _method(methods: frozenset[bytes]) -> Predicate:
    return lambda request, _: request.method in methods


def _query(pairs: tuple[tuple[str | None, str], ...]) -> Predicate:
    flags = re.IGNORECASE | re.DOTALL
    patterns = [
        (_pattern((key if key is not None else "*",), flags), _pattern((value,), flags)) for key, value in pairs
    ]

    def met(request: Request, _: bytes) -> bool:
        given = [part.partition(b"=") for part in request.query.split(b"&") if part]
        return any(k.fullmatch(key) and v.fullmatch(value) for key, _, value in given for k, v in patterns)

    return met


def _source(values: tuple[str, ...]) -> Predicate:
    networks = [ipaddress.ip_network(value, strict=False) for value in values]

    def met(_: Request, peer: bytes) -> bool:
        address = ipaddress.ip_address(peer.decode())
        return any(address in network for network in networks)

    return met
