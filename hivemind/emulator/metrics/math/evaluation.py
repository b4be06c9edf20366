"""Computing an expression over the time series of a request."""

from __future__ import annotations

from collections.abc import Mapping

from hivemind.emulator.metrics.math.expression import (
    Array,
    Call,
    ExpressionError,
    Negation,
    Node,
    Number,
    Operation,
    Reference,
    Text,
    Word,
)
from hivemind.emulator.metrics.math.functions import Argument, Scene, call
from hivemind.emulator.metrics.math.series import Lines, Series, Value, combine, negate

Known = Mapping[str, Lines | Series]
"""Id → what the metric or expression of that id gave."""


def evaluate(node: Node, known: Known, scene: Scene) -> Series | Lines:
    """The time series that an expression means; a scalar is no result (`AVG(m1)` alone is refused, as on AWS)."""
    value = _value(node, known, scene)
    if isinstance(value, float):
        raise ExpressionError("the result is a number; it must be a time series or an array of time series")
    return value


def _value(node: Node, known: Known, scene: Scene) -> Value:
    value = _argument(node, known, scene)
    if isinstance(value, Word | str):
        raise ExpressionError(f"{value.name if isinstance(value, Word) else repr(value)} is no value")
    return value


def _argument(node: Node, known: Known, scene: Scene) -> Argument:
    match node:
        case Number(written) | Text(written):
            return written
        case Word():
            return node
        case Reference(id):
            return known[id]
        case Negation(operand):
            return negate(_value(operand, known, scene))
        case Operation(operator, left, right):
            return combine(operator, _value(left, known, scene), _value(right, known, scene))
        case Call(function, arguments):
            return call(function, scene, [_argument(argument, known, scene) for argument in arguments])
        case Array(items):
            return tuple(line for item in items for line in _members(_value(item, known, scene)))


def _members(value: Value) -> Lines:
    match value:
        case Series():
            return (value,)
        case tuple():
            return value
    raise ExpressionError("an array holds time series, not numbers")
