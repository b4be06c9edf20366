"""Heads as they are sent on: hop-by-hop headers out, X-Forwarded-* and X-Amzn-Trace-Id in."""

from __future__ import annotations

import random
import re
import time

from hivemind.emulator.balancer.config import Listener
from hivemind.emulator.balancer.plane.request import Request
from hivemind.emulator.balancer.plane.upstream import Answer

HOP_BY_HOP = frozenset(
    (b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailer", b"transfer-encoding", b"upgrade")
)
REWRITTEN = HOP_BY_HOP | {b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-port", b"x-amzn-trace-id"}
PLAIN_CONNECTION = frozenset((b"keep-alive", b"close", b"upgrade", b""))
VALID_NAME = re.compile(rb"[-A-Za-z0-9]+")


class ForwardedHeads:
    """Makes the heads of the requests that one listener sends on."""

    def __init__(self, listener: Listener) -> None:
        self._drop_invalid = listener.drop_invalid_headers
        self._forwarded_for = listener.forwarded_for
        self._proto = b"X-Forwarded-Proto: %b\r\nX-Forwarded-Port: %d" % (listener.scheme.encode(), listener.port)

    def make(self, request: Request, peer: bytes) -> bytes:
        """The whole head for the target; a chunked body keeps its framing."""
        named = request.named
        lines = [b"%b %b HTTP/1.1" % (request.method, request.target)]
        if self._drop_invalid or named.get(b"connection", b"").lower() not in PLAIN_CONNECTION:
            lines += self._filtered(request)
        else:
            lines += [name + b": " + value for lowered, name, value in request.fields if lowered not in REWRITTEN]
        if request.upgrade:
            lines += (b"Connection: Upgrade", b"Upgrade: websocket")
        if request.chunked:
            lines.append(b"Transfer-Encoding: chunked")
        if client := self._forwarded(named.get(b"x-forwarded-for", b""), peer):
            lines.append(b"X-Forwarded-For: " + client)
        lines.append(self._proto)
        lines.append(b"X-Amzn-Trace-Id: " + trace(named.get(b"x-amzn-trace-id", b"")) + b"\r\n\r\n")
        return b"\r\n".join(lines)

    def _filtered(self, request: Request) -> list[bytes]:
        """The headers without those that Connection names and, when the load balancer says so, invalid names."""
        hops = {token.strip() for token in request.named.get(b"connection", b"").lower().split(b",")}
        return [
            name + b": " + value
            for lowered, name, value in request.fields
            if lowered not in REWRITTEN
            and lowered not in hops
            and (VALID_NAME.fullmatch(name) or not self._drop_invalid)
        ]

    def _forwarded(self, given: bytes, peer: bytes) -> bytes:
        match self._forwarded_for:
            case "append":
                return given + b", " + peer if given else peer
            case "preserve":
                return given
            case "remove":
                return b""


def trace(given: bytes) -> bytes:
    """The X-Amzn-Trace-Id for a request that came with `given` (empty: none): a Root, or a Self before the Root."""
    own = b"1-%08x-%024x" % (int(time.time()), random.getrandbits(96))
    if not given:
        return b"Root=" + own
    others = [part for part in given.split(b";") if not part.strip().startswith(b"Self=")]
    if not any(part.strip().startswith(b"Root=") for part in others):
        return b";".join((b"Root=" + own, *others))
    return b";".join((b"Self=" + own, *others))


def response_head(answer: Answer, framing: bytes) -> bytes:
    """The head for the client; `framing` holds the lines on connection and length, each with its line end."""
    kept = [name + b": " + value + b"\r\n" for lowered, name, value in answer.fields if lowered not in HOP_BY_HOP]
    return b"HTTP/1.1 %d %b\r\n%b%b\r\n" % (answer.status, answer.reason, b"".join(kept), framing)
