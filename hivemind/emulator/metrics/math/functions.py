"""The functions of metric math that the local cloud has, one small function each, in one visible table.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-syntax-functions-list
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from hivemind.emulator.metrics.math.expression import ExpressionError, Word
from hivemind.emulator.metrics.math.series import Lines, Points, Series, Value, each
from hivemind.emulator.metrics.store import Window

Argument = Value | Word | str
Function = Callable[["Scene", Sequence[Argument]], Value]


@dataclass(frozen=True)
class Scene:
    """What an expression can see: the window it is computed over, and the metrics of the request."""

    window: Window
    metrics: Lines


def call(name: str, scene: Scene, arguments: Sequence[Argument]) -> Value:
    """The function's value; raises ExpressionError for an unknown function or wrong arguments."""
    require_known({name})
    least, most, function = FUNCTIONS[name]
    if not least <= len(arguments) <= most:
        wanted = f"{least}" if least == most else f"{least} to {most}"
        raise ExpressionError(f"{name} takes {wanted} arguments, not {len(arguments)}")
    return function(scene, arguments)


def require_known(names: Iterable[str]) -> None:
    """Raise ExpressionError for a function that the local cloud does not have."""
    unknown = sorted(set(names) - FUNCTIONS.keys())
    if unknown:
        raise ExpressionError(f"the local cloud does not have the function {unknown[0]}; it has {', '.join(FUNCTIONS)}")


def _value(argument: Argument, function: str) -> Value:
    if isinstance(argument, Word | str):
        raise ExpressionError(f"{function} cannot take {argument.name if isinstance(argument, Word) else argument!r}")
    return argument


def _array(argument: Argument, function: str) -> Lines:
    value = _value(argument, function)
    if not isinstance(value, tuple):
        raise ExpressionError(f"{function} needs an array of time series")
    return value


def _scalar(argument: Argument, function: str) -> float:
    value = _value(argument, function)
    if not isinstance(value, float):
        raise ExpressionError(f"{function} needs a number")
    return value


def _aggregate(name: str, reduce: Callable[[Sequence[float]], float], missing: float | None = None) -> Function:
    """Of one time series a scalar over time; of an array a time series over its members."""

    def aggregate(scene: Scene, arguments: Sequence[Argument]) -> Value:
        value = _value(arguments[0], name)
        match value:
            case Series():
                return float(reduce(list(value.points.values()))) if value.points else 0.0
            case tuple():
                return Series(name, name, scene.window.period, _across(value, reduce, missing))
        raise ExpressionError(f"{name} needs a time series or an array of them, not a number")

    return aggregate


def _across(lines: Lines, reduce: Callable[[Sequence[float]], float], missing: float | None) -> Points:
    if len({line.period for line in lines}) > 1:
        raise ExpressionError("the metrics of an expression must have the same period")
    points = {}
    for at in sorted({at for line in lines for at in line.points}):
        values = [line.points.get(at, missing) for line in lines]
        points[at] = float(reduce([value for value in values if value is not None]))
    return points


