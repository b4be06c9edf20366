"""`hivemind.lock`: what was inferred, why, and everything that was looked at for it; committed beside the spec."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import JsonValue

from hivemind.model.findings import Evidence, Question
from hivemind.model.record import Record


class Answer(Record):
    """The value of one field of `ServiceFindings`; a person may change it, with `source: human` as its evidence."""

    value: JsonValue
    evidence: Evidence


class LockedService(Record):
    """A service's answers by field; `hints` say what to do about a field that has none."""

    answers: Mapping[str, Answer] = {}
    unsure: tuple[Question, ...] = ()
    hints: Mapping[str, str] = {}


class Listing(Record):
    """The files below a folder whose path matches a pattern, as a digest."""

    folder: str
    pattern: str
    found: str


class Inputs(Record):
    """Everything that the answers rest on: `files` by digest of their text, and what was looked for in vain."""

    spec: str
    files: Mapping[str, str] = {}
    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    listings: tuple[Listing, ...] = ()


class Lock(Record):
    """The whole file; services by name."""

    version: Literal[1] = 1
    services: Mapping[str, LockedService]
    inputs: Inputs
