"""CloudFormation templates as text, and what a stack is asked to become."""

from __future__ import annotations

from collections.abc import Mapping

from hivemind.model.record import Record

FOUNDATION = "foundation"
"""The part of an environment that no release touches."""


class Template(Record):
    """One rendered template. `part` is `foundation` or the service's name; `body` the exact YAML that is committed."""

    part: str
    stack: str
    body: str


class StackInput(Record):
    """A stack as it should become; a parameter of None keeps the value the stack has."""

    name: str
    body: str
    parameters: Mapping[str, str | None] = {}
    tags: Mapping[str, str] = {}
    reverts_drift: bool = False
    """Whether what was changed beside the stack is put back, too; else CloudFormation leaves it as it is."""
