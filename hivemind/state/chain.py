"""An append-only file of linked JSON lines.

A process killed while it wrote leaves a last line without an end: it was never acknowledged, so it is left out, named,
and put aside at the next append. Any other difference from what was written is refused, with file and line.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hivemind.errors import RefusedError
from hivemind.state.links import START, broken_at, linked, sum_of, text_of


class ChainedLines:
    """One file of chained lines; `text` of a line is a JSON value without line breaks."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> tuple[str, ...]:
        """The texts, oldest first. Raises RefusedError at the first line that is not what was written."""
        lines, _ = self._split()
        if number := broken_at(lines):
            raise self._altered(number)
        return tuple(text_of(line) for line in lines)

    def torn(self) -> str | None:
        """`file:line` of a last line that a crash cut off; it counts as never written."""
        lines, rest = self._split()
        return f"{self.path}:{len(lines) + 1}" if rest else None

    def append(self, text: str) -> None:
        """Add a line; on disk when this returns. Only the holder of the lease may append."""
        with explained(self.path):
            private_folder(self.path.parent)
            lines, rest = self._split()
            if rest:
                self._put_aside(rest)
            _write(self.path, linked(sum_of(lines[-1]) if lines else START, text).encode() + b"\n")

    def _split(self) -> tuple[list[str], bytes]:
        """The complete lines, and what follows the last of them."""
        with explained(self.path):
            content = self.path.read_bytes() if self.path.exists() else b""
        complete, _, rest = content.rpartition(b"\n")
        return complete.decode("utf-8", "replace").split("\n") if complete else [], rest

    def _put_aside(self, rest: bytes) -> None:
        _write(self.path.with_suffix(".torn"), rest + b"\n")
        os.truncate(self.path, self.path.stat().st_size - len(rest))

    def _altered(self, number: int) -> RefusedError:
        return RefusedError(
            "this line is not what was written: the file was altered or damaged",
            hint=f"Put {self.path} aside (or restore it from a backup) and run again: "
            "HiveMind then starts from what the cloud shows.",
            where=f"{self.path}:{number}",
        )


def private_folder(path: Path) -> None:
    """The folder with all its parents, those that are made readable by their owner alone."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn an error of the file system into one a person can act on."""
    try:
        yield
    except OSError as error:
        raise RefusedError(
            f"the state of this deployment cannot be used: {error.strerror or error}",
            hint="Make the file readable and writable for you, or set HIVEMIND_HOME to a folder of yours.",
            where=str(error.filename or path),
        ) from error


def replace_file(path: Path, text: str) -> None:
    """Put a text in the place of a file's, whole or not at all; on disk when this returns."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    _write(fresh, text.encode())
    fresh.replace(path)
    _sync_folder(path.parent)


def _write(path: Path, content: bytes) -> None:
    fresh = not path.exists()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        if os.write(descriptor, content) < len(content):
            raise OSError(errno.ENOSPC, "the disk is full", str(path))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if fresh:
        _sync_folder(path.parent)


def _sync_folder(path: Path) -> None:
    """A new file's name is on disk only when its folder is."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
