"""A connection that knows when an answer came, not when the program that asks had time to read it.

The load generator shares its processors with what it measures. The kernel stamps what it receives, so the wait of the
generator for a processor of its own is no part of a latency; the users' machines are elsewhere.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
import time
from contextlib import suppress

STAMPS = 35
"""SO_TIMESTAMPNS and SCM_TIMESTAMPNS of Linux: a timespec of the real time clock."""
TIMESPEC = struct.Struct("@ll")
SECOND = 1_000_000_000


class Wire:
    """One connection: what is sent, the reader of what comes back, and when its last part arrived."""

    def __init__(self, connected: socket.socket) -> None:
        self.reader = asyncio.StreamReader()
        self.arrived = 0
        """Nanoseconds of the real time clock."""
        self._socket = connected
        asyncio.get_running_loop().add_reader(connected, self._readable)

    @classmethod
    async def to(cls, host: str, port: int) -> Wire:
        """Connect; raises OSError."""
        fresh = socket.socket()
        try:
            fresh.setblocking(False)
            fresh.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if sys.platform == "linux":
                fresh.setsockopt(socket.SOL_SOCKET, STAMPS, 1)
            await asyncio.get_running_loop().sock_connect(fresh, (host, port))
        except BaseException:
            fresh.close()
            raise
        return cls(fresh)

    def send(self, request: bytes) -> None:
        """Hand a small request to the kernel; raises OSError."""
        if self._socket.send(request) != len(request):
            raise OSError("the request did not fit")

    def close(self) -> None:
        """Close; again is harmless."""
        with suppress(ValueError):
            asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()

    def _readable(self) -> None:
        try:
            content, stamps, _, _ = self._socket.recvmsg(65536, 64)
        except BlockingIOError:
            return
        except OSError as problem:
            self.reader.set_exception(problem)
            content, stamps = b"", []
        self.arrived = next((_read(stamp) for _, kind, stamp in stamps if kind == STAMPS), time.time_ns())
        if content:
            self.reader.feed_data(content)
            return
        asyncio.get_running_loop().remove_reader(self._socket)
        if self.reader.exception() is None:
            self.reader.feed_eof()


def _read(stamp: bytes) -> int:
    seconds, nanoseconds = TIMESPEC.unpack(stamp[: TIMESPEC.size])
    return int(seconds) * SECOND + int(nanoseconds)
