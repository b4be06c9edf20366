"""Source code of the C family: comments blanked out, so that what is matched is code and its line can still be told.

A text keeps its length and its lines. String literals stay, since routes, ports and variables stand in them; each
language's own literals are known only so that `//` inside a string is not taken for a comment.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from hivemind.infer.facts import EnvRead, Url
from hivemind.infer.tree import MAX_LINE, Tree
from hivemind.model.findings import Quote

MAX_SOURCES = 300
MAX_TEXT = 2 << 20
"""Characters of all sources of a service together, before no more are read."""
MAX_FOUND = 1000

COMMENT = r"//[^\n]*|/\*(?:.*?\*/|.*)"
PLAIN = r'"(?:\\.|[^"\\\n])*"?'
CHARACTER = r"'(?:\\[^\n][^'\n]{0,8}|[^'\\\n])'"
BLOCK = r'"""(?:.*?"""|.*)'
LITERALS = {
    "go": rf"`[^`]*`?|{PLAIN}|{CHARACTER}",
    "java": rf"{BLOCK}|{PLAIN}|{CHARACTER}",
    "csharp": rf'{BLOCK}|\$?@\$?"(?:[^"]|"")*"?|{PLAIN}|{CHARACTER}',
    "rust": rf'\br(?P<hashes>#+)"(?:.*?"(?P=hashes)|.*)|"(?:\\.|[^"\\])*"?|{CHARACTER}',
    "cpp": rf'\bR"(?P<mark>[^\s()\\"]{{0,16}})\((?:.*?\)(?P=mark)"|.*)|{PLAIN}|{CHARACTER}',
}
TOKENS = {name: re.compile(f"{COMMENT}|{literals}", re.DOTALL) for name, literals in LITERALS.items()}

BRACE = re.compile(r'[{}]|"(?:\\.|[^"\\\n])*"?|`[^`]*`?')
PARENTHESIS = re.compile(r'[()]|"(?:\\.|[^"\\\n])*"?')
MAX_BLOCK = 60_000
WRITTEN_URL = re.compile(
    r'["`\'](?:jdbc:)?(postgres(?:ql)?|mysql|mariadb|sqlite|mongodb|redis|rediss)(?:\+\w+)?:(?=[^\s"])'
)


@dataclass(frozen=True)
class Source:
    """A file's text without its comments."""

    path: str
    text: str

    @cached_property
    def _ends(self) -> tuple[int, ...]:
        return tuple(found.start() for found in re.finditer("\n", self.text))

    def line(self, offset: int) -> int:
        """The line of a place in the text, from 1."""
        return bisect_right(self._ends, offset - 1) + 1


@dataclass(frozen=True)
class Found:
    """A match, and the line it stands on."""

    source: Source
    match: re.Match[str]

    def __getitem__(self, group: int | str) -> str:
        """A group's text; empty where the group took no part."""
        return self.match[group] or ""

    def quote(self, tree: Tree) -> Quote:
        """The line as evidence."""
        return tree.quote(self.source.path, self.source.line(self.match.start()))


def uncommented(text: str, language: str) -> str:
    """The text with every comment replaced by blanks."""
    return TOKENS[language].sub(_blanked, text)


def load_sources(tree: Tree, paths: Iterable[str], language: str) -> tuple[Source, ...]:
    """The files that can be read, up to the caps."""
    found: list[Source] = []
    left = MAX_TEXT
    for path in paths:
        text = tree.read(path)
        if text is None or len(text) > left:
            continue
        left -= len(text)
        found.append(Source(path, uncommented(unified(text), language)))
        if len(found) >= MAX_SOURCES:
            break
    return tuple(found)


def unified(text: str) -> str:
    """The text with one kind of line end, as lines are counted, and with what nobody wrote by hand cut off."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line[:MAX_LINE] for line in lines)


def search(sources: Iterable[Source], pattern: re.Pattern[str]) -> Iterator[Found]:
    """Every match in every source, up to a cap."""
    count = 0
    for source in sources:
        for match in pattern.finditer(source.text):
            yield Found(source, match)
            count += 1
            if count >= MAX_FOUND:
                return


def first(sources: Iterable[Source], *patterns: re.Pattern[str]) -> Found | None:
    """The first match of the first pattern that matches at all."""
    held = tuple(sources)
    return next((found for pattern in patterns for found in search(held, pattern)), None)


def written_urls(tree: Tree, sources: Sequence[Source]) -> tuple[Url, ...]:
    """Database and cache URLs that stand in the code as text."""
    return tuple(Url(found[1], found.quote(tree)) for found in search(sources, WRITTEN_URL))


def block_end(text: str, start: int) -> int:
    """Where the block ends whose `{` is the first at or after `start`; the text's end when it is never closed."""
    depth = 0
    for brace in BRACE.finditer(text, start, start + MAX_BLOCK):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if brace[0] == "}" and depth <= 0:
            return brace.end()
    return min(len(text), start + MAX_BLOCK)


def call_end(text: str, start: int) -> int:
    """Where the parentheses end whose `(` is just before `start`."""
    depth = 1
    for one in PARENTHESIS.finditer(text, start, start + MAX_BLOCK):
        depth += {"(": 1, ")": -1}.get(one[0], 0)
        if depth == 0:
            return one.end()
    return min(len(text), start + MAX_BLOCK)


def defaults_by_name(reads: Iterable[EnvRead]) -> dict[str, EnvRead]:
    """The reads by variable, one with a default before one without."""
    found: dict[str, EnvRead] = {}
    for read in reads:
        if read.name not in found or (found[read.name].default is None and read.default is not None):
            found[read.name] = read
    return found


def _blanked(token: re.Match[str]) -> str:
    text = token[0]
    return re.sub(r"[^\n]", " ", text) if text.startswith(("//", "/*")) else text
