"""What PutDashboard refuses of a body, and where, in the words of AWS's validator.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hivemind.emulator.metrics.bucket import measure
from hivemind.emulator.metrics.refusal import Refusal

MOST_WIDGETS, COLUMNS, ROWS = 500, 24, 1000
NEEDS: Mapping[str, tuple[str, ...]] = {
    "metric": ("region",),
    "text": ("markdown",),
    "log": ("region", "query"),
    "alarm": ("alarms",),
}
"""Properties that a widget of each type must have; the types that the local cloud has."""


@dataclass(frozen=True)
class Finding:
    """What is wrong, and the JSON pointer to it."""

    path: str
    message: str


def check(body: str) -> None:
    """Raise Refusal for a body that AWS would not take."""
    try:
        value = json.loads(body)
    except ValueError as problem:
        raise _refused([Finding("", f"The field DashboardBody must be a valid JSON object: {problem}")]) from problem
    findings = list(_body(value))
    if findings:
        raise _refused(findings)


def _refused(findings: list[Finding]) -> Refusal:
    told = json.dumps([{"dataPath": each.path, "message": each.message} for each in findings], indent=2)
    count = f"there are {len(findings)} validation errors" if len(findings) > 1 else "there is 1 validation error"
    return Refusal("InvalidParameterInput", f"The dashboard body is invalid, {count}:\n{told}")


def _body(value: Any) -> Iterator[Finding]:
    if not isinstance(value, dict):
        yield Finding("", "Should be object")
        return
    widgets = value.get("widgets")
    if not isinstance(widgets, list):
        yield Finding("", "Should have required property 'widgets'" if widgets is None else "Should be array")
        return
    if len(widgets) > MOST_WIDGETS:
        yield Finding("/widgets", f"Should NOT have more than {MOST_WIDGETS} items")
    for number, widget in enumerate(widgets):
        yield from _widget(widget, f"/widgets/{number}")


def _widget(widget: Any, path: str) -> Iterator[Finding]:
    if not isinstance(widget, dict):
        yield Finding(path, "Should be object")
        return
    yield from _place(widget, path)
    kind, properties = widget.get("type"), widget.get("properties")
    if kind not in NEEDS:
        yield Finding(f"{path}/type", f"Should be equal to one of the allowed values: {', '.join(NEEDS)}")
    if not isinstance(properties, dict):
        yield Finding(path, "Should have required property 'properties'")
        return
    for name in NEEDS.get(str(kind), ()):
        if name not in properties:
            yield Finding(f"{path}/properties", f"Should have required property '{name}'")
    if kind == "metric":
        yield from _graph(properties, f"{path}/properties")


def _place(widget: Mapping[str, Any], path: str) -> Iterator[Finding]:
    """Where it stands: 24 columns, up to 1,000 rows high; x and y may both be left out."""
    for name, least, most in (("x", 0, COLUMNS - 1), ("y", 0, None), ("width", 1, COLUMNS), ("height", 1, ROWS)):
        value = widget.get(name)
        if value is None:
            continue
        if not isinstance(value, int) or isinstance(value, bool):
            yield Finding(f"{path}/{name}", "Should be integer")
        elif value < least:
            yield Finding(f"{path}/{name}", f"Should be >= {least}")
        elif most is not None and value > most:
            yield Finding(f"{path}/{name}", f"Should be <= {most}")
    if ("x" in widget) != ("y" in widget):
        yield Finding(path, f"Should have required property '{'y' if 'x' in widget else 'x'}'")


def _graph(properties: Mapping[str, Any], path: str) -> Iterator[Finding]:
    if "metrics" not in properties and not properties.get("annotations"):
        yield Finding(path, "Should have required property 'metrics'")
    yield from _statistics(properties, path)
    metrics = properties.get("metrics", [])
    if not isinstance(metrics, list):
        yield Finding(f"{path}/metrics", "Should be array")
        return
    for number, metric in enumerate(metrics):
        yield from _metric(metric, f"{path}/metrics/{number}")


def _metric(metric: Any, path: str) -> Iterator[Finding]:
    """`[namespace, name, dimension, value, ..., {options}]`, or `[{"expression": ...}]`."""
    if not isinstance(metric, list) or not metric:
        yield Finding(path, "Should be array" if not isinstance(metric, list) else "Should NOT have fewer than 1 items")
        return
    options = metric[-1] if isinstance(metric[-1], dict) else {}
    words = metric[:-1] if isinstance(metric[-1], dict) else metric
    for number, word in enumerate(words):
        if not isinstance(word, str):
            yield Finding(f"{path}/{number}", "Invalid metric field type, only 'String' type is allowed")
    if not words and "expression" not in options:
        yield Finding(path, "Should have required property 'expression'")
    if len(words) % 2:
        yield Finding(path, "Should NOT have fewer than 2 items" if len(words) == 1 else (
            f"Should NOT have fewer than {len(words) + 1} items"))  # fmt: skip
    yield from _statistics(options, f"{path}/{len(words)}")


def _statistics(given: Mapping[str, Any], path: str) -> Iterator[Finding]:
    period = given.get("period")
    if period is not None and not _is_period(period):
        yield Finding(f"{path}/period", "Should be 1, 5, 10, 20, 30 or a multiple of 60")
    if "stat" in given:
        try:
            measure(str(given["stat"]))
        except Refusal as problem:
            yield Finding(f"{path}/stat", problem.message)


def _is_period(value: Any) -> bool:
    return isinstance(value, int) and (value in (1, 5, 10, 20, 30) or (value >= 60 and value % 60 == 0))
