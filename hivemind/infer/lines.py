"""Source that is read line by line: the code of each line without its comments, and the URLs written in it.

Only as much of a language is known as keeps a comment from being taken for code: what begins one, and that a quote
hides it. A quote left open ends with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from hivemind.infer.facts import Url
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote

MAX_URLS = 500
QUOTES = "'\"`"
URL = re.compile(r"(?<![\w+])(postgres(?:ql)?|mysql2?|mariadb|sqlite3?|mongodb(?:\+srv)?|rediss?|memcached)://")
SCHEMES = {"mysql2": "mysql", "sqlite3": "sqlite", "mongodb+srv": "mongodb", "ecto": "postgres"}
"""Other names of the same store."""


@dataclass(frozen=True)
class Line:
    """The code of one line, without comment and blanks around it; `number` counts from 1."""

    path: str
    number: int
    code: str


def code_lines(tree: Tree, path: str, marks: Sequence[str] = ("#",), block: tuple[str, str] = ("", "")) -> list[Line]:
    """The lines that hold code; `marks` begin a comment to the end of the line, `block` encloses one of many lines."""
    found, in_block = [], False
    for number, text in enumerate(tree.lines(path), start=1):
        code, in_block = _outside(text, block, in_block) if block[0] else (text, False)
        if code := uncommented(code, marks).strip():
            found.append(Line(path, number, code))
    return found


def quote(tree: Tree, line: Line) -> Quote:
    """The line as evidence."""
    return tree.quote(line.path, line.number)


def uncommented(text: str, marks: Sequence[str]) -> str:
    """The line up to the first mark that no quote hides."""
    if not any(mark in text for mark in marks):
        return text
    quoted, place = "", 0
    while place < len(text):
        character = text[place]
        if character == "\\":
            place += 1
        elif quoted:
            quoted = "" if character == quoted else quoted
        elif character in QUOTES:
            quoted = character
        elif text.startswith(tuple(marks), place) and _begins(text, place):
            return text[:place]
        place += 1
    return text


def written_urls(tree: Tree, lines: Iterable[Line]) -> tuple[Url, ...]:
    """Database and cache URLs that stand in the code as text."""
    found = ((line, URL.search(line.code)) for line in lines if "://" in line.code)
    urls = (Url(SCHEMES.get(url[1], url[1]), quote(tree, line)) for line, url in found if url)
    return tuple(islice(urls, MAX_URLS))


def _begins(text: str, place: int) -> bool:
    """Whether a mark here begins a comment: not the `//` of a URL, nor the `#` of `x#y`."""
    return place == 0 or text[place - 1] in " \t;{}()[]," or text[place - 1] in QUOTES


def _outside(text: str, block: tuple[str, str], in_block: bool) -> tuple[str, bool]:
    """The part of a line outside a comment of many lines, and whether one is still open after it."""
    opening, closing = block
    kept = ""
    while text:
        if in_block:
            _, ended, text = text.partition(closing)
            in_block = not ended
            continue
        before, opened, text = text.partition(opening)
        kept += before
        in_block = bool(opened)
    return kept, in_block
