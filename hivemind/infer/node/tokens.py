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


BLANKS = r"[ \t\r\f\v\u00a0\ufeff]*"
STRINGS = r"\"(?P<double>(?:[^\"\\\n]|\\[^\n]|\\\n)*)\"|'(?P<single>(?:[^'\\\n]|\\[^\n]|\\\n)*)'|"
OTHERS = (
    r"(?P<name>[A-Za-z_$#@][\w$]*)"
    r"|(?P<line>\n)"
    r"|(?P<number>0[xX][0-9a-fA-F_]+|[0-9][0-9_]*(?:\.[0-9]+)?)"
    r"|(?P<comment>//[^\n]*)|(?P<block>/\*)|(?P<slash>/)|(?P<tick>`)"
    r"|(?P<punct>===|!==|\.\.\.|\?\?=|\|\|=|&&=|\?\?|\|\||&&|=>|==|!=|\?\.(?![0-9])|\+\+|--|[<>]=|.)"
)
LEXEME = re.compile(f"{BLANKS}(?:{STRINGS}{OTHERS})")
WITHOUT_STRINGS = re.compile(f"{BLANKS}(?:{OTHERS})")
"""For the rest of a line on which a quote is not closed."""
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

    `nested` counts the braces open in each `${` that is being read. Up to `unquoted` a quote is known to be left open,
    so that its other half is looked for once.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.line = 1
        self.unquoted = 0
        self.nested: list[int] = []

    def tokens(self, before: Sequence[Token]) -> Iterator[Token]:
        """Every token; `before` holds those already given, which decide what a slash is."""
        while self.place < len(self.text):
            pattern = LEXEME if self.place >= self.unquoted else WITHOUT_STRINGS
            found = pattern.match(self.text, self.place)
            if not found:
                return  # nothing but blanks is left
            self.place = found.end()
            kind = found.lastgroup or ""
            if kind == "line":
                self.line += 1
            elif kind in (NAME, NUMBER):
                yield Token(kind, found[kind], self.line)
            elif token := self._other(kind, found, before[-1] if before else None):
                yield token

    def _other(self, kind: str, found: re.Match[str], last: Token | None) -> Token | None:
        """A token that takes more than its text."""
        match kind:
            case "double" | "single":
                token = Token(STRING, _unescaped(found[kind]), self.line)
                self.line += found[0].count("\n")
                return token
            case "block":
                self._skip_comment()
                return None
            case "tick":
                return self._template()
            case "slash":
                return self._slash(last)
            case "punct":
                return self._punctuation(found[kind])
            case _:
                return None

    def _slash(self, last: Token | None) -> Token:
        found = REGULAR.match(self.text, self.place - 1) if _may_begin_regex(last) else None
        if not found:
            return Token(PUNCT, "/", self.line)
        self.place = found.end()
        return Token(REGEX, found[0], self.line)

    def _punctuation(self, text: str) -> Token:
        if text in QUOTES:
            end = self.text.find("\n", self.place)
            self.unquoted = end if end >= 0 else len(self.text)
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
        end = self.text.find("*/", self.place)
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
