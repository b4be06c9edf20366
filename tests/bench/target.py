"""A target as fast as Python can be: `python -m tests.bench.target PORT`; every request gets the same small answer."""

from __future__ import annotations

import asyncio
import sys
from typing import cast

import uvloop

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nContent-Type: text/plain\r\n\r\nhello\n"
END = b"\r\n\r\n"


class Target(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._rest = b""

    def data_received(self, data: bytes) -> None:
        heads = (self._rest + data).split(END)
        self._rest = heads.pop()
        self._transport.write(ANSWER * len(heads))


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Target, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
