"""The parser of metric math: a text becomes a tree of frozen nodes, or an ExpressionError that says where.

or         = and (("OR" | "||") and)*             loosest
and        = comparison (("AND" | "&&") comparison)*
comparison = sum (("==" | "!=" | "<=" | ">=" | "<" | ">") sum)*
sum        = product (("+" | "-") product)*
product    = negation (("*" | "/") negation)*
negation   = "-" negation | power
power      = atom ("^" negation)?                 tightest, to the right
atom       = number | "text" | id | FUNCTION "(" or, ... ")" | WORD | "[" or, ... "]" | "(" or ")"
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

DEEPEST, MOST_OPERATORS = 40, 150
"""What keeps the tree shallow enough to walk; AWS's longest expression has 2,048 characters."""
_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<text>\"[^\"]*\"|'[^']*')|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>==|!=|<=|>=|&&|\|\||[-+*/^<>(),\[\]]))",
    re.ASCII,
)
_WORDS = {"AND": "&&", "OR": "||"}
LEVELS = (("||",), ("&&",), ("==", "!=", "<=", ">=", "<", ">"), ("+", "-"), ("*", "/"))
"""Binary operators, the loosest first; all of them group to the left."""


class ExpressionError(Exception):
    """Why an expression cannot be read or computed."""


@dataclass(frozen=True)
class Number:
    """A scalar, as written."""

    value: float


@dataclass(frozen=True)
class Text:
    """A text in quotes."""

    value: str


@dataclass(frozen=True)
class Reference:
    """The id of a metric or of another expression."""

    id: str


@dataclass(frozen=True)
class Word:
    """A bare word in capitals, such as REPEAT."""

    name: str


@dataclass(frozen=True)
class Array:
    """`[m1, m2]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Call:
    """A function with its arguments."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Negation:
    """`-operand`."""

    operand: Node


@dataclass(frozen=True)
class Operation:
    """Two operands; AND and OR are `&&` and `||` here."""

    operator: str
    left: Node
    right: Node


Node = Number | Text | Reference | Word | Array | Call | Negation | Operation


@dataclass(frozen=True)
class Token:
    """One token; `at` counts characters from 1."""

    kind: str
    text: str
    at: int


END = "the end of the expression"


def parse(text: str) -> Node:
    """The tree of an expression; raises ExpressionError."""
    reading = _Reading(tuple(_tokens(text)))
    node = reading.operation(0)
    reading.expect("end")
    return node


def references(node: Node) -> frozenset[str]:
    """The ids that an expression names."""
    match node:
        case Reference(id):
            return frozenset({id})
        case Negation(operand):
            return references(operand)
        case Operation(_, left, right):
            return references(left) | references(right)
        case Array(items) | Call(_, items):
            return frozenset().union(*map(references, items))
        case Number() | Text() | Word():
            return frozenset()


def calls(node: Node) -> frozenset[str]:
    """The functions that an expression uses."""
    match node:
        case Call(function, arguments):
            return frozenset({function}).union(*map(calls, arguments))
        case Negation(operand):
            return calls(operand)
        case Operation(_, left, right):
            return calls(left) | calls(right)
        case Array(items):
            return frozenset().union(*map(calls, items))
        case Number() | Text() | Word() | Reference():
            return frozenset()


def _tokens(text: str) -> Iterator[Token]:
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            place = len(text) - len(text[at:].lstrip())
            raise ExpressionError(f"unexpected character '{text[place]}' at position {place + 1}")
        kind, written = found.lastgroup, found[found.lastgroup]
        if kind == "name" and written in _WORDS:
            kind, written = "sign", _WORDS[written]
        yield Token(written if kind == "sign" else kind, written, found.start(found.lastgroup) + 1)
        at = found.end()
    yield Token("end", END, len(text) + 1)


class _Reading:
    """The tokens, and how far they are read."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0
        self._operators = 0

    def operation(self, level: int) -> Node:
        """Operations of this level and tighter."""
        if level == len(LEVELS):
            return self._negation()
        node = self.operation(level + 1)
        while (operator := self._token.kind) in LEVELS[level]:
            self._next += 1
            self._operators += 1
            if self._operators > MOST_OPERATORS:
                raise ExpressionError(f"it has more than {MOST_OPERATORS} operators")
            node = Operation(operator, node, self.operation(level + 1))
        return node

    def expect(self, kind: str) -> Token:
        """The next token, which must be of this kind."""
        token = self._token
        if token.kind != kind:
            raise ExpressionError(f"unexpected '{token.text}' at position {token.at}")
        self._next += 1
        return token

    @property
    def _token(self) -> Token:
        return self._tokens[min(self._next, len(self._tokens) - 1)]

    def _negation(self) -> Node:
        if self._token.kind != "-":
            return self._power()
        self._next += 1
        return Negation(self._deeper(self._negation))

    def _power(self) -> Node:
        base = self._deeper(self._atom)
        if self._token.kind != "^":
            return base
        self._next += 1
        return Operation("^", base, self._deeper(self._negation))

    def _atom(self) -> Node:
        token = self._token
        match token.kind:
            case "number":
                self._next += 1
                return Number(float(token.text))
            case "text":
                self._next += 1
                return Text(token.text[1:-1])
            case "name":
                self._next += 1
                return self._named(token)
            case "(":
                self._next += 1
                node = self.operation(0)
                self.expect(")")
                return node
            case "[":
                self._next += 1
                return Array(self._list("]"))
        raise ExpressionError(f"unexpected '{token.text}' at position {token.at}")

    def _named(self, token: Token) -> Node:
        if self._token.kind == "(":
            self._next += 1
            return Call(token.text, self._list(")"))
        return Word(token.text) if token.text[0].isupper() else Reference(token.text)

    def _list(self, close: str) -> tuple[Node, ...]:
        items: list[Node] = []
        while self._token.kind != close:
            if items:
                self.expect(",")
            items.append(self.operation(0))
        self.expect(close)
        return tuple(items)

    def _deeper(self, read: Callable[[], Node]) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionError(f"it is nested deeper than {DEEPEST} levels")
        node = read()
        self._depth -= 1
        return node
