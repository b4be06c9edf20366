"""A JavaScript or TypeScript file as what can be asked of it: its imports, its calls, the values of its names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from hivemind.infer.node.tokens import NAME, NUMBER, PUNCT, STRING, TEMPLATE, Token, partners, tokenize

MAX_CHAIN = 12
END = Token(PUNCT, "", 0)
ENDS_STATEMENT = frozenset({";", ")", "]", "}", ","})


@dataclass(frozen=True)
class Span:
    """Tokens from `start` up to and without `end`."""

    start: int
    end: int


@dataclass(frozen=True)
class Call:
    """`a.b.c(..)`: the names before the bracket, `()` standing for a call among them, and the span of each argument."""

    names: tuple[str, ...]
    arguments: tuple[Span, ...]
    start: int
    line: int

    @property
    def method(self) -> str:
        """The last name."""
        return self.names[-1]

    @property
    def receiver(self) -> str:
        """What stands before the last name, as in `app` or `this.server`."""
        return ".".join(self.names[:-1])


@dataclass(frozen=True)
class Source:
    """A file's tokens; `partner` holds the other half of every bracket."""

    path: str
    tokens: Sequence[Token]
    partner: Sequence[int]

    def at(self, index: int) -> Token:
        """The token there; an empty one outside of the file."""
        return self.tokens[index] if 0 <= index < len(self.tokens) else END

    def is_punct(self, index: int, *texts: str) -> bool:
        """Whether one of these marks stands there."""
        token = self.at(index)
        return token.kind == PUNCT and token.text in texts

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that stands in it, once."""
        return frozenset(token.text for token in self.tokens if token.kind == NAME)

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Every call by name, in order."""
        return tuple(self._calls())

    @cached_property
    def imports(self) -> tuple[tuple[str, int], ...]:
        """What it imports or re-exports, with the line."""
        found: list[tuple[str, int]] = []
        for index, token in enumerate(self.tokens):
            if token.kind == STRING and (self._follows_import(index) or self._is_required(index)):
                found.append((token.text, token.line))
        return tuple(found)

    @cached_property
    def imported_names(self) -> dict[str, str]:
        """Local name → the module it comes from."""
        found: dict[str, str] = {}
        for index, token in enumerate(self.tokens):
            if token.kind == STRING and (self._follows_import(index) or self._is_required(index)):
                found.update((name, token.text) for name in self._bound_before(index))
        return found

    @cached_property
    def defined(self) -> dict[str, Span]:
        """Name → what is first assigned to it: `const x = ..`, `x: ..` in an object, `this.x = ..`."""
        found: dict[str, Span] = {}
        for index, token in enumerate(self.tokens):
            is_value = self.is_punct(index + 1, "=", ":") and not self.is_punct(index - 1, "?", "...")
            if token.kind in (NAME, STRING) and is_value and token.text not in found:
                found[token.text] = Span(index + 2, self.end_of_value(index + 2))
        return found

    def end_of_value(self, start: int) -> int:
        """Where an expression ends: at a comma, semicolon or bracket that closes what is around it, or a new line."""
        index = start
        while index < len(self.tokens):
            token = self.tokens[index]
            if token.kind == PUNCT:
                if token.text in ENDS_STATEMENT:
                    return index
                index = max(self.partner[index], index)
            elif index > start and self._begins_statement(index):
                return index
            index += 1
        return index

    def text(self, span: Span) -> str | None:
        """The string that a span consists of, through a name for it; None for anything else."""
        if span.end - span.start != 1:
            return None
        token = self.tokens[span.start]
        if token.kind == STRING or (token.kind == TEMPLATE and not token.text.endswith("${")):
            return token.text
        named = self.defined.get(token.text) if token.kind == NAME else None
        if named and named.end - named.start == 1 and self.at(named.start).kind == STRING:
            return self.at(named.start).text
        return None

    def fields(self, span: Span) -> dict[str, Span]:
        """The fields of an object literal; empty for anything else. A method is its own span."""
        if not self.is_punct(span.start, "{"):
            return {}
        found: dict[str, Span] = {}
        close = self.partner[span.start]
        for part in self.parts(span.start, close):
            name = self.at(part.start)
            if name.kind in (NAME, STRING):
                is_pair = self.is_punct(part.start + 1, ":")
                found[name.text] = Span(part.start + 2, part.end) if is_pair else part
        return found

    def parts(self, opening: int, close: int) -> Iterator[Span]:
        """What commas divide between two brackets."""
        start = index = opening + 1
        while index < close:
            if self.is_punct(index, ","):
                yield Span(start, index)
                start = index + 1
            index = max(self.partner[index], index) + 1
        if start < close:
            yield Span(start, close)

    def chain_before(self, index: int) -> tuple[tuple[str, ...], int]:
        """The names of `a.b().c` that end before `index`, and where they begin."""
        names: list[str] = []
        place = index
        while len(names) < MAX_CHAIN:
            before = self.at(place - 1)
            if before.kind == NAME:
                names.append(before.text)
                place -= 1
            elif names and before.kind == PUNCT and before.text == ")" and self.partner[place - 1] < place - 1:
                names.append("()")
                place = self.partner[place - 1]
                continue
            else:
                break
            if not self.is_punct(place - 1, ".", "?."):
                break
            place -= 1
        return tuple(reversed(names)), place

    def _calls(self) -> Iterator[Call]:
        for index, token in enumerate(self.tokens):
            if token.text != "(" or token.kind != PUNCT or self.partner[index] <= index:
                continue
            names, start = self.chain_before(self._before_generics(index))
            if names and names[-1] != "()":
                arguments = tuple(self.parts(index, self.partner[index]))
                yield Call(names, arguments, start, self.at(index - 1).line)

    def _before_generics(self, index: int) -> int:
        """`get<Body>(`: where the angle bracket opens."""
        if not self.is_punct(index - 1, ">"):
            return index
        depth = 0
        for place in range(index - 1, max(index - 40, 0), -1):
            depth += self.is_punct(place, ">") - self.is_punct(place, "<")
            if depth == 0:
                return place
        return index

    def _begins_statement(self, index: int) -> bool:
        """Whether a value that needs nothing more is followed by another on a new line."""
        before, token = self.tokens[index - 1], self.tokens[index]
        is_complete = before.kind != PUNCT or before.text in (")", "]", "}")
        return is_complete and token.line > before.line and token.kind in (NAME, STRING, NUMBER)

    def _follows_import(self, index: int) -> bool:
        before = self.at(index - 1)
        return before.kind == NAME and before.text in ("from", "import")

    def _is_required(self, index: int) -> bool:
        called = self.at(index - 2)
        return self.is_punct(index - 1, "(") and called.kind == NAME and called.text in ("require", "import")

    def _bound_before(self, index: int) -> Iterator[str]:
        """The local names on the left of `from` or `= require(`."""
        for place in range(index - 1, max(index - 60, -1), -1):
            token = self.at(place)
            if token.kind == NAME and token.text in ("import", "const", "let", "var", "export"):
                return
            if token.kind in (STRING, TEMPLATE) or (token.kind == PUNCT and token.text == ";"):
                return
            if token.kind == NAME:
                yield token.text


def parse(path: str, text: str) -> Source:
    """The file as tokens."""
    tokens = tokenize(text)
    return Source(path, tokens, partners(tokens))
