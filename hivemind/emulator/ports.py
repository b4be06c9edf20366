"""Free TCP ports on 127.0.0.1, each handed out once: below the ephemeral range, so that no client takes them."""

from __future__ import annotations

import random
import socket
import threading

FIRST, LAST = 20000, 31999


class PortPool:
    """The ports of one local cloud; what runs keeps its port over a restart."""

    def __init__(self) -> None:
        self._taken: set[int] = set()
        self._lock = threading.Lock()

    def claim(self, port: int | None = None) -> int:
        """A port nobody else has: the wanted one when it is free, else another."""
        with self._lock:
            for candidate in self._candidates(port):
                if candidate not in self._taken and is_free(candidate):
                    self._taken.add(candidate)
                    return candidate
        raise OSError("no free TCP port between 20000 and 31999 on 127.0.0.1")

    def release(self, port: int) -> None:
        """Give a port back."""
        with self._lock:
            self._taken.discard(port)

    @staticmethod
    def _candidates(port: int | None) -> list[int]:
        start = random.randrange(FIRST, LAST + 1)
        return [*([port] if port else []), *range(start, LAST + 1), *range(FIRST, start)]


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
