"""One connection to a target, which carries one exchange at a time.

After an answer the connection is kept for the next request, up to 60 seconds. A target that closes an idle connection
sooner may do so just as a request is on its way: that request gets a 502, here as on AWS, and is not sent again.
"""

from __future__ import annotations

import asyncio
import time
from typing import Protocol, cast

import httptools

from hivemind.emulator.balancer.plane.request import Field

IDLE_SECONDS = 60.0
HEAD_LIMIT = 32 * 1024


class Answer:
    """The head of an answer; `names` are those of its headers, in lower case."""

    __slots__ = ("fields", "names", "reason", "status")

    def __init__(self, status: int, reason: bytes, fields: list[Field]) -> None:
        self.status = status
        self.reason = reason
        self.fields = fields
        self.names = {field[0] for field in fields}


class Answered(Protocol):
    """Gets the answer that comes over a connection."""

    @property
    def bodiless(self) -> bool:
        """Whether the answer has no body whatever its head says, as after HEAD."""

    def informed(self, answer: Answer) -> None:
        """An interim answer (1xx) has come."""

    def switched(self, answer: Answer, rest: bytes) -> None:
        """The target has switched protocols; `rest` already belongs to the new one."""

    def answered(self, answer: Answer) -> None:
        """The head of the answer has come."""

    def part(self, data: bytes) -> None:
        """A part of the answer's body, without its framing."""

    def flush(self) -> None:
        """All that has come so far was told."""

    def finished(self) -> None:
        """The answer is complete."""

    def lost(self) -> None:
        """The connection broke, or the answer is malformed, before the answer was complete."""


class Sender(Protocol):
    """The client, whose bytes may come faster than the target takes them."""

    def hold(self, why: str) -> None:
        """Read no more of its bytes."""

    def proceed(self, why: str) -> None:
        """Read on."""


class Upstream(asyncio.Protocol):
    """A connection to a target."""

    transport: asyncio.Transport
    _sender: Sender

    def __init__(self) -> None:
        self.active = time.monotonic()
        self._exchange: Answered | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._status = 0
        self._reason = b""
        self._fields: list[Field] = []
        self._head = 0
        self._in_body = False
        self._to_end = False
        self._keep_alive = True
        self._tunnel: asyncio.WriteTransport | None = None
        self._reading_paused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the event loop."""
        self.transport = cast(asyncio.Transport, transport)

    @property
    def usable(self) -> bool:
        """Whether another exchange may begin."""
        return self._keep_alive and self._exchange is None and not self.transport.is_closing()

    def carry(self, exchange: Answered, sender: Sender) -> None:
        """Begin an exchange."""
        self._exchange = exchange
        self._sender = sender
        self.active = time.monotonic()

    def close(self) -> None:
        """Give the connection up; whatever it carries is forgotten."""
        self._exchange = None
        self.transport.abort()

    def finish(self) -> None:
        """Give the connection up once the target has got what was written."""
        self._exchange = None
        self.transport.close()

    def pause_reading(self) -> None:
        """Take no more from the target: the client is slower."""
        if not self._reading_paused:
            self._reading_paused = True
            self.transport.pause_reading()

    def resume_reading(self) -> None:
        """Take more from the target again."""
        if self._reading_paused:
            self._reading_paused = False
            self.transport.resume_reading()

    def tunnel_to(self, client: asyncio.WriteTransport) -> None:
        """Pass on whatever comes, from now on."""
        self._tunnel = client

    def data_received(self, data: bytes) -> None:
        """Called by the event loop."""
        self.active = time.monotonic()
        if self._exchange is None:
            self.close()
        elif self._tunnel is not None:
            self._tunnel.write(data)
        else:
            self._parse(data)
            if self._exchange is not None:
                self._exchange.flush()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the event loop."""
        self._keep_alive = False
        if self._exchange is not None and self._in_body and self._to_end and exc is None:
            self._finish()
        else:
            self._lose()

    def pause_writing(self) -> None:
        """Called by the event loop."""
        if self._exchange is not None:
            self._sender.hold("upstream")

    def resume_writing(self) -> None:
        """Called by the event loop."""
        if self._exchange is not None:
            self._sender.proceed("upstream")

    def on_message_begin(self) -> None:
        """Called by the parser."""
        self._reason = b""
        self._fields = []
        self._head = 0
        self._in_body = False

    def on_status(self, reason: bytes) -> None:
        """Called by the parser, with parts."""
        self._reason += reason

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by the parser; after the head these are trailers, which are dropped."""
        if not self._in_body:
            self._fields.append((name.lower(), name, value))

    def on_headers_complete(self) -> None:
        """Called by the parser."""
        exchange, status = self._exchange, self._parser.get_status_code()
        if exchange is None or (self._head > HEAD_LIMIT and _size(self._fields) > HEAD_LIMIT):
            raise ValueError("an answer that nobody asked for, or too long a head")
        self._status = status
        if status == 101:
            return
        answer = Answer(status, self._reason, self._fields)
        if status < 200:
            exchange.informed(answer)
            return
        self._in_body = True
        self._keep_alive = self._parser.should_keep_alive()
        self._to_end = b"content-length" not in answer.names and b"transfer-encoding" not in answer.names
        bodiless = exchange.bodiless
        exchange.answered(answer)
        if bodiless:
            # The parser cannot be told that no body follows, so the next answer gets a new one.
            self._parser = httptools.HttpResponseParser(self)
            self._finish()

    def on_body(self, data: bytes) -> None:
        """Called by the parser, without the chunk framing."""
        if self._in_body and self._exchange is not None:
            self._exchange.part(data)

    def on_message_complete(self) -> None:
        """Called by the parser."""
        if self._in_body:
            self._finish()

    def _parse(self, data: bytes) -> None:
        if not self._in_body:
            self._head += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._switch(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            self._keep_alive = False
            self._lose()
            self.transport.abort()

    def _switch(self, rest: bytes) -> None:
        if self._exchange is not None and self._status == 101:
            self._exchange.switched(Answer(101, self._reason, self._fields), rest)

    def _finish(self) -> None:
        # A next exchange may begin before this returns; what the parser still calls must not reach it.
        self._in_body = False
        exchange, self._exchange = self._exchange, None
        if exchange is not None:
            exchange.finished()

    def _lose(self) -> None:
        exchange, self._exchange = self._exchange, None
        if exchange is not None:
            exchange.lost()


def _size(fields: list[Field]) -> int:
    return sum(len(name) + len(value) + 4 for _, name, value in fields)
