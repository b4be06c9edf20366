"""CloudWatch says no: the code and the words of the answer."""

from __future__ import annotations


class Refusal(Exception):
    """What a call is answered with instead of a result; `code` is CloudWatch's own."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def invalid(message: str) -> Refusal:
    """A ValidationError."""
    return Refusal("ValidationError", message)


def bad_value(message: str) -> Refusal:
    """An InvalidParameterValue."""
    return Refusal("InvalidParameterValue", message)


def bad_combination(message: str) -> Refusal:
    """An InvalidParameterCombination."""
    return Refusal("InvalidParameterCombination", message)
