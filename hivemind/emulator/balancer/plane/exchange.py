"""One request on its way through one target, and the answer on its way back.

Neither side may run ahead of the other: when a socket's buffer is full, reading from the opposite one stops. A target
that refuses the connection, closes it or answers nonsense is a 502, one that is silent too long a 504; once the answer
has begun, only breaking the client's connection off can tell it that the answer is not whole.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from hivemind.emulator.balancer.plane.headers import response_head
from hivemind.emulator.balancer.plane.request import Request
from hivemind.emulator.balancer.plane.tally import Tally
from hivemind.emulator.balancer.plane.target import LiveGroup, LiveTarget
from hivemind.emulator.balancer.plane.upstream import Answer, Upstream

CONNECT_SECONDS = 10.0
CHUNKED = b"Transfer-Encoding: chunked\r\n"
KEEP_ALIVE = b"Connection: keep-alive\r\n"
CLOSE = b"Connection: close\r\n"


class Caller(Protocol):
    """The client's side of an exchange."""

    transport: asyncio.Transport
    blocked: bool
    tally: Tally

    def forwarded_head(self, request: Request) -> bytes:
        """The head of the request as the target shall see it."""

    def hold(self, why: str) -> None:
        """Read no more of the client's bytes until `proceed` with the same reason."""

    def proceed(self, why: str) -> None:
        """The reason to read no more is gone."""

    def stays(self) -> bool:
        """Whether the connection will be used after this answer."""

    def last(self) -> None:
        """The connection will not be used after this answer."""

    def done(self) -> None:
        """The answer is complete."""

    def refuse(self, status: int) -> None:
        """Answer with an error of the load balancer's own."""

    def become_tunnel(self, upstream: Upstream) -> None:
        """Pass on whatever the client sends, from now on."""


@dataclass(slots=True)
class Choice:
    """Who serves a request; `cookies` are header lines that bind the client to the group.

    Made for every request, so it is not frozen: that costs as much as routing.
    """

    group: LiveGroup
    target: LiveTarget
    cookies: bytes = b""


class BodySender:
    """Sends a request's body on to the target."""

    __slots__ = ("_broken", "_chunked", "_transport")

    def __init__(self, transport: asyncio.WriteTransport, chunked: bool, broken: Callable[[int], None]) -> None:
        self._transport = transport
        self._chunked = chunked
        self._broken = broken

    def body(self, data: bytes) -> None:
        """A part of it, with the framing that the client chose."""
        self._transport.write(b"%x\r\n%b\r\n" % (len(data), data) if self._chunked else data)

    def body_end(self) -> None:
        """All of it."""
        if self._chunked:
            self._transport.write(b"0\r\n\r\n")

    def body_broken(self, status: int) -> None:
        """The target must not take what it has for a whole request."""
        self._broken(status)


