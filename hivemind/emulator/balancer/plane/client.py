"""One connection of a client: its requests are served one at a time, in their order, each routed anew."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Literal, Protocol, assert_never, cast

from hivemind.emulator.balancer.config import FixedResponse, Redirect
from hivemind.emulator.balancer.plane import answers
from hivemind.emulator.balancer.plane.exchange import Choice, Exchange
from hivemind.emulator.balancer.plane.headers import ForwardedHeads
from hivemind.emulator.balancer.plane.reader import RequestReader
from hivemind.emulator.balancer.plane.request import Discard, Request
from hivemind.emulator.balancer.plane.routing import Route, Weighted, location
from hivemind.emulator.balancer.plane.tally import Tally
from hivemind.emulator.balancer.plane.target import LiveGroup
from hivemind.emulator.balancer.plane.upstream import Upstream

LINGER_SECONDS = 1.0
CLIENT_GONE = 460
"""How a request is counted whose client did not wait for the answer."""


class Site(Protocol):
    """The listener that a connection came to."""

    load_balancer: str
    port: int
    scheme: Literal["http", "https"]
    idle_timeout: float
    keep_alive: float
    heads: ForwardedHeads
    tally: Tally
    closing: bool

    def joined(self, client: Client) -> None:
        """A connection was opened."""

    def left(self, client: Client) -> None:
        """A connection was closed."""

    def route(self, request: Request, peer: bytes) -> Route:
        """The action for a request."""

    def group(self, arn: str) -> LiveGroup | None:
        """A target group as it runs."""


class Client(asyncio.Protocol):
    """A client's connection."""

    def __init__(self, site: Site) -> None:
        self.tally = site.tally
        self.blocked = False
        self._site = site
        self._reader = RequestReader(self)
        self._receive: Callable[[bytes], None] = self._read
        self._request: Request | None = None
        self._exchange: Exchange | None = None
        self._waiting: deque[Request] = deque()
        self._holds: set[str] = set()
        self._active = self._born = time.monotonic()
        self._last = False
        self._advancing = False

    # The event loop's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the event loop."""
        self.transport = cast(asyncio.Transport, transport)
        self._peer = transport.get_extra_info("peername")[0].encode()
        self._site.joined(self)

    def data_received(self, data: bytes) -> None:
        """Called by the event loop."""
        self._active = time.monotonic()
        self._receive(data)

    def pause_writing(self) -> None:
        """Called by the event loop."""
        self.blocked = True
        if self._exchange is not None:
            self._exchange.client_blocked()

    def resume_writing(self) -> None:
        """Called by the event loop."""
        self.blocked = False
        if self._exchange is not None:
            self._exchange.client_ready()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the event loop."""
        self._site.left(self)
        self._receive = _drop
        self._waiting.clear()
        exchange, self._exchange = self._exchange, None
        if exchange is not None:
            if not exchange.begun:
                self.tally.error(self._site.load_balancer, CLIENT_GONE)
            exchange.abandon()

    # The listener's side

    def expire(self, now: float) -> None:
        """Act on silence: end an idle connection, answer 408 to half a request, 504 for a silent target."""
        if now - self._active <= self._site.idle_timeout:
            return
        if self._exchange is not None:
            self._exchange.expire(now, self._site.idle_timeout)
        elif self._request is None and self._reader.in_head:
            self._request = _unreadable()
            self.refuse(408)
        else:
            self.transport.close()

    def close_when_idle(self) -> None:
        """The listener is gone: finish what was begun."""
        if self._request is None:
            self.transport.close()

    # The reader's side

    def begin(self, request: Request) -> None:
        """The head of a request was read."""
        if self._request is None and not self._waiting:
            self._serve(request)
        else:
            self._waiting.append(request)
            self.hold("pipeline")

    # The exchange's side

    def forwarded_head(self, request: Request) -> bytes:
        """The head of the request as the target shall see it."""
        return self._site.heads.make(request, self._peer)

    def hold(self, why: str) -> None:
        """Read no more until `proceed` with the same reason."""
        if not self._holds and not self.transport.is_closing():
            self.transport.pause_reading()
        self._holds.add(why)

    def proceed(self, why: str) -> None:
        """The reason to read no more is gone."""
        if why in self._holds:
            self._holds.remove(why)
            if not self._holds and not self.transport.is_closing():
                self.transport.resume_reading()

    def stays(self) -> bool:
        """Whether the connection will be used after this answer."""
        request = self._request
        if request is None or request.broken or not request.keep_alive:
            return False
        return not self._last and not self._site.closing and self._active - self._born < self._site.keep_alive

    def last(self) -> None:
        """The connection will not be used after this answer."""
        self._last = True

    def done(self) -> None:
        """The answer is complete: go on to the next request, once the rest of this one has come in."""
        request, self._exchange = self._request, None
        if request is None:
            return
        if request.complete and self.stays():
            self._next()
        elif request.complete:
            self._receive = _drop
            self.transport.close()
        elif not self.stays() or b"expect" in request.named:
            # A client that was not told to go on may or may not send the body: nothing can follow it.
            self._linger()
        else:
            request.attach(Discard(self._next, self.transport.close))

    def refuse(self, status: int) -> None:
        """Answer with an error of the load balancer's own."""
        self.tally.error(self._site.load_balancer, status)
        self._answer(status, answers.page(status), "text/html")

    def become_tunnel(self, upstream: Upstream) -> None:
        """Pass on whatever the client sends, from now on."""
        self._receive = upstream.transport.write

    # Its own

    def _read(self, data: bytes) -> None:
        while data:
            data = self._reader.feed(data)

    def _serve(self, request: Request) -> None:
        self._request = request
        if request.refusal:
            # What follows a refused head cannot be told apart from its body.
            request.complete = request.keep_alive = False
            self.refuse(request.refusal)
            return
        self.tally.balancer(self._site.load_balancer).requests += 1
        route = self._site.route(request, self._peer)
        match route:
            case Weighted():
                self._forward(route, request)
            case FixedResponse(status, content_type, body):
                self.tally.balancer(self._site.load_balancer).fixed_responses += 1
                self._answer(status, body.encode(), content_type)
            case Redirect(status):
                self.tally.balancer(self._site.load_balancer).redirects += 1
                place = location(route, request, self._site.port, self._site.scheme)
                self._answer(status, answers.page(status), "text/html", place)
            case _:
                assert_never(route)

    def _forward(self, route: Weighted, request: Request) -> None:
        arn = route.choose(request)
        group = self._site.group(arn) if arn is not None else None
        target = group.choose(request) if group is not None else None
        if arn is None or group is None or target is None:
            self.refuse(503)
            return
        self.tally.group(arn).chosen += 1
        self._exchange = Exchange(self, request, Choice(group, target, route.cookies(arn)))
        self._exchange.start()

    def _answer(self, status: int, body: bytes, content_type: str, location: bytes = b"") -> None:
        request = self._request
        head = answers.head(status, len(body), content_type, keep_alive=self.stays(), location=location)
        self.transport.write(head if request is not None and request.method == b"HEAD" else head + body)
        self.done()

    def _next(self) -> None:
        """Serve what waits, without one request's end being the next one's caller."""
        self._request = None
        if self._advancing:
            return
        self._advancing = True
        while self._request is None and self._waiting:
            self._serve(self._waiting.popleft())
        self._advancing = False
        if not self._waiting:
            self.proceed("pipeline")

    def _linger(self) -> None:
        """Close so that the answer arrives: a reset, for bytes that nobody read, could overtake it."""
        self._receive = _drop
        if self.transport.is_closing():
            return
        if self.transport.can_write_eof():
            self.transport.write_eof()
        if self._holds:
            self._holds.clear()
            self.transport.resume_reading()
        asyncio.get_running_loop().call_later(LINGER_SECONDS, self.transport.close)


def _unreadable() -> Request:
    request = Request(b"GET", b"/", [], {})
    request.keep_alive = False
    return request


def _drop(data: bytes) -> None:
    """Nobody wants these bytes."""
