"""A request as it was read, and who gets its body."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Field = tuple[bytes, bytes, bytes]
"""A header: its name in lower case, its name as sent, its value."""


class BodyConsumer(Protocol):
    """Takes a request's body as it comes."""

    def body(self, data: bytes) -> None:
        """A part of the body, without its framing."""

    def body_end(self) -> None:
        """The body is complete."""

    def body_broken(self, status: int) -> None:
        """The rest of the body is malformed; `status` is the answer it deserves."""


class Request:
    """One request; body parts are held until a consumer is attached.

    `fields` are its headers as sent; `named` has them by name in lower case, those of the same name joined by commas.
    """

    __slots__ = (
        "_consumer",
        "_held",
        "broken",
        "chunked",
        "complete",
        "fields",
        "http11",
        "keep_alive",
        "method",
        "named",
        "path",
        "query",
        "refusal",
        "target",
        "upgrade",
    )

    def __init__(self, method: bytes, target: bytes, fields: list[Field], named: dict[bytes, bytes]) -> None:
        self.method = method
        self.target = target
        self.fields = fields
        self.named = named
        self.path, _, self.query = target.partition(b"?")
        self.http11 = True
        self.keep_alive = True
        self.upgrade = False
        self.chunked = False
        self.refusal = 0
        self.complete = False
        self.broken = 0
        self._held: list[bytes] = []
        self._consumer: BodyConsumer | None = None

    @property
    def has_body(self) -> bool:
        """Whether a body follows the head."""
        return self.chunked or b"content-length" in self.named

    def values(self, lowered: bytes) -> list[bytes]:
        """The values of the headers of that name (in lower case), each by itself."""
        if lowered not in self.named:
            return []
        return [value for name, _, value in self.fields if name == lowered]

    def attach(self, consumer: BodyConsumer) -> None:
        """Give the body, what is held and what comes, to a consumer."""
        held, self._held = self._held, []
        self._consumer = consumer
        for data in held:
            consumer.body(data)
        if self.broken:
            consumer.body_broken(self.broken)
        elif self.complete:
            consumer.body_end()

    def feed(self, data: bytes) -> None:
        """A part of the body has come."""
        if self._consumer is None:
            self._held.append(data)
        else:
            self._consumer.body(data)

    def end(self) -> None:
        """The body is complete."""
        self.complete = True
        if self._consumer is not None:
            self._consumer.body_end()

    def break_off(self, status: int) -> None:
        """The rest of the body is malformed."""
        self.broken = status
        if self._consumer is not None:
            self._consumer.body_broken(status)


class Discard:
    """Takes the rest of a body that nobody wants any more; calls back when it is over."""

    __slots__ = ("_broken", "_ended")

    def __init__(self, ended: Callable[[], None], broken: Callable[[], None]) -> None:
        self._ended = ended
        self._broken = broken

    def body(self, data: bytes) -> None:
        """Dropped."""

    def body_end(self) -> None:
        """The connection can be used again."""
        self._ended()

    def body_broken(self, status: int) -> None:
        """The connection cannot be used again."""
        self._broken()