class Exchange:
    """A request and its answer."""

    __slots__ = (
        "_answered",
        "_choice",
        "_chunked",
        "_client",
        "_connecting",
        "_group",
        "_request",
        "_started",
        "_target",
        "_tunnel",
        "_unsent",
        "_upstream",
        "bodiless",
    )

    def __init__(self, client: Caller, request: Request, choice: Choice) -> None:
        self._client = client
        self._request = request
        self._choice = choice
        self._group = choice.group.arn
        self._target = choice.target
        self._upstream: Upstream | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._started = 0.0
        self._answered = False
        self._chunked = False
        self._tunnel = False
        self._unsent = b""
        self.bodiless = request.method == b"HEAD"

    def start(self) -> None:
        """Send the request, over an idle connection if there is one."""
        self._target.in_flight.add(self)
        upstream = self._target.take_idle()
        if upstream is not None:
            self._send(upstream)
        else:
            self._client.hold("connecting")
            self._connecting = asyncio.get_running_loop().create_task(self._connect())

    @property
    def begun(self) -> bool:
        """Whether the answer has begun."""
        return self._answered

    def abandon(self) -> None:
        """The client is gone; what it said last through a tunnel still arrives."""
        if self._tunnel and self._upstream is not None:
            self._upstream.finish()
            self._upstream = None
        self._give_up()

    def expire(self, now: float, idle_timeout: float) -> None:
        """Give up when neither side has moved for too long."""
        if self._upstream is not None and now - self._upstream.active > idle_timeout:
            self._fail(504 if self._request.complete else 408)

    def client_blocked(self) -> None:
        """The client takes no more for now."""
        if self._upstream is not None:
            self._upstream.pause_reading()

    def client_ready(self) -> None:
        """The client takes more again."""
        if self._upstream is not None:
            self._upstream.resume_reading()

    def informed(self, answer: Answer) -> None:
        """Pass an interim answer on; HTTP/1.0 knows none."""
        if self._request.http11:
            self._client.transport.write(response_head(answer, b""))

    def switched(self, answer: Answer, rest: bytes) -> None:
        """Become a tunnel, if the client asked for one."""
        upstream = self._upstream
        if upstream is None or not self._request.upgrade:
            self._fail(502)
            return
        self._count(answer.status)
        self._answered = self._tunnel = True
        transport = self._client.transport
        upgrade = self._cookies(answer) + b"Connection: Upgrade\r\nUpgrade: websocket\r\n"
        transport.write(response_head(answer, upgrade) + rest)
        upstream.tunnel_to(transport)
        self._client.become_tunnel(upstream)

    def answered(self, answer: Answer) -> None:
        """Send the head of the answer, together with what has come of its body: a write is what costs most here."""
        self._answered = True
        self._count(answer.status)
        self._unsent = response_head(answer, self._cookies(answer) + self._framing(answer))

    def part(self, data: bytes) -> None:
        """Send a part of the answer's body."""
        self._flush_with(b"%x\r\n%b\r\n" % (len(data), data) if self._chunked else data)

    def flush(self) -> None:
        """Nothing more has come for now: the client shall not wait for the head."""
        if self._unsent:
            self._flush_with(b"")

    def finished(self) -> None:
        """The answer is complete; the connection to the target is free, unless it still waits for the request."""
        if self._chunked or self._unsent:
            self._flush_with(b"0\r\n\r\n" if self._chunked else b"")
        upstream, self._upstream = self._upstream, None
        if upstream is not None:
            upstream.resume_reading()
            if not self._request.complete:
                upstream.close()
        self._target.release(self, upstream)
        self._client.proceed("upstream")
        self._client.done()

    def lost(self) -> None:
        """The target closed the connection, answered nonsense, or is gone: its deregistration delay is over."""
        self._fail(502)

    async def _connect(self) -> None:
        address = self._target.address
        loop = asyncio.get_running_loop()
        try:
            if address is None:
                raise ConnectionRefusedError
            async with asyncio.timeout(CONNECT_SECONDS):
                _, upstream = await loop.create_connection(Upstream, *address)
        except OSError as error:
            self._connecting = None
            self._client.tally.group(self._group).connection_errors += 1
            self._fail(504 if isinstance(error, TimeoutError) else 502)
        else:
            self._connecting = None
            self._send(upstream)
            self._client.proceed("connecting")

    def _send(self, upstream: Upstream) -> None:
        self._upstream = upstream
        upstream.carry(self, self._client)
        if self._client.blocked:
            upstream.pause_reading()
        self._started = time.perf_counter()
        upstream.transport.write(self._client.forwarded_head(self._request))
        if self._request.has_body:
            self._request.attach(BodySender(upstream.transport, self._request.chunked, self._fail))

    def _count(self, status: int) -> None:
        self._client.tally.answer(self._group, status, time.perf_counter() - self._started)

    def _cookies(self, answer: Answer) -> bytes:
        return self._choice.cookies + self._choice.group.cookies(self._target, self._request, answer)

    def _framing(self, answer: Answer) -> bytes:
        """How the client will know where the answer ends, and whether another may follow."""
        if b"content-length" in answer.names or self.bodiless or answer.status in (204, 304):
            return KEEP_ALIVE if self._client.stays() else CLOSE
        if self._request.http11:
            self._chunked = True
            return CHUNKED + (KEEP_ALIVE if self._client.stays() else CLOSE)
        self._client.last()
        return CLOSE

    def _flush_with(self, data: bytes) -> None:
        head, self._unsent = self._unsent, b""
        self._client.transport.write(head + data if head else data)

    def _fail(self, status: int) -> None:
        """The answer cannot be completed."""
        self.flush()
        self._give_up()
        if self._tunnel:
            self._client.transport.close()
        elif self._answered:
            self._client.transport.abort()
        else:
            self._client.refuse(status)

    def _give_up(self) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
            self._connecting = None
        upstream, self._upstream = self._upstream, None
        if upstream is not None:
            upstream.close()
        self._target.release(self, None)
        self._client.proceed("connecting")
        self._client.proceed("upstream")
