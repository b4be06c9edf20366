"""A listener as it runs: its port, its rules, and the connections that came to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from hivemind.emulator.balancer.config import Listener
from hivemind.emulator.balancer.plane.client import Client
from hivemind.emulator.balancer.plane.headers import ForwardedHeads
from hivemind.emulator.balancer.plane.request import Request
from hivemind.emulator.balancer.plane.routing import Route, Router
from hivemind.emulator.balancer.plane.tally import Tally
from hivemind.emulator.balancer.plane.target import LiveTarget

BACKLOG = 1024
Chooser = Callable[[str], LiveTarget | None]
"""Target group ARN → who serves its next request."""


class Frontend:
    """One listener."""

    def __init__(self, listener: Listener, tally: Tally, chooser: Chooser) -> None:
        self.tally = tally
        self.target = chooser
        self.closing = False
        self._clients: set[Client] = set()
        self._server: asyncio.Server | None = None
        self.configure(listener)

    def configure(self, listener: Listener) -> None:
        """Make the listener so; requests that are under way keep the rule they met."""
        self._config = listener
        self.load_balancer = listener.load_balancer
        self.port = listener.port
        self.idle_timeout = listener.idle_timeout
        self.heads = ForwardedHeads(listener)
        self._router = Router(listener.rules)

    @property
    def config(self) -> Listener:
        """What was configured last."""
        return self._config

    async def open(self) -> None:
        """Take connections; raises OSError when the port is somebody else's."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Client(self), "127.0.0.1", self.port, backlog=BACKLOG, reuse_address=True
        )

    def close(self) -> None:
        """Take no more connections; those that are there finish their request."""
        self.closing = True
        if self._server is not None:
            self._server.close()
        for client in tuple(self._clients):
            client.close_when_idle()

    def expire(self, now: float) -> None:
        """End the connections that were silent for too long."""
        for client in tuple(self._clients):
            client.expire(now)

    def joined(self, client: Client) -> None:
        """A connection was opened."""
        self._clients.add(client)
        self.tally.balancer(self.load_balancer).new_connections += 1

    def left(self, client: Client) -> None:
        """A connection was closed."""
        self._clients.discard(client)

    def route(self, request: Request, peer: bytes) -> Route:
        """The action for a request."""
        return self._router.route(request, peer)
