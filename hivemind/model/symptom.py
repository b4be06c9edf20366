"""What is wrong with a deployment, and the way out of it."""

from __future__ import annotations

from typing import Literal

from hivemind.model.record import Record

Kind = Literal[
    "run-going-on",
    "run-cut-off",
    "lock-of-a-dead-run",
    "stack-at-work",
    "stack-shell",
    "stack-kept-for-evidence",
    "stack-rollback-failed",
    "stack-delete-failed",
    "two-colours",
    "traffic-divided",
    "listener-drifted",
    "nothing-serves",
    "no-healthy-target",
    "release-not-recorded",
    "migration-without-result",
    "orphan",
]
Severity = Literal["error", "warning", "info"]


class Symptom(Record):
    """`error`: users feel it, or a person must act; `warning`: the way out is all it takes; `info`: nothing is wrong.

    `way_out` is a command line; `note` says what it does, or what to look at before.
    """

    kind: Kind
    severity: Severity
    where: str
    what: str
    way_out: str
    note: str = ""


class Diagnosis(Record):
    """Everything that was found of one deployment."""

    version: Literal[1] = 1
    deployment: str
    symptoms: tuple[Symptom, ...]

    @property
    def well(self) -> bool:
        """Whether nothing is wrong."""
        return all(symptom.severity == "info" for symptom in self.symptoms)
