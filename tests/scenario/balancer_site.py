"""A data plane of a test's own, with small targets written here that do what a test tells them."""

from __future__ import annotations

import asyncio
import hashlib
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from hivemind.emulator.balancer.config import (
    Action,
    BalancerConfig,
    Condition,
    Forward,
    HealthCheck,
    Listener,
    Rule,
    Stickiness,
    Target,
    TargetGroup,
    Tls,
)
from hivemind.emulator.balancer.control import Balancer
from hivemind.emulator.balancer.report import Verdict
from hivemind.emulator.ports import PortPool

POOL = PortPool()
QUICK = HealthCheck("/health", interval=0.2, timeout=0.15, healthy_threshold=2, unhealthy_threshold=2)
RARE = HealthCheck("/health", interval=60, timeout=5)


@dataclass
class App:
    """A target: answers with its name, echoes bodies and websockets, and is as sick or slow as it is told."""

    name: str
    health: int = 200
    port: int = 0
    connections: int = 0
    paths: list[str] = field(default_factory=list)
    last_head: bytes = b""
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    keep_alive_seconds: float = 3600.0
    _server: asyncio.Server | None = None
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port or POOL.claim())
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """As when its instance is terminated: connections break, the port is closed."""
        if self._server is not None:
            self._server.close()
        for writer in tuple(self._writers):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        self.connections += 1
        try:
            while head := await self._head(reader):
                await self._answer(head, reader, writer)
        except (OSError, EOFError, ValueError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _head(self, reader: asyncio.StreamReader) -> bytes:
        try:
            async with asyncio.timeout(self.keep_alive_seconds):
                return await reader.readuntil(b"\r\n\r\n")
        except TimeoutError:
            return b""

    async def _answer(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        method, target, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
        path = target.partition("?")[0]
        if path == "/health":
            writer.write(b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % self.health)
            return
        self.paths.append(path)
        self.last_head = head
        fields = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head.decode("latin-1").split("\r\n")[1:] if line)
        }
        if fields.get("upgrade") == "websocket":
            await self._websocket(fields, reader, writer)
        elif path == "/expect" or "expect" in fields:
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            await self._echo(await _body(fields, reader), fields, writer)
        elif path == "/slow":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\nX-Served-By: %b\r\n\r\n" % self.name.encode())
            await self.go_on.wait()
            writer.write(b"finished")
        elif path == "/silent":
            await self.go_on.wait()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        elif path in SPECIAL:
            writer.write(SPECIAL[path])
            if path in CLOSING:
                writer.close()
        else:
            await self._echo(await _body(fields, reader), fields, writer, bodiless=method == "HEAD")
        await writer.drain()

    async def _echo(
        self, body: bytes, fields: dict[str, str], writer: asyncio.StreamWriter, *, bodiless: bool = False
    ) -> None:
        head = b"HTTP/1.1 200 OK\r\nX-Served-By: %b\r\n" % self.name.encode()
        body = body or self.name.encode()
        if "x-chunk-me" in fields:
            writer.write(head + b"Transfer-Encoding: chunked\r\n\r\n")
            for at in range(0, len(body), 10_000):
                part = body[at : at + 10_000]
                writer.write(b"%x\r\n%b\r\n" % (len(part), part))
                await writer.drain()
            writer.write(b"0\r\n\r\n")
        else:
            writer.write(head + b"Content-Length: %d\r\n\r\n" % len(body) + (b"" if bodiless else body))

    async def _websocket(
        self, fields: dict[str, str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        key = fields["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = b64encode(hashlib.sha1(key.encode()).digest())
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )
        while data := await reader.read(65536):
            writer.write(data)


SPECIAL = {
    "/sign-in": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nSet-Cookie: session=1; Path=/\r\n\r\n",
    "/none": b"HTTP/1.1 204 No Content\r\n\r\n",
    "/same": b'HTTP/1.1 304 Not Modified\r\nContent-Length: 11\r\nETag: "1"\r\n\r\n',
    "/to-the-end": b"HTTP/1.1 200 OK\r\n\r\nall there is",
    "/cut-short": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
    "/hang-up": b"",
    "/nonsense": b"SSH-2.0-whatever\r\n\r\n",
    "/last": b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\nlast",
    "/teapot": b"HTTP/1.1 418 I'm a teapot\r\nContent-Length: 0\r\nX-Odd_Name: kept\r\n\r\n",
    "/500": b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
}
CLOSING = {"/to-the-end", "/cut-short", "/hang-up", "/nonsense"}


async def _body(fields: dict[str, str], reader: asyncio.StreamReader) -> bytes:
    if fields.get("transfer-encoding") == "chunked":
        parts = []
        while size := int(await reader.readline(), 16):
            parts.append((await reader.readexactly(size + 2))[:-2])
        await reader.readline()
        return b"".join(parts)
    return await reader.readexactly(int(fields.get("content-length", "0")))


@dataclass(frozen=True)
class Answer:
    """What a client got."""

    status: int
    headers: dict[str, str]
    body: bytes
    cookies: dict[str, str] = field(default_factory=dict)


async def read_answer(reader: asyncio.StreamReader, *, bodiless: bool = False) -> Answer:
    """One answer; an interim one is an answer too."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split(" ")[1])
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    set_ = (line[12:].partition(";")[0].partition("=") for line in head if line.lower().startswith("set-cookie: "))
    cookies = {name: value for name, _, value in set_}
    if bodiless or status < 200 or status in (204, 304):
        return Answer(status, headers, b"", cookies)
    if "content-length" not in headers and "transfer-encoding" not in headers:
        return Answer(status, headers, await reader.read(), cookies)
    return Answer(status, headers, await _body(headers, reader), cookies)


@dataclass
class Site:
    """One listener with target groups `blue` and `green`; the forward's weights and the rules before it may change."""

    balancer: Balancer
    port: int = field(default_factory=POOL.claim)
    rules: tuple[tuple[tuple[Condition, ...], Action], ...] = ()
    weights: tuple[tuple[str, int], ...] = (("blue", 1),)
    groups: dict[str, list[App]] = field(default_factory=dict)
    check: HealthCheck = QUICK
    delay: float = 30.0
    idle_timeout: float = 60.0
    keep_alive: float = 3600.0
    stickiness: Stickiness | None = None
    group_seconds: int = 0
    tls: Tls | None = None
    apps: list[App] = field(default_factory=list)

    async def app(self, name: str, group: str = "blue") -> App:
        """Start a target in a group; it is not applied yet."""
        app = App(name)
        await app.start()
        self.apps.append(app)
        self.groups.setdefault(group, []).append(app)
        return app

    @property
    def config(self) -> BalancerConfig:
        rules = tuple(Rule(conditions, action) for conditions, action in self.rules)
        forward = Rule((), Forward(self.weights, self.group_seconds))
        groups = tuple(
            TargetGroup(
                name,
                self.check,
                tuple(Target(app.name, 80, ("127.0.0.1", app.port)) for app in apps),
                self.delay,
                self.stickiness,
            )
            for name, apps in self.groups.items()
        )
        plain = Listener("plain", "balancer", self.port, (*rules, forward), self.idle_timeout, self.keep_alive)
        listeners = (plain, replace(plain, arn="secure", tls=self.tls)) if self.tls else (plain,)
        return BalancerConfig(listeners, groups)

    def apply(self) -> None:
        assert self.balancer.apply(self.config) == ()

    async def ready(self) -> None:
        """Apply, and wait until every target is healthy."""
        self.apply()
        await until(lambda: all(self.verdict(app.name).state == "healthy" for app in self.apps))

    def verdict(self, name: str, group: str = "") -> Verdict:
        """What the balancer says of a target; `unused` when it does not know it."""
        for arn, targets in self.balancer.health().items():
            for target in targets:
                if target.id == name and group in ("", arn):
                    return target.verdict
        return Verdict("unused", "Target.NotRegistered")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @asynccontextmanager
    async def connection(self, **tls: Any) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, **tls)
        try:
            yield reader, writer
        finally:
            writer.close()

    async def ask(self, head: str, body: bytes = b"", cookies: dict[str, str] | None = None) -> Answer:
        """One request over a connection of its own; `head` is its first line and headers without Host."""
        first, *fields = head.split("\n")
        lines = [f"{first} HTTP/1.1", "Host: shop.test", *fields]
        if cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()))
        async with asyncio.timeout(30), self.connection() as (reader, writer):
            writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
            sending = asyncio.create_task(_send(writer, body))
            answer = await read_answer(reader, bodiless=first.startswith("HEAD"))
            await sending
            return answer


async def _send(writer: asyncio.StreamWriter, body: bytes) -> None:
    writer.write(body)
    await writer.drain()


async def until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for something that another process does."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        await asyncio.sleep(0.01)


@contextmanager
def running(folder: Path) -> Iterator[Balancer]:
    """A balancer with its process."""
    balancer = Balancer(folder, POOL)
    balancer.start()
    try:
        yield balancer
    finally:
        balancer.stop()


@asynccontextmanager
async def site(folder: Path) -> AsyncIterator[Site]:
    """A site whose process and targets are gone at the end."""
    with running(folder) as balancer:
        made = Site(balancer)
        try:
            yield made
        finally:
            for app in made.apps:
                await app.stop()
