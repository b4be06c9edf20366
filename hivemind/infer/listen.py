"""Where a program listens, as its code says: a port, the variable that decides it, whether other machines reach it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hivemind.infer.facts import EnvRead, Fact, fact
from hivemind.infer.source import Found, defaults_by_name
from hivemind.infer.tree import Tree
from hivemind.model.findings import Confidence, Question, Quote

PORTS = (
    "PORT", "HTTP_PORT", "SERVER_PORT", "APP_PORT", "API_PORT", "WEB_PORT", "LISTEN_PORT", "SERVICE_PORT",
    "REST_PORT", "APPLICATION_PORT", "HTTP_SERVER_PORT", "API_SERVER_PORT", "BACKEND_PORT", "SERVERPORT", "HTTPPORT",
)  # fmt: skip
"""Variables that hold a port to listen on, the most usual first."""
ADDRESSES = (
    "LISTEN_ADDR", "ADDR", "HTTP_ADDR", "BIND_ADDR", "SERVER_ADDR", "SERVER_ADDRESS", "HTTP_SERVER_ADDRESS", "ADDRESS",
    "LISTEN_ADDRESS", "BIND_ADDRESS", "APP_ADDR", "HTTP_ADDRESS", "API_ADDR", "LISTEN", "BIND", "SERVER_URL",
    "HOST", "APP_HOST", "SERVER_HOST",
)  # fmt: skip
"""Variables that hold host and port together."""
NUMBER = re.compile(r"(?:^|:)([0-9]{2,5})/?$")
LOOPBACK = re.compile(r"^(?:https?://)?(?:127\.0\.0\.1|localhost|\[::1\])\b")


@dataclass(frozen=True)
class Listening:
    """The port in use when nobody sets one, the variable that decides it, and the lines that say so."""

    port: int
    variable: str | None
    why: str
    quotes: tuple[Quote, ...] = ()
    confidence: Confidence = "likely"

    @property
    def facts(self) -> dict[str, Fact]:
        """Facts about `port` and `port_env`."""
        why = f"the port is taken from {self.variable}" if self.variable else "no variable holds its port alone"
        return {
            "port": fact(self.port, self.why, *self.quotes, confidence=self.confidence),
            "port_env": fact(self.variable, why, *self.quotes, confidence=self.confidence),
        }


def port_in(text: str | None) -> int:
    """The port in `8080`, `:8080` or `0.0.0.0:8080`; 0 where there is none."""
    found = NUMBER.search((text or "").strip())
    return int(found[1]) if found and 80 <= int(found[1]) <= 65535 else 0


def is_loopback(text: str) -> bool:
    """Whether an address can be reached from the machine itself only."""
    return bool(LOOPBACK.match(text))


def port_read(reads: Iterable[EnvRead], names: Sequence[str] = PORTS) -> EnvRead | None:
    """The read of the variable that decides the port."""
    by_name = defaults_by_name(reads)
    return next((by_name[name] for name in names if name in by_name), None)


def listening(tree: Tree, read: EnvRead | None, literal: Found | None, port: int, default: int) -> Listening:
    """What a read and a literal say together: the read's own default first, then the literal, then the framework's."""
    variable = read.name if read else None
    if read and (own := port_in(read.default)):
        return Listening(own, variable, f"the port without {variable}", (read.quote,), "certain")
    if literal and port:
        quotes = (literal.quote(tree), *((read.quote,) if read else ()))
        return Listening(port, variable, "the code names it", quotes)
    if read:
        return Listening(default, variable, f"any port is given as {variable}", (read.quote,), "fallback")
    return Listening(default, None, "the code names no port; this is what its framework listens on", (), "fallback")


def deaf(address: str, quote: Quote) -> Question:
    """What to ask where a program listens on the loopback address only."""
    why = f"{quote.file}:{quote.line} listens on {address}, which no other machine reaches; listen on 0.0.0.0"
    return Question(field="port", why=why)
