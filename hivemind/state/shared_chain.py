"""An append-only sequence of linked JSON lines in a state bucket, as the objects `<folder>/000001.jsonl` and so on.

S3 cannot append, so the last object is written anew with each line, in the place of the very version that was read:
whoever lost the lease without noticing cannot add a line behind the back of the next holder. An object that has grown
large is left as it is, and the next one begun, which keeps the cost of a line from growing with the years.
"""

from __future__ import annotations

from dataclasses import dataclass

from hivemind.errors import RefusedError
from hivemind.ports import StateBucket
from hivemind.state.links import START, broken_at, linked, sum_of, text_of

LARGE = 128 * 1024
"""Bytes after which the next object is begun."""


@dataclass(frozen=True)
class _Last:
    """The last object: what it holds and which version that is; number 0 and no version before the first."""

    number: int = 0
    content: bytes = b""
    version: str | None = None
    sum: str = START


class ChainedObjects:
    """One folder of chained lines; `text` of a line is a JSON value without line breaks."""

    def __init__(self, bucket: StateBucket, folder: str) -> None:
        self._bucket = bucket
        self._folder = folder
        self._last: _Last | None = None

    def read(self) -> tuple[str, ...]:
        """The texts, oldest first. Raises RefusedError at the first line that is not what was written."""
        lines, last, numbers = [], _Last(), []
        for key in self._bucket.keys(self._folder):
            if (found := self._bucket.read(key)) is None:
                raise self._broken(key, "this object has gone meanwhile")
            *complete, rest = found.content.decode("utf-8", "replace").split("\n")
            lines += [*complete, rest] if rest else complete
            numbers.append(self._number(key))
            last = _Last(numbers[-1], found.content, found.version, sum_of(lines[-1]) if lines else START)
        if numbers != list(range(1, len(numbers) + 1)):
            raise self._broken(self._folder, "an object of this folder is missing")
        if number := broken_at(lines):
            raise self._broken(f"{self._folder}, line {number}", "this line is not what was written")
        self._last = last
        return tuple(text_of(line) for line in lines)

    def append(self, text: str) -> None:
        """Add a line; in the bucket when this returns. Raises RefusedError when somebody else has added one."""
        if self._last is None:
            self.read()
        last = self._last or _Last()
        line = linked(last.sum, text)
        if last.version is None or len(last.content) >= LARGE:
            last = _Last(last.number + 1)
        content = last.content + f"{line}\n".encode()
        version = self._bucket.write(self._key(last.number), content, last.version)
        if version is None:
            self._last = None
            raise RefusedError(
                "somebody else has written to this deployment's memory meanwhile",
                hint="See who acts on it: hivemind status. Nothing of theirs was overwritten.",
                where=f"{self._bucket.address}/{self._key(last.number)}",
            )
        self._last = _Last(last.number, content, version, sum_of(line))

    def _key(self, number: int) -> str:
        return f"{self._folder}{number:06}.jsonl"

    def _number(self, key: str) -> int:
        stem = key.removeprefix(self._folder).removesuffix(".jsonl")
        return int(stem) if stem.isdigit() else 0

    def _broken(self, place: str, what: str) -> RefusedError:
        return RefusedError(
            f"{what}: the state was altered or damaged",
            hint="Restore the older version of the object that the bucket keeps, and run again.",
            where=f"{self._bucket.address}/{place}",
        )
