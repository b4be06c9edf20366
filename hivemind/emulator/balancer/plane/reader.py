"""Bytes of a client → requests, refused where an Application Load Balancer refuses them.

Quotas: 16 KB for the request line, 16 KB for a header, 64 KB for all of them. 400 for what is not HTTP/1.x or is over
a quota, 405 for TRACE, 414 for a long URL, 463 for more than 30 addresses in X-Forwarded-For, 501 for a transfer coding
other than chunked, 505 for another version. After
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html.
"""

from __future__ import annotations

from typing import Protocol

import httptools

from hivemind.emulator.balancer.plane.request import Field, Request

LINE_LIMIT = 16 * 1024
HEAD_LIMIT = 64 * 1024
FORWARDED_LIMIT = 30


class Receiver(Protocol):
    """Gets requests in their order."""

    def begin(self, request: Request) -> None:
        """The head of a request is complete; its body follows through the request."""


class RequestReader:
    """Reads the requests of one connection."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._parser = httptools.HttpRequestParser(self)
        self._request: Request | None = None
        self._fields: list[Field] = []
        self._named: dict[bytes, bytes] = {}
        self._url = b""
        self._in_head = False
        self._head = 0
        self._chunk = 0
        self._refusal = 400

    @property
    def in_head(self) -> bool:
        """Whether a request has begun and its head is not complete."""
        return self._in_head

    def feed(self, data: bytes) -> bytes:
        """Read on; returns what follows a request that wants to upgrade the connection.

        A malformed request is passed on as one that carries its refusal; nothing must be fed after it.
        """
        self._chunk = len(data)
        if self._in_head:
            self._head += self._chunk
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            return data[upgrade.args[0] :]
        except httptools.HttpParserError:
            self._refuse()
            return b""
        if self._in_head and self._head > HEAD_LIMIT:
            self._refuse()
        return b""

    def on_message_begin(self) -> None:
        """Called by the parser."""
        self._request = None
        self._fields = []
        self._named = {}
        self._url = b""
        self._in_head = True
        self._head = 0

    def on_url(self, url: bytes) -> None:
        """Called by the parser, with parts."""
        self._url += url
        if len(self._url) > LINE_LIMIT:
            self._refusal = 414
            raise ValueError("the request line is too long")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by the parser; after the head these are trailers, which are dropped."""
        if self._in_head:
            lowered = name.lower()
            self._fields.append((lowered, name, value))
            named = self._named
            named[lowered] = named[lowered] + b", " + value if lowered in named else value

    def on_headers_complete(self) -> None:
        """Called by the parser."""
        self._in_head = False
        parser = self._parser
        self._request = request = Request(parser.get_method(), self._url, self._fields, self._named)
        version = parser.get_http_version()
        request.http11 = version == "1.1"
        request.keep_alive = parser.should_keep_alive()
        request.refusal = self._judge(request, version)
        request.upgrade = parser.should_upgrade() and self._named.get(b"upgrade", b"").lower() == b"websocket"
        self._receiver.begin(request)

    def on_body(self, data: bytes) -> None:
        """Called by the parser, without the chunk framing."""
        if self._request is not None:
            self._request.feed(data)

    def on_message_complete(self) -> None:
        """Called by the parser."""
        if self._request is not None:
            self._request.end()

    def _judge(self, request: Request, version: str) -> int:
        """The status that refuses the request; 0 when it is fine."""
        if refusal := _unsupported(request, version):
            return refusal
        if self._head + self._chunk > LINE_LIMIT and (refusal := _over_quota(request)):
            return refusal
        named = request.named
        if b"transfer-encoding" in named:
            if named[b"transfer-encoding"].lower() != b"chunked":
                return 501
            request.chunked = True
        if request.path[:1] != b"/" and not _to_origin_form(request):
            return 400
        if b"host" not in named:
            return 0 if version == "1.0" else 400
        return 400 if b"," in named[b"host"] else 0

    def _refuse(self) -> None:
        """Pass the refusal on: with the request whose body broke, or as a request of its own."""
        if self._request is not None and not self._request.complete:
            self._request.break_off(self._refusal)
            return
        request = Request(b"GET", b"/", [], {})
        request.refusal = self._refusal
        request.keep_alive = False
        request.complete = True
        self._in_head = False
        self._receiver.begin(request)


def _unsupported(request: Request, version: str) -> int:
    if version not in ("1.1", "1.0"):
        return 505
    if request.method in (b"TRACE", b"CONNECT"):
        return 405
    return 463 if request.named.get(b"x-forwarded-for", b"").count(b",") >= FORWARDED_LIMIT else 0


def _over_quota(request: Request) -> int:
    total = len(request.method) + len(request.target) + 12
    if total > LINE_LIMIT:
        return 414
    for _, name, value in request.fields:
        size = len(name) + len(value) + 4
        if size > LINE_LIMIT:
            return 400
        total += size
    return 400 if total > HEAD_LIMIT else 0


def _to_origin_form(request: Request) -> bool:
    """Rewrite `http://host/path` to `/path` with its Host; `*` stays. False for any other form."""
    if request.target == b"*":
        return request.method == b"OPTIONS"
    scheme, separator, rest = request.target.partition(b"://")
    if not separator or scheme.lower() not in (b"http", b"https"):
        return False
    cut = min((at for mark in b"/?" if (at := rest.find(mark)) >= 0), default=len(rest))
    host, target = rest[:cut], rest[cut:]
    request.target = target if target.startswith(b"/") else b"/" + target
    request.path, _, request.query = request.target.partition(b"?")
    request.fields = [field for field in request.fields if field[0] != b"host"]
    request.fields.insert(0, (b"host", b"Host", host))
    request.named[b"host"] = host
    return True
