"""Metric filters of CloudWatch Logs: a line that matches counts as a value of a metric.

Patterns are of words, as https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html has them:
all of `a b`, any of `?a ?b`, none of `-c`, "quoted words", and the empty pattern for every line. Patterns of JSON,
of fields and of regular expressions are refused, and so is a value that is no number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hivemind.emulator.metrics.bucket import of_values
from hivemind.emulator.metrics.datum import NO_UNIT
from hivemind.emulator.metrics.refusal import Refusal
from hivemind.emulator.metrics.store import Metric, Store

_TERM = re.compile(r"\s*(?P<sign>[-?]?)(?:\"(?P<quoted>[^\"]*)\"|(?P<word>[^\s\"]+))")


@dataclass(frozen=True)
class Pattern:
    """The words a line must have, of which it must have one, and which it must not have; case counts."""

    every: tuple[str, ...] = ()
    some: tuple[str, ...] = ()
    none: tuple[str, ...] = ()

    def matches(self, line: str) -> bool:
        """Whether a line counts."""
        return (
            all(word in line for word in self.every)
            and (not self.some or any(word in line for word in self.some))
            and not any(word in line for word in self.none)
        )


def read_pattern(text: str) -> Pattern:
    """The pattern of a filter; raises Refusal."""
    text = text.strip()
    if text[:1] in ("{", "[") or "%" in text:
        raise _refused("The local cloud has filter patterns of words only, none of JSON, fields or expressions.")
    words: dict[str, list[str]] = {"": [], "?": [], "-": []}
    at = 0
    while text[at:].strip():
        found = _TERM.match(text, at)
        if found is None:
            raise _refused("Invalid metric filter pattern.")
        words[found["sign"]].append(found["quoted"] if found["quoted"] is not None else found["word"])
        at = found.end()
    return Pattern(tuple(words[""]), tuple(words["?"]), tuple(words["-"]))


def check(pattern: str, transformations: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a filter that the local cloud could not honour; raises Refusal."""
    read_pattern(pattern)
    for each in transformations:
        if each.get("dimensions"):
            raise _refused("The local cloud does not draw dimensions from log lines.")
        try:
            float(each["metricValue"])
        except ValueError as problem:
            message = f"The local cloud takes a number as metricValue, not {each['metricValue']}."
            raise _refused(message) from problem


def feed(filters: Iterable[Mapping[str, Any]], events: Sequence[Mapping[str, Any]], store: Store) -> None:
    """Count the lines of one call: for each filter, by the minute of each event (in ms since 1970)."""
    for each in filters:
        pattern = read_pattern(each["filterPattern"])
        for change in each["metricTransformations"]:
            metric = Metric(change["metricNamespace"], change["metricName"])
            for moment, value in _values(pattern, change, events):
                store.put(metric, change.get("unit") or NO_UNIT, moment, of_values({value: 1.0}))


def _values(
    pattern: Pattern, change: Mapping[str, Any], events: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[float, float]]:
    """The moment and value of every line that matches; of a minute with lines but no match, the default value."""
    matched = [event["timestamp"] / 1000 for event in events if pattern.matches(event["message"])]
    yield from ((moment, float(change["metricValue"])) for moment in matched)
    if change.get("defaultValue") is not None:
        minutes = {event["timestamp"] // 60_000 for event in events} - {int(moment // 60) for moment in matched}
        yield from ((minute * 60.0, float(change["defaultValue"])) for minute in minutes)


def _refused(message: str) -> Refusal:
    return Refusal("InvalidParameterException", message)
