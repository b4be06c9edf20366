"""Every error a person can meet, in one tree; each says what, where and what to do next.

    HiveMindError                 exit  where                    raised by
    ├── SpecError                 2     hivemind.yaml:12:3       spec: all problems of a document at once
    ├── UsageError                2     the argument             cli: a path, flag or combination that cannot be meant
    │   └── MissingExtraError     2     the extra                wiring: an optional part is not installed
    ├── InferenceError            2     the file looked for      infer: no app, or a language without a detector
    ├── RenderError               1     the resource             render: a template that would not be valid
    ├── RefusedError              4     the deployment           apply: stale, altered, locked, protected, blocked
    ├── StepError                 1     the step                 apply: a step failed; evidence is attached
    ├── CloudError                1     the call                 aws: the cloud said no, in its own words
    ├── ForgeError                1     the call                 github: the forge said no, in its own words
    └── EmulatorError             1     the process              emulator: the local cloud cannot do this

`cli` prints one of these once, as a red line, the place and the hint, and exits with `exit_code`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class HiveMindError(Exception):
    """Something a person can act on: `message` says what, `where` the place, `hint` the next thing to do."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str, where: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a document; line and column count from 1, 0 when there is no place."""

    file: str
    line: int
    column: int
    message: str
    hint: str

    @property
    def where(self) -> str:
        """`file:line:column`, or the file alone."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


class SpecError(HiveMindError):
    """A spec that cannot be accepted; `problems` lists everything wrong with it, in document order."""

    exit_code = 2

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        first = problems[0]
        super().__init__(first.message, hint=first.hint, where=first.where)
        self.problems = problems


class UsageError(HiveMindError):
    """A command that cannot be meant as written."""

    exit_code = 2


class MissingExtraError(UsageError):
    """An optional part of HiveMind is needed and not installed."""


class InferenceError(HiveMindError):
    """A repository from which no service can be inferred, and the spec does not say either."""

    exit_code = 2


class RenderError(HiveMindError):
    """A template that would not be valid on AWS."""


class RefusedError(HiveMindError):
    """An action refused for safety: stale or altered plan, lock held, protected, blocked by Sheriff."""

    exit_code = 4


class StepError(HiveMindError):
    """A step of a plan failed; `evidence` holds the lines that show why (console, logs, events)."""

    def __init__(self, message: str, *, hint: str, where: str = "", evidence: tuple[str, ...] = ()) -> None:
        super().__init__(message, hint=hint, where=where)
        self.evidence = evidence


class CloudError(HiveMindError):
    """The cloud refused or could not be reached; `code` is its own error code."""

    def __init__(self, message: str, *, hint: str, where: str = "", code: str = "") -> None:
        super().__init__(message, hint=hint, where=where)
        self.code = code


class ForgeError(HiveMindError):
    """The forge (GitHub) refused or could not be reached."""


class EmulatorError(HiveMindError):
    """The local cloud cannot start, or cannot do what was asked."""
