"""The YAML parser's complaints in words that help, at the place where the mistake is."""

from __future__ import annotations

from typing import Protocol

from yaml import MarkedYAMLError

from hivemind.spec.problems import Fault, Place
from hivemind.spec.words import shown


class Mark(Protocol):
    """A place as the parser counts, from 0."""

    line: int
    column: int


_AT_PROBLEM = {
    "mapping values are not allowed in this context": Fault(
        "a `:` is not expected here", "Quote a value that holds `: `, or indent the key like its neighbours."
    ),
    "did not find expected key": Fault(
        "a key was expected here", "Indent the keys of one mapping alike; quote a value whole or not at all."
    ),
    "did not find expected '-' indicator": Fault(
        "a list item was expected here", "Begin every item of a list with `- `, all indented alike."
    ),
    "block sequence entries are not allowed in this context": Fault(
        "a list cannot begin here", "Begin it in the next line, or write it as [a, b]."
    ),
    "found unknown escape character": Fault(
        "an unknown escape after `\\`", "Use single quotes, in which a backslash is only itself."
    ),
    "found incompatible YAML document": Fault("a YAML version that is not known", "Remove the %YAML line."),
}

_AT_BEGINNING = {
    "could not find expected ':'": Fault(
        "this line has no `:`", "Write `key: value`, or indent the line when it continues the one above."
    ),
    "did not find expected ',' or ']'": Fault(
        "this list is not closed", "Close it with `]`, with commas between items."
    ),
    "did not find expected ',' or '}'": Fault(
        "this mapping is not closed", "Close it with `}`, with commas between keys."
    ),
    "found unexpected end of stream": Fault("this quote is not closed", "Close it in the same line."),
}


def place_of(mark: Mark | None) -> Place:
    """The parser's mark, counted from 1; the beginning of the file when it set none."""
    return Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)


def explain(error: MarkedYAMLError, text: str) -> tuple[Place, Fault]:
    """The place of a syntax error and what it means; the parser's own words when they are not known."""
    problem = error.problem or ""
    mark = error.problem_mark or error.context_mark
    if problem == "found character that cannot start any token" and mark:
        return place_of(mark), _beginning(text[mark.index : mark.index + 1])
    if fault := _AT_BEGINNING.get(problem):
        return place_of(error.context_mark or mark), fault
    unknown = Fault(f"not valid YAML: {problem}", "Look at the indentation, quotes and brackets here.")
    return place_of(mark), _AT_PROBLEM.get(problem, unknown)


def _beginning(character: str) -> Fault:
    if character == "\t":
        return Fault("a tab indents this line", "Indent with spaces.")
    return Fault(f"a value cannot begin with {shown(character)}", "Put the value in quotes.")
