"""What is wrong with a document, collected so that a person sees all of it at once."""

from __future__ import annotations

from typing import NamedTuple, NoReturn

from hivemind.errors import Problem, SpecError

LIMIT = 50
"""Problems shown of one document; a file with more is not a spec."""


class Place(NamedTuple):
    """Where something stands; line and column count from 1."""

    line: int
    column: int


class Fault(NamedTuple):
    """What is wrong, and the next thing to do."""

    message: str
    hint: str


class Problems:
    """The problems of one file."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._found: list[Problem] = []

    def add(self, place: Place, fault: Fault) -> None:
        """Note a problem; raises SpecError at once when there are too many."""
        if len(self._found) == LIMIT:
            self.stop(place, Fault(f"more than {LIMIT} problems", "Correct the others first."))
        self._found.append(self._problem(place, fault))

    def stop(self, place: Place, fault: Fault) -> NoReturn:
        """Raise SpecError with all that was found and this, after which nothing more can be told."""
        self._found.append(self._problem(place, fault))
        raise SpecError(self._in_order())

    def settle(self) -> None:
        """Raise SpecError with every problem in document order, if there is any."""
        if self._found:
            raise SpecError(self._in_order())

    def _in_order(self) -> tuple[Problem, ...]:
        return tuple(sorted(self._found, key=lambda problem: (problem.line, problem.column)))

    def _problem(self, place: Place, fault: Fault) -> Problem:
        return Problem(self._file, place.line, place.column, fault.message, fault.hint)
