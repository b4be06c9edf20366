"""CloudFormation YAML as plain data: short tags become long form, so that one shape is compared, priced and judged.

The parser's events are read directly instead of building nodes first: faster, and the bounds hold while reading.
Numbers with a fraction stay text, since `3.10` as an engine version is not `3.1`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from hivemind.errors import RenderError

Document = Mapping[str, Any]

MAX_CHARACTERS = 1_000_000
"""CloudFormation's own limit for a template body in S3."""
MAX_DEPTH = 64

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,14})\Z")
_PLAIN: Mapping[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}
_HINT = "run `hivemind render` to write the template anew"


@lru_cache(maxsize=64)
def document(text: str) -> Document:
    """The template as a dict in long form, shared between callers and never to be changed; raises RenderError."""
    import yaml

    if len(text) > MAX_CHARACTERS:
        raise RenderError(f"the template is larger than {MAX_CHARACTERS:,} characters", hint=_HINT)
    try:
        found = _Reader(yaml.parse(text, Loader=_loader())).read()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise RenderError(f"the template is not valid YAML: {error.problem}", where=place, hint=_HINT) from None
    except yaml.YAMLError as error:
        raise RenderError(f"the template is not valid YAML: {str(error).splitlines()[0]}", hint=_HINT) from None
    if not isinstance(found, dict) or not found.get("Resources"):
        raise RenderError("the template has no Resources", hint=_HINT)
    for section in ("Resources", "Parameters", "Conditions"):
        _check_section(section, found.get(section) or {})
    return found


def _check_section(section: str, content: Any) -> None:
    """The least that every reader of a document may rely on: blocks where CloudFormation wants blocks."""
    if not isinstance(content, dict):
        raise RenderError(f"the template's {section} must be a mapping", hint=_HINT)
    for name, entry in content.items():
        properties = entry.get("Properties") or {} if isinstance(entry, dict) else None
        if not isinstance(properties, dict):
            raise RenderError(f"the template's {section}/{name} is not what CloudFormation expects", hint=_HINT)


def _loader() -> Any:
    """libyaml's parser, or PyYAML's own where the wheel came without it."""
    try:
        from yaml import CSafeLoader
    except ImportError:  # pragma: no cover
        from yaml import SafeLoader

        return SafeLoader
    return CSafeLoader


class _Reader:
    """Builds values from one stream of parser events."""

    def __init__(self, events: Iterator[Any]) -> None:
        from yaml import events as kinds

        self._events = events
        self._kinds = kinds

    def read(self) -> Any:
        """The first document's value; None for an empty stream."""
        for event in self._events:
            if not isinstance(event, self._kinds.StreamStartEvent | self._kinds.DocumentStartEvent):
                value = None if isinstance(event, self._kinds.StreamEndEvent) else self._value(event, 0)
                for _ in self._events:  # what follows must be well-formed too
                    pass
                return value
        return None

    def _value(self, event: Any, depth: int) -> Any:
        kind = type(event)
        if kind is self._kinds.ScalarEvent:
            return _tagged(event.tag, _scalar(event)) if event.tag else _scalar(event)
        if depth > MAX_DEPTH:
            raise _fault(event, f"it is nested deeper than {MAX_DEPTH} levels")
        if kind is self._kinds.MappingStartEvent:
            return _tagged(event.tag, self._mapping(depth + 1))
        if kind is self._kinds.SequenceStartEvent:
            return _tagged(event.tag, self._sequence(depth + 1))
        raise _fault(event, "CloudFormation accepts no anchors and aliases")

    def _sequence(self, depth: int) -> list[Any]:
        found: list[Any] = []
        for event in self._events:
            if type(event) is self._kinds.SequenceEndEvent:
                break
            found.append(self._value(event, depth))
        return found

    def _mapping(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for event in self._events:
            if type(event) is self._kinds.MappingEndEvent:
                break
            if type(event) is not self._kinds.ScalarEvent:
                raise _fault(event, "a key must be a word")
            key = event.value
            if key in found:
                raise _fault(event, f"the key `{key}` is there twice")
            value = self._value(next(self._events), depth)
            found[key] = _attribute(value) if key == "Fn::GetAtt" else value
        return found


def _scalar(event: Any) -> Any:
    text: str = event.value
    if not event.implicit[0]:
        return text
    if text in _PLAIN:
        return _PLAIN[text]
    return int(text) if _INTEGER.match(text) else text


def _tagged(tag: str | None, value: Any) -> Any:
    match tag:
        case None | "!":
            return value
        case "!Ref" | "!Condition":
            return {tag[1:]: value}
        case "!GetAtt":
            return {"Fn::GetAtt": _attribute(value)}
        case _ if tag.startswith("tag:yaml.org"):
            return value
        case _:
            return {f"Fn::{tag[1:]}": value}


def _attribute(value: Any) -> Any:
    """`Database.Endpoint.Port` as `["Database", "Endpoint.Port"]`."""
    return value.split(".", 1) if isinstance(value, str) else value


def _fault(event: Any, problem: str) -> RenderError:
    mark = event.start_mark
    return RenderError(f"the template cannot be used: {problem}", where=f"line {mark.line + 1}", hint=_HINT)
