"""Laws of the local cloud's metrics: any text is an expression or an error, and counting loses nothing."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hivemind.emulator.metrics.bucket import measure, of_values
from hivemind.emulator.metrics.judge import Point, judge
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
from hivemind.emulator.metrics.math.functions import FUNCTIONS, Scene
from hivemind.emulator.metrics.math.series import Series
from hivemind.emulator.metrics.reading import moment
from hivemind.emulator.metrics.rule import read_rule
from hivemind.emulator.metrics.store import DAY, HOUR, Metric, Store, Window

pytestmark = pytest.mark.property

IDS = ("m1", "m2", "e_x")
OPERATORS = ("||", "&&", "==", "<=", "<", "+", "-", "*", "/", "^")

leaves = st.one_of(
    st.sampled_from(IDS).map(Reference),
    st.integers(0, 99).map(lambda number: Number(float(number))),
    st.floats(0, 1e6, allow_nan=False).map(Number),
)
trees: st.SearchStrategy[Node] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Operation, st.sampled_from(OPERATORS), inner, inner),
        st.builds(Negation, inner),
        st.builds(Array, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Call, st.sampled_from(sorted(FUNCTIONS)), st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=12,
)


def written(node: Node) -> str:
    """A tree as text, with every bracket."""
    match node:
        case Number(value):
            return repr(value)
        case Text(value):
            return f"'{value}'"
        case Reference(name) | Word(name):
            return name
        case Negation(operand):
            return f"(-{written(operand)})"
        case Operation(operator, left, right):
            return f"({written(left)} {operator} {written(right)})"
        case Array(items):
            return f"[{', '.join(map(written, items))}]"
        case Call(function, arguments):
            return f"{function}({', '.join(map(written, arguments))})"


@given(trees)
def test_a_tree_survives_writing(tree: Node) -> None:
    assert parse(written(tree)) == tree


@given(st.one_of(st.text(max_size=60), st.text("m1+-*/^()[],<>=!&|'\" ANDOR.5e", max_size=60)))
def test_any_text_is_an_expression_or_an_error_that_says_why(text: str) -> None:
    with suppress(ExpressionError):
        assert all(name in text for name in references(parse(text)))


values = st.dictionaries(st.sampled_from(range(0, 300, 60)), st.floats(-1e9, 1e9), max_size=5)


@given(trees, values, values)
def test_an_expression_gives_finite_values_inside_the_window_or_an_error(
    tree: Node, first: dict[int, float], second: dict[int, float]
) -> None:
    lines = (Series("m1", "m1", 60, first, True), Series("m2", "m2", 60, second, True))
    known = {"m1": lines[0], "m2": lines[1], "e_x": Series("e_x", "e_x", 60, second)}
    with suppress(ExpressionError):
        result = evaluate(tree, known, Scene(Window(0, 300, 60), lines))
        for line in (result,) if isinstance(result, Series) else result:
            assert set(line.points) <= set(range(0, 300, 60))
            assert all(math.isfinite(value) for value in line.points.values())


@given(values, values)
def test_a_sum_is_the_sum_however_it_is_written(first: dict[int, float], second: dict[int, float]) -> None:
    lines = (Series("m1", "m1", 60, first, True), Series("m2", "m2", 60, second, True))
    known, scene = {"m1": lines[0], "m2": lines[1]}, Scene(Window(0, 300, 60), lines)
    texts = ("m1 + m2", "m2 + m1", "SUM([m1, m2])", "SUM(METRICS())", "m1 - -m2")
    results = [evaluate(parse(text), known, scene) for text in texts]
    points = [dict(result.points) for result in results if isinstance(result, Series)]
    assert len(points) == 5
    assert all(each == pytest.approx(points[0]) for each in points)


data = st.lists(st.tuples(st.integers(0, 40 * DAY), st.floats(-1e6, 1e6), st.sampled_from((1, 60))), min_size=1,
                max_size=40)  # fmt: skip


@given(data)
def test_counting_and_pruning_lose_nothing(given_data: list[tuple[int, float, int]]) -> None:
    """Allowed just as many buckets as there are hours with data, everything ends in buckets of hours."""
    store, metric = Store(most=len({at // HOUR for at, _, _ in given_data})), Metric("app", "x")
    for at, value, resolution in given_data:
        store.put(metric, "None", at, of_values({value: 1.0}), resolution)
    whole = Window(0, 50 * DAY, 50 * DAY)
    before = store.read(metric, whole)[0]
    assert before.count == len(given_data)
    store.prune(45 * DAY)
    after = store.read(metric, whole)[0]
    for name in ("SampleCount", "Sum", "Minimum", "Maximum"):
        assert measure(name)(after) == pytest.approx(measure(name)(before))
    again = Store()
    again.load(store.dump())
    assert again.dump() == store.dump()


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60))
def test_a_percentile_is_the_value_at_its_rank(numbers: list[int]) -> None:
    bucket = of_values({float(numbers[0]): 1.0})
    for number in numbers[1:]:
        bucket.add(of_values({float(number): 1.0}))
    ordered = sorted(numbers)
    for percent in (0, 1, 50, 90, 99, 100):
        rank = max(math.ceil(percent / 100 * len(ordered)) - 1, 0)
        assert measure(f"p{percent}")(bucket) == ordered[rank]


drawn = st.lists(st.sampled_from((None, 1.0, 11.0)), min_size=7, max_size=7)


@given(drawn, st.integers(1, 5), st.data())
def test_a_worse_point_never_calms_an_alarm(values: list[float | None], periods: int, more: Any) -> None:
    """Making a point breach can only lead towards ALARM, whatever missing data means."""
    needed = more.draw(st.integers(1, periods))
    treatment = more.draw(st.sampled_from(("breaching", "notBreaching", "missing", "ignore")))
    rule = read_rule({
        "Namespace": "app", "MetricName": "x", "Dimensions": [], "Statistic": "Sum", "Period": 60, "Threshold": 10,
        "EvaluationPeriods": periods, "DatapointsToAlarm": needed, "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": treatment,
    })  # fmt: skip
    window = values[-(periods + 2) :]
    place = more.draw(st.sampled_from([at for at, value in enumerate(window) if value == 1.0] or [None]))

    def state(points: list[float | None]) -> str:
        verdict = judge(rule, [Point(60 * at, value) for at, value in enumerate(points)], moment(600))
        return verdict.state if verdict else "as it was"

    if place is not None and state(window) == "ALARM":
        assert state([*window[:place], 11.0, *window[place + 1 :]]) == "ALARM"
