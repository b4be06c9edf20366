"""A port: takes connections and hands each to the listener whose protocol it speaks.

A TLS connection begins with a byte that no HTTP request begins with. It is looked at, not read, so that whoever gets
the connection finds it whole.
"""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import suppress

from hivemind.emulator.balancer.plane import answers
from hivemind.emulator.balancer.plane.client import Client
from hivemind.emulator.balancer.plane.frontend import Frontend

BACKLOG = 1024
AT_ONCE = 64
HANDSHAKE_BYTE = b"\x16"
HANDSHAKE_SECONDS = 10.0
SILENT_SECONDS = 60.0


class Door:
    """One port of this machine, with the listeners behind it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.plain: Frontend | None = None
        self.secure: Frontend | None = None
        self._silent: dict[socket.socket, float] = {}
        self._admitting: set[asyncio.Task[None]] = set()
        self._socket: socket.socket | None = None

    def open(self) -> None:
        """Take connections; raises OSError when the port is somebody else's."""
        self._socket = socket.create_server(("127.0.0.1", self.port), backlog=BACKLOG)
        self._socket.setblocking(False)
        asyncio.get_running_loop().add_reader(self._socket, self._accept)

    def close(self) -> None:
        """Take no more, and let go of those that have not said anything."""
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None
        for connection in tuple(self._silent):
            self._drop(connection)

    def expire(self, now: float) -> None:
        """Let go of the connections that have not said anything for too long."""
        frontend = self.plain or self.secure
        limit = frontend.idle_timeout if frontend is not None else SILENT_SECONDS
        for connection, since in tuple(self._silent.items()):
            if now - since > limit:
                self._drop(connection)

    def _accept(self) -> None:
        for _ in range(AT_ONCE):
            if self._socket is None:
                return
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            connection.setblocking(False)
            with suppress(OSError):
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._look(connection)

    def _look(self, connection: socket.socket) -> None:
        """Hand the connection over as soon as its first byte is there."""
        loop = asyncio.get_running_loop()
        try:
            first = connection.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            if connection not in self._silent:
                self._silent[connection] = time.monotonic()
                loop.add_reader(connection, self._look, connection)
            return
        except OSError:
            first = b""
        if self._silent.pop(connection, None) is not None:
            loop.remove_reader(connection)
        if not first:
            connection.close()
            return
        task = loop.create_task(self._admit(connection, secure=first == HANDSHAKE_BYTE))
        self._admitting.add(task)
        task.add_done_callback(self._admitting.discard)

    async def _admit(self, connection: socket.socket, *, secure: bool) -> None:
        frontend = self.secure if secure and self.secure is not None else self.plain
        if frontend is None:
            _wrong_protocol(connection)
            return
        context = frontend.context
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: Client(frontend),
                connection,
                ssl=context,
                ssl_handshake_timeout=HANDSHAKE_SECONDS if context else None,
            )
        except OSError:
            # Not the listener's business: the client hung up or cannot agree on TLS with us.
            frontend.tally.balancer(frontend.load_balancer).tls_errors += context is not None
            connection.close()

    def _drop(self, connection: socket.socket) -> None:
        asyncio.get_running_loop().remove_reader(connection)
        del self._silent[connection]
        connection.close()


def _wrong_protocol(connection: socket.socket) -> None:
    """The answer to plain HTTP on a port that speaks TLS only."""
    with suppress(OSError):
        connection.recv(64 * 1024)
        page = answers.page(400)
        connection.send(answers.head(400, len(page), "text/html", keep_alive=False) + page)
    connection.close()
