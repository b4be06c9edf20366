"""A listener as it runs: its rules, its certificates, and the connections that came to it."""

from __future__ import annotations

import ssl
from collections.abc import Callable

from hivemind.emulator.balancer.config import Listener
from hivemind.emulator.balancer.plane.client import Client
from hivemind.emulator.balancer.plane.headers import ForwardedHeads
from hivemind.emulator.balancer.plane.request import Request
from hivemind.emulator.balancer.plane.routing import Route, Router
from hivemind.emulator.balancer.plane.tally import Tally
from hivemind.emulator.balancer.plane.target import LiveGroup
from hivemind.emulator.balancer.plane.tls import server_context

Groups = Callable[[str], LiveGroup | None]
"""Target group ARN → the group as it runs."""


class Frontend:
    """One listener."""

    def __init__(self, listener: Listener, tally: Tally, groups: Groups) -> None:
        self.tally = tally
        self.group = groups
        self.closing = False
        self.context: ssl.SSLContext | None = None
        self._config: Listener | None = None
        self._clients: set[Client] = set()
        self.configure(listener)

    def configure(self, listener: Listener) -> None:
        """Make the listener so; requests that are under way keep the rule they met, connections their certificate."""
        if listener.tls != (self._config.tls if self._config else None):
            self.context = server_context(listener.tls) if listener.tls else None
        self._config = listener
        self.load_balancer = listener.load_balancer
        self.port = listener.port
        self.scheme = listener.scheme
        self.idle_timeout = listener.idle_timeout
        self.keep_alive = listener.keep_alive
        self.heads = ForwardedHeads(listener)
        self._router = Router(listener.rules)

    @property
    def config(self) -> Listener | None:
        """What was configured last."""
        return self._config

    def close(self) -> None:
        """The listener is gone: the connections that are there finish their request."""
        self.closing = True
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
