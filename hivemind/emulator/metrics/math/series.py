"""The values of metric math: a scalar, a time series, an array of them; and how operators combine them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hivemind.emulator.metrics.math.expression import ExpressionError

Points = Mapping[int, float]
"""Start of a period in seconds since 1970 → value; a period without data is left out."""


@dataclass(frozen=True)
class Series:
    """One time series; `id` is of the metric it comes from, `period` in seconds."""

    id: str
    label: str
    period: int
    points: Points = field(default_factory=dict)
    is_metric: bool = False
    """Whether it is a metric itself, and no result of an expression."""

    def having(self, points: Points) -> Series:
        """A result with other points."""
        return Series(self.id, self.label, self.period, points)


Lines = tuple[Series, ...]
Value = float | Series | Lines


def each(value: Value, change: Callable[[Series], Series], function: str) -> Value:
    """The change made to a time series, or to each of an array; a scalar is no operand for it."""
    match value:
        case Series():
            return change(value)
        case tuple():
            return tuple(change(line) for line in value)
    raise ExpressionError(f"{function} needs a time series, not a number")


def combine(operator: str, left: Value, right: Value) -> Value:
    """A binary operator over every pairing that AWS has; raises ExpressionError for two arrays.

    A scalar that has no value, as 1 / 0, is NaN, and the points computed with it are dropped.
    """
    if isinstance(left, tuple) and isinstance(right, tuple):
        raise ExpressionError(f"operator {operator} does not combine two arrays of time series")
    if isinstance(left, tuple):
        return tuple(_line(combine(operator, line, right)) for line in left)
    if isinstance(right, tuple):
        return tuple(_line(combine(operator, left, line)) for line in right)
    if isinstance(left, Series):
        return left.having(_paired(operator, left, right))
    if isinstance(right, Series):
        return right.having(_computed({at: _compute(operator, left, y) for at, y in right.points.items()}))
    computed = _compute(operator, left, right)
    return math.nan if computed is None else computed


def negate(value: Value) -> Value:
    """Unary minus."""
    if isinstance(value, float):
        return -value
    return each(value, lambda line: line.having({at: -x for at, x in line.points.items()}), "-")


def _line(value: Value) -> Series:
    assert isinstance(value, Series)
    return value


def _paired(operator: str, left: Series, right: Series | float) -> Points:
    """A value that only one of two series has meets 0, as AWS documents for arithmetic and for comparisons."""
    if isinstance(right, float):
        return _computed({at: _compute(operator, x, right) for at, x in left.points.items()})
    if left.period != right.period:
        raise ExpressionError("the metrics of an expression must have the same period")
    moments = sorted(left.points.keys() | right.points.keys())
    return _computed({at: _compute(operator, left.points.get(at, 0.0), right.points.get(at, 0.0)) for at in moments})


def _computed(points: Mapping[int, float | None]) -> Points:
    """A point whose value cannot be computed, as by a division by zero, is dropped."""
    return {at: value for at, value in points.items() if value is not None}


def _compute(operator: str, x: float, y: float) -> float | None:
    compute = _OPERATORS[operator]
    try:
        value = float(compute(x, y))
    except (ArithmeticError, ValueError, TypeError):
        return None
    return value if math.isfinite(value) else None


_OPERATORS: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "/": lambda x, y: x / y,
    "^": math.pow,
    "==": lambda x, y: x == y,
    "!=": lambda x, y: x != y,
    "<=": lambda x, y: x <= y,
    ">=": lambda x, y: x >= y,
    "<": lambda x, y: x < y,
    ">": lambda x, y: x > y,
    "&&": lambda x, y: bool(x) and bool(y),
    "||": lambda x, y: bool(x) or bool(y),
}