def _average(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _pointwise(name: str, compute: Callable[[float], float]) -> Function:
    def change(line: Series) -> Series:
        points = {}
        for at, value in line.points.items():
            try:
                points[at] = float(compute(value))
            except (ValueError, OverflowError):
                continue  # as the logarithm of 0: the point is dropped
        return line.having(points)

    return lambda _scene, arguments: each(_value(arguments[0], name), change, name)


def _steps(name: str, compute: Callable[[float, int], float]) -> Function:
    """Each value against the one before it, and the seconds between them."""

    def change(line: Series) -> Series:
        moments = sorted(line.points)
        pairs = itertools.pairwise(moments)
        return line.having({at: compute(line.points[at] - line.points[was], at - was) for was, at in pairs})

    return lambda _scene, arguments: each(_value(arguments[0], name), change, name)


def _fill(scene: Scene, arguments: Sequence[Argument]) -> Value:
    filler = arguments[1]

    def change(line: Series) -> Series:
        return line.having(_filled(line.points, scene.window, filler))

    return each(_value(arguments[0], "FILL"), change, "FILL")


def _filled(points: Points, window: Window, filler: Argument) -> Points:
    match filler:
        case float():
            return {at: points.get(at, filler) for at in window.starts}
        case Series():
            return {at: value for at in window.starts if (value := points.get(at, filler.points.get(at))) is not None}
        case Word("REPEAT"):
            return _repeated(points, window)
        case Word("LINEAR"):
            return _interpolated(points, window)
    raise ExpressionError("FILL fills with a number, a time series, REPEAT or LINEAR")


def _repeated(points: Points, window: Window) -> Points:
    """Gaps take the value before them; before the first value, the first value."""
    if not points:
        return {}
    filled, last = {}, points[min(points)]
    for at in window.starts:
        last = filled[at] = points.get(at, last)
    return filled


def _interpolated(points: Points, window: Window) -> Points:
    """Gaps take the straight line between their neighbours; at an end, the neighbour's value."""
    filled = {}
    for at in window.starts if points else ():
        before = max((moment for moment in points if moment <= at), default=min(points))
        after = min((moment for moment in points if moment >= at), default=max(points))
        share = (at - before) / (after - before) if after > before else 0.0
        filled[at] = points[before] + share * (points[after] - points[before])
    return filled


def _if(scene: Scene, arguments: Sequence[Argument]) -> Value:
    condition = _value(arguments[0], "IF")
    then = _value(arguments[1], "IF")
    other = _value(arguments[2], "IF") if len(arguments) > 2 else None
    if isinstance(condition, tuple) or isinstance(then, tuple) or isinstance(other, tuple):
        raise ExpressionError("IF takes time series and numbers, no arrays")
    if isinstance(condition, Series):
        return condition.having(_chosen(condition.points, then, other))
    chosen = then if condition else other
    if chosen is None:
        return Series("IF", "IF", scene.window.period)
    return chosen


def _chosen(condition: Points, then: float | Series, other: float | Series | None) -> Points:
    """Point by point, by the tables under "Using IF expressions": a true point without a value is 0, a false one is
    dropped, and so is a point that the condition does not have."""
    points = {}
    for at, holds in condition.items():
        value = (_at(then, at) or 0.0) if holds else _at(other, at)
        if value is not None:
            points[at] = value
    return points


def _at(value: float | Series | None, at: int) -> float | None:
    return value.points.get(at) if isinstance(value, Series) else value


def _metrics(scene: Scene, arguments: Sequence[Argument]) -> Value:
    part = arguments[0] if arguments else ""
    if not isinstance(part, str):
        raise ExpressionError('METRICS takes nothing, or a text such as "errors"')
    return tuple(line for line in scene.metrics if part in line.id)


def _period(_scene: Scene, arguments: Sequence[Argument]) -> Value:
    line = arguments[0]
    if not isinstance(line, Series) or not line.is_metric:
        raise ExpressionError("PERIOD needs the id of a metric, and no result of an expression")
    return float(line.period)


def _time_series(scene: Scene, arguments: Sequence[Argument]) -> Value:
    value = _scalar(arguments[0], "TIME_SERIES")
    moments = () if math.isnan(value) else scene.window.starts
    return Series("TIME_SERIES", "TIME_SERIES", scene.window.period, dict.fromkeys(moments, value))


FUNCTIONS: Mapping[str, tuple[int, int, Function]] = {
    "ABS": (1, 1, _pointwise("ABS", abs)),
    "AVG": (1, 1, _aggregate("AVG", _average, missing=0.0)),
    "CEIL": (1, 1, _pointwise("CEIL", math.ceil)),
    "DATAPOINT_COUNT": (1, 1, _aggregate("DATAPOINT_COUNT", len)),
    "DIFF": (1, 1, _steps("DIFF", lambda change, _seconds: change)),
    "DIFF_TIME": (1, 1, _steps("DIFF_TIME", lambda _change, seconds: float(seconds))),
    "FILL": (2, 2, _fill),
    "FLOOR": (1, 1, _pointwise("FLOOR", math.floor)),
    "IF": (2, 3, _if),
    "LOG": (1, 1, _pointwise("LOG", math.log)),
    "LOG10": (1, 1, _pointwise("LOG10", math.log10)),
    "MAX": (1, 1, _aggregate("MAX", max)),
    "METRICS": (0, 1, _metrics),
    "METRIC_COUNT": (1, 1, lambda _scene, arguments: float(len(_array(arguments[0], "METRIC_COUNT")))),
    "MIN": (1, 1, _aggregate("MIN", min)),
    "PERIOD": (1, 1, _period),
    "RATE": (1, 1, _steps("RATE", lambda change, seconds: change / seconds)),
    "SUM": (1, 1, _aggregate("SUM", math.fsum)),
    "TIME_SERIES": (1, 1, _time_series),
}
"""Name → fewest and most arguments, and what computes it."""
