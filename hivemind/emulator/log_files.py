"""The local cloud's own logs are bounded: one that has grown too large is put beside itself and begins anew.

Every writer appends, so the file is emptied where it is and nobody has to open it again. What applications write inside
their instances is theirs.
"""

from __future__ import annotations

import shutil
import traceback
from collections.abc import Iterator
from pathlib import Path

from hivemind.emulator.home import Home

LARGEST = 8 << 20
"""Bytes; with the one that was put aside a log never takes much more than twice this."""


def trim(home: Home, largest: int = LARGEST) -> None:
    """Put aside every log of more than `largest` bytes, in place of the one put aside before."""
    for path in _logs(home):
        try:
            if path.stat().st_size > largest:
                shutil.copyfile(path, path.with_name(f"{path.name}.1"))
                with path.open("r+b") as file:
                    file.truncate()
        except OSError:
            traceback.print_exc()


def _logs(home: Home) -> Iterator[Path]:
    if home.log.exists():
        yield home.log
    yield from home.state.glob("balancer/*.log")
    yield from home.databases.glob("*/server.log")
    yield from home.instances.glob("*/console.log")
