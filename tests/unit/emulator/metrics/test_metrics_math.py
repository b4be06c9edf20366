"""Metric math: the examples of AWS's own page, and what is refused."""

from __future__ import annotations

import pytest

from hivemind.emulator.metrics.math.evaluation import evaluate
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
    parse,
    references,
)
from hivemind.emulator.metrics.math.functions import Scene
from hivemind.emulator.metrics.math.series import Lines, Series
from hivemind.emulator.metrics.store import Window

a, b, c = Reference("a"), Reference("b"), Reference("c")


@pytest.mark.parametrize("text, tree", [
    ("a+b*c", Operation("+", a, Operation("*", b, c))),
    ("a-b-c", Operation("-", Operation("-", a, b), c)),
    ("(a-b)-c", Operation("-", Operation("-", a, b), c)),
    ("a-(b-c)", Operation("-", a, Operation("-", b, c))),
    ("-a^b", Negation(Operation("^", a, b))),
    ("a^-b", Operation("^", a, Negation(b))),
    ("a^b^c", Operation("^", a, Operation("^", b, c))),
    ("a<b AND b>=c OR c", Operation("||", Operation("&&", Operation("<", a, b), Operation(">=", b, c)), c)),
    ("a && b || c", Operation("||", Operation("&&", a, b), c)),
    ("SUM([a, b])", Call("SUM", (Array((a, b)),))),
    ("FILL( a , REPEAT )", Call("FILL", (a, Word("REPEAT")))),
    ("METRICS('5xx')", Call("METRICS", (Text("5xx"),))),
    (".5 * 1e3", Operation("*", Number(0.5), Number(1000.0))),
    ("m_1b", Reference("m_1b")),
    ("ORDERS(a)", Call("ORDERS", (a,))),
])  # fmt: skip
def test_how_an_expression_reads(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize("text, words", [
    ("", "the end of the expression"),
    ("a +", "the end of the expression"),
    ("a b", "unexpected 'b' at position 3"),
    ("(a", "the end of the expression"),
    ("a)", "unexpected '\\)' at position 2"),
    ("SUM(a,)", "unexpected '\\)' at position 7"),
    ("a = b", "unexpected character '=' at position 3"),
    ("a; b", "unexpected character ';'"),
    ('METRICS("x', "unexpected character '\"'"),
    ("é", "unexpected character 'é'"),
    ("(" * 41 + "a" + ")" * 41, "nested deeper"),
    ("-" * 100 + "a", "nested deeper"),
    ("a" + "+a" * 151, "more than 150 operators"),
])  # fmt: skip
def test_an_expression_that_cannot_be_read(text: str, words: str) -> None:
    with pytest.raises(ExpressionError, match=words):
        parse(text)


def line(id_: str, *values: float | None) -> Series:
    """A metric with one point a minute; None where there is no data."""
    points = {60 * at: value for at, value in enumerate(values) if value is not None}
    return Series(id_, id_, 60, points, is_metric=True)


def compute(text: str, *metrics: Series) -> list[list[float | None]]:
    """The values of each resulting time series, over five minutes."""
    scene = Scene(Window(0, 300, 60), metrics)
    result = evaluate(parse(text), {each.id: each for each in metrics}, scene)
    lines: Lines = (result,) if isinstance(result, Series) else result
    return [[each.points.get(60 * at) for at in range(5)] for each in lines]


ONE, TWO = line("metric1", 30, 20, 0, 0), line("metric2", 20, None, 20, None)
CHOICE, THEN = line("metric1", 1, 1, 0, 0, None), line("metric2", 30, None, 0, 0, 30)
OTHER = line("metric3", 0, 0, 20, None, 20)
X, Y = line("x", 1, None, 3, None, 5), line("y", 10, 20, None, 0, 50)
_ = None


@pytest.mark.parametrize("text, metrics, wanted", [
    # The tables of https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
    ("metric1 < metric2", (ONE, TWO), [0, 0, 1, 0, _]),
    ("metric1 >= 30", (ONE, TWO), [1, 0, 0, 0, _]),
    ("metric1 > 15 AND metric2 > 15", (ONE, TWO), [1, 0, 0, 0, _]),
    ("IF(metric1, metric2, metric3)", (CHOICE, THEN, OTHER), [30, 0, 20, _, _]),
    ("IF(metric1, 5, metric3)", (CHOICE, OTHER), [5, 5, 20, _, _]),
    ("IF(metric1, metric2, 5)", (CHOICE, THEN), [30, 0, 5, 5, _]),
    ("IF(metric1, metric2)", (CHOICE, THEN), [30, 0, _, _, _]),
    ("IF(1, metric2)", (THEN,), [30, _, 0, 0, 30]),
    ("IF(0, metric2)", (THEN,), [_, _, _, _, _]),
    ("IF(1 > 2 || 2 >= 2, metric2, metric3)", (THEN, OTHER), [30, _, 0, 0, 30]),
    # Arithmetic: a missing value meets 0, a division by 0 drops the point.
    ("x + y", (X, Y), [11, 20, 3, 0, 55]),
    ("y - x", (X, Y), [9, 20, -3, 0, 45]),
    ("x / y", (X, Y), [0.1, 0, _, _, 0.1]),
    ("-x ^ 2", (X,), [-1, _, -9, _, -25]),
    ("2 * x", (X,), [2, _, 6, _, 10]),
    ("x / 0", (X,), [_, _, _, _, _]),
    ("x * (1 / 0)", (X,), [_, _, _, _, _]),
    ("x != 3", (X,), [1, _, 0, _, 1]),
    # Over members, and over time.
    ("SUM([x, y])", (X, Y), [11, 20, 3, 0, 55]),
    ("AVG([x, y])", (X, Y), [5.5, 10, 1.5, 0, 27.5]),
    ("MIN([x, y])", (X, Y), [1, 20, 3, 0, 5]),
    ("MAX(METRICS())", (X, Y), [10, 20, 3, 0, 50]),
    ("SUM(METRICS('x'))", (X, Y), [1, _, 3, _, 5]),
    ("x - AVG(x)", (X,), [-2, _, 0, _, 2]),
    ("x / MAX(x)", (X,), [0.2, _, 0.6, _, 1]),
    ("x * SUM(x)", (X,), [9, _, 27, _, 45]),
    ("x + METRIC_COUNT(METRICS())", (X, Y), [3, _, 5, _, 7]),
    ("x + DATAPOINT_COUNT(x)", (X,), [4, _, 6, _, 8]),
    ("SUM([METRICS('x'), METRICS('y')])", (X, Y), [11, 20, 3, 0, 55]),
    # Gaps, steps, periods.
    ("FILL(x, 0)", (X,), [1, 0, 3, 0, 5]),
    ("FILL(x, y)", (X, Y), [1, 20, 3, 0, 5]),
    ("FILL(x, REPEAT)", (X,), [1, 1, 3, 3, 5]),
    ("FILL(x, LINEAR)", (X,), [1, 2, 3, 4, 5]),
    ("FILL(x, 0)", (line("x"),), [0, 0, 0, 0, 0]),
    ("FILL(x, REPEAT)", (line("x"),), [_, _, _, _, _]),
    ("FILL(x, MIN(x))", (X,), [1, 1, 3, 1, 5]),
    ("DIFF(x)", (X,), [_, _, 2, _, 2]),
    ("RATE(x)", (X,), [_, _, 2 / 120, _, 2 / 120]),
    ("DIFF_TIME(x)", (X,), [_, _, 120, _, 120]),
    ("x / PERIOD(x)", (X,), [1 / 60, _, 3 / 60, _, 5 / 60]),
    ("TIME_SERIES(7)", (X,), [7, 7, 7, 7, 7]),
    ("ABS(x - 3)", (X,), [2, _, 0, _, 2]),
    ("CEIL(x / 2)", (X,), [1, _, 2, _, 3]),
    ("FLOOR(x / 2)", (X,), [0, _, 1, _, 2]),
    ("LOG10(y)", (line("y", 100, 0),), [2, _, _, _, _]),
])  # fmt: skip
def test_what_an_expression_gives(text: str, metrics: Lines, wanted: list[float | None]) -> None:
    (values,) = compute(text, *metrics)
    assert values == pytest.approx(wanted)


def test_an_array_gives_a_time_series_for_each_member() -> None:
    assert compute("METRICS() * 10", X, Y) == [[10, _, 30, _, 50], [100, 200, _, 0, 500]]
    assert compute("100 / [x, y]", X, Y)[1] == [10, 5, _, _, 2]
    assert compute("FILL(METRICS(), 0)", X, Y)[0] == [1, 0, 3, 0, 5]


@pytest.mark.parametrize("text, words", [
    ("AVG(x)", "the result is a number"),
    ("5", "the result is a number"),
    ("'text'", "is no value"),
    ("REPEAT", "REPEAT is no value"),
    ("[x, y] + [x, y]", "does not combine two arrays"),
    ("[1, x]", "an array holds time series"),
    ("SEARCH('x')", "does not have the function SEARCH"),
    ("sum(x)", "does not have the function sum"),
    ("SUM()", "SUM takes 1 arguments, not 0"),
    ("IF(x)", "IF takes 2 to 3 arguments, not 1"),
    ("IF([x, y], 1, 0)", "no arrays"),
    ("SUM(1)", "needs a time series or an array"),
    ("RATE(1)", "RATE needs a time series"),
    ("FILL(x, BACK)", "FILL fills with"),
    ("FILL(x, 'y')", "FILL fills with"),
    ("PERIOD(x + 1)", "PERIOD needs the id of a metric"),
    ("METRICS(x)", "METRICS takes nothing, or a text"),
    ("METRIC_COUNT(x)", "needs an array"),
    ("TIME_SERIES(x)", "needs a number"),
    ("x + slow", "same period"),
    ("SUM([x, slow])", "same period"),
])  # fmt: skip
def test_what_is_no_metric_math(text: str, words: str) -> None:
    with pytest.raises(ExpressionError, match=words):
        compute(text, X, Y, Series("slow", "slow", 300, {0: 1.0}))


def test_the_ids_that_an_expression_names() -> None:
    assert references(parse("IF(a > 1, [b, a], -c) + FILL(d, 0)")) == {"a", "b", "c", "d"}
