"""Who holds a deployment: an flock on a file that also says who, why and since when.

The kernel frees the lock when the holder ends, however it ends; what the file still says then holds nobody off.
Lock and words change behind a door, an flock on the folder that each holds for a moment only: so whoever is refused
reads of the holder that is, never of nobody or of the one before.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hivemind.errors import RefusedError
from hivemind.model.holder import Holder
from hivemind.state.chain import explained, private_folder


@contextmanager
def held(path: Path, who: str, why: str, since: str) -> Iterator[None]:
    """Hold the lock file. Raises RefusedError naming the holder when somebody else does."""
    with explained(path):
        private_folder(path.parent)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with explained(path), _door(path.parent):
            _lock(descriptor, path)
            _tell(descriptor, {"who": who, "why": why, "since": since, "pid": str(os.getpid())})
        try:
            yield
        finally:
            with _door(path.parent):
                os.ftruncate(descriptor, 0)
                fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)


def holder(path: Path) -> Holder | None:
    """Who holds the lock file, or died holding it; None when the last holder let go of it, or there never was one."""
    with explained(path):
        if not path.exists():
            return None
        descriptor = os.open(path, os.O_RDONLY)
    try:
        with _door(path.parent):
            return _seen(descriptor)
    finally:
        os.close(descriptor)


def _seen(descriptor: int) -> Holder | None:
    said = _holder(descriptor)
    told = {name: str(said.get(name, "unknown")) for name in ("who", "why", "since")}
    process = str(said.get("pid", "unknown"))
    return Holder(**told, process=process, alive=_lives(process) and _taken(descriptor)) if said else None


@contextmanager
def _door(folder: Path) -> Iterator[None]:
    """One process at a time."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _lives(process: str) -> bool:
    return process.isdigit() and Path("/proc", process).exists() if Path("/proc").exists() else True


def _taken(descriptor: int) -> bool:
    """Tried only where the holder's process seems to live: for a moment this holds the lock itself."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _lock(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = _holder(descriptor)
        raise RefusedError(
            f"{holder.get('who', 'somebody')} holds this deployment since {holder.get('since', 'just now')} "
            f"({holder.get('why', 'no reason given')}, process {holder.get('pid', 'unknown')})",
            hint="Wait until that run has ended; the lock frees itself with its process, even a killed one.",
            where=str(path),
        ) from None


def _holder(descriptor: int) -> Mapping[str, str]:
    """What the holder says of itself; nothing where somebody else wrote to the file."""
    try:
        said = json.loads(os.pread(descriptor, 4096, 0))
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _tell(descriptor: int, holder: Mapping[str, str]) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(holder).encode(), 0)
    os.fsync(descriptor)
