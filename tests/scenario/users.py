"""People who use a deployment all the while something is done to it."""

from __future__ import annotations

import asyncio
import threading

from bench.loadgen import LoadGenerator, Result


class Users:
    """They ask in a thread of their own, from entering to leaving; `result` is what they were answered."""

    def __init__(self, url: str) -> None:
        self._url, self._over = url, threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._ask()))
        self._result: Result | None = None

    def __enter__(self) -> Users:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def result(self) -> Result:
        """What happened to them, once they have left."""
        assert self._result is not None
        return self._result

    async def _ask(self) -> None:
        async with LoadGenerator(self._url, connections=4, pause=0.05) as load:
            await asyncio.to_thread(self._over.wait)
        self._result = load.result()
