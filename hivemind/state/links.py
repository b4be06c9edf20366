"""Lines that cannot be changed unseen: each carries a checksum over itself and the one before."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

START = "0" * 64
_SUM_AT, _TEXT_AT = len('{"sum":"'), len('{"sum":"","entry":') + len(START)


def linked(previous: str, text: str) -> str:
    """The line of a JSON value without line breaks, behind the line whose checksum is `previous`."""
    return f'{{"sum":"{sha256((previous + text).encode()).hexdigest()}","entry":{text}}}'


def sum_of(line: str) -> str:
    """The checksum that a line carries."""
    return line[_SUM_AT : _SUM_AT + len(START)]


def text_of(line: str) -> str:
    """The JSON value that a line carries."""
    return line[_TEXT_AT:-1]


def broken_at(lines: Iterable[str]) -> int | None:
    """The number, from 1, of the first line that is not what was written; None when all are."""
    previous = START
    for number, line in enumerate(lines, start=1):
        if line != linked(previous, text_of(line)):
            return number
        previous = sum_of(line)
    return None
