"""JavaScript and TypeScript as tokens: enough to tell code from comments, strings, templates and regular expressions.

What the grammar leaves open without a parser is decided by what came before: a slash after a value divides, elsewhere
it begins a regular expression. A quote that is not closed on its line (text in JSX) counts as punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

MAX_SOURCE = 128 << 10
MAX_TOKENS = 60_000

NAME, STRING, TEMPLATE, NUMBER, REGEX, PUNCT = "name", "string", "template", "number", "regex", "punct"


class Token(NamedTuple):
    """`text` is a string's content without quotes, and of a template what stands before its first `${`."""

    kind: str
    text: str
    line: int


LEXEME = re.compile(
    r"(?P<space>[ \t\r\f\v\u00a0\ufeff]+)"
    r"|(?P<name>[A-Za-z_$#@][\w$]*)"
    r"|(?P<number>0[xX][0-9a-fA-F_]+|[0-9][0-9_]*(?:\.[0-9]+)?)"
    r"|\"(?P<double>(?:[^\"\\\n]|\\[^\n]|\\\n)*)\"|'(?P<single>(?:[^'\\\n]|\\[^\n]|\\\n)*)'"
    r"|(?P<comment>//[^\n]*)"
    r"|(?P<punct>===|!==|\.\.\.|\?\?=|\|\|=|&&=|\?\?|\|\||&&|=>|==|!=|\?\.(?![0-9])|\+\+|--|[<>]=|.)"
)
REGULAR = re.compile(r"/(?:[^/\\\n\[]|\\[^\n]|\[(?:[^\]\\\n]|\\[^\n]){0,200}\]){1,500}/[a-z]*")
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
BEFORE_REGEX = frozenset({"return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do"})
QUOTES = ("'", '"')
CLOSING = frozenset({")", "]", "}"})
PAIRS = {"(": ")", "[": "]", "{": "}", "${": "}"}


def tokenize(text: str) -> tuple[Token, ...]:
    """The tokens of a file; those of its first part where it is too long."""
    found: list[Token] = []
    for token in _Reader(text[:MAX_SOURCE]).tokens(found):
        found.append(token)
        if len(found) >= MAX_TOKENS:
            break
    return tuple(found)


def partners(tokens: Sequence[Token]) -> Sequence[int]:
    """For every bracket the index of its other half; for everything else, and brackets without one, its own."""
    found = list(range(len(tokens)))
    opened: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind != PUNCT:
            continue
        if token.text in PAIRS:
            opened.append(index)
        elif token.text in CLOSING and opened and PAIRS[tokens[opened[-1]].text] == token.text:
            other = opened.pop()
            found[index], found[other] = other, index
    return found


class _Reader:
    """One pass over a text.

    `nested` counts the braces open in each `${` that is being read; `unclosed` holds the lines where a kind of quote is
    known to be left open, so that it is looked for once.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.line = 1
        self.nested: list[int] = []
        self.unclosed: set[tuple[int, str]] = set()

    def tokens(self, before: Sequence[Token]) -> Iterator[Token]:
        """Every token; `before` holds those already given, which decide what a slash is."""
        while self.place < len(self.text):
            token = self._next(before[-1] if before else None)
            if token:
                yield token

    def _next(self, last: Token | None) -> Token | None:
        character = self.text[self.place]
        if character == "\n":
            self.place += 1
            self.line += 1
            return None
        if self.text.startswith("/*", self.place):
            self._skip_comment()
            return None
        if character == "`":
            self.place += 1
            return self._template()
        if character == "/" and not self.text.startswith("//", self.place) and _may_begin_regex(last):
            found = REGULAR.match(self.text, self.place)
            if found:
                self.place = found.end()
                return Token(REGEX, found[0], self.line)
        return self._lexeme()

    def _lexeme(self) -> Token | None:
        quote = self.text[self.place]
        if (self.line, quote) in self.unclosed:
            self.place += 1
            return Token(PUNCT, quote, self.line)
        found = LEXEME.match(self.text, self.place)
        if not found:
            self.place += 1
            return None
        self.place, line = found.end(), self.line
        self.line += found[0].count("\n")
        match found.lastgroup:
            case "double" | "single":
                return Token(STRING, _unescaped(found[found.lastgroup]), line)
            case "punct":
                return self._punctuation(found[0])
            case "name" | "number":
                return Token(found.lastgroup, found[0], line)
            case _:
                return None

    def _punctuation(self, text: str) -> Token:
        if text in QUOTES:
            self.unclosed.add((self.line, text))
        if self.nested and text == "{":
            self.nested[-1] += 1
        elif self.nested and text == "}":
            self.nested[-1] -= 1
            if self.nested[-1] < 0:
                self.nested.pop()
                self._template()
        return Token(PUNCT, text, self.line)

    def _template(self) -> Token:
        """Reads on to the next `${`, or to the end of the template."""
        start, line, text = self.place, self.line, self.text
        while self.place < len(text) and text[self.place] != "`" and not text.startswith("${", self.place):
            self.place += 2 if text[self.place] == "\\" else 1
        content = text[start : self.place]
        self.line += content.count("\n")
        if text.startswith("${", self.place):
            self.nested.append(0)
            self.place += 2
            return Token(TEMPLATE, content + "${", line)
        self.place += 1
        return Token(TEMPLATE, content, line)

    def _skip_comment(self) -> None:
        end = self.text.find("*/", self.place + 2)
        end = len(self.text) if end < 0 else end + 2
        self.line += self.text.count("\n", self.place, end)
        self.place = end


def _may_begin_regex(last: Token | None) -> bool:
    if last is None:
        return True
    if last.kind == NAME:
        return last.text in BEFORE_REGEX
    return last.kind == PUNCT and last.text not in CLOSING


def _unescaped(text: str) -> str:
    return ESCAPE.sub(lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), text) if "\\" in text else text
