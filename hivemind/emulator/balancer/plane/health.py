"""The health of one target: initial → healthy ⇄ unhealthy, by counting checks in a row.

A new target needs one pass. An initial or healthy one becomes unhealthy after `unhealthy_threshold` failures in a row,
an unhealthy one healthy after `healthy_threshold` passes in a row.
"""

from __future__ import annotations

from dataclasses import dataclass

from hivemind.emulator.balancer.config import HealthCheck
from hivemind.emulator.balancer.report import Reason, Verdict

REGISTERING = Verdict("initial", "Elb.RegistrationInProgress")
CHECKING = Verdict("initial", "Elb.InitialHealthChecking")
HEALTHY = Verdict("healthy")
NOT_IN_USE = Verdict("unused", "Target.NotInUse")
DRAINING = Verdict("draining", "Target.DeregistrationInProgress")
NOT_CHECKED = Verdict("unavailable", "Target.HealthCheckDisabled")


@dataclass(frozen=True)
class Passed:
    """The target answered with an expected status in time."""


@dataclass(frozen=True)
class Failed:
    """It did not; `code` is the unexpected status, 0 when there was none."""

    reason: Reason
    code: int = 0


Result = Passed | Failed


class HealthState:
    """What the checks of one target have said so far."""

    __slots__ = ("_failures", "_passes", "verdict")

    def __init__(self) -> None:
        self.verdict = REGISTERING
        self._passes = 0
        self._failures = 0

    def judge(self, result: Result, check: HealthCheck) -> None:
        """Count a check that was due."""
        match result:
            case Passed():
                self._passes, self._failures = self._passes + 1, 0
                if self.verdict.state == "initial" or self._passes >= check.healthy_threshold:
                    self.verdict = HEALTHY
            case Failed(reason, code):
                self._passes, self._failures = 0, self._failures + 1
                if self.verdict.state == "unhealthy" or self._failures >= check.unhealthy_threshold:
                    self.verdict = Verdict("unhealthy", reason, code)
                elif self.verdict.state == "initial":
                    self.verdict = CHECKING

    def judge_early(self, result: Result, check: HealthCheck) -> None:
        """Count a check made before it was due: a pass ends the initial state, a failure says nothing yet."""
        match result:
            case Passed():
                self.judge(result, check)
            case Failed():
                self.verdict = CHECKING


def matches(codes: str, status: int) -> bool:
    """Whether a matcher (`200`, `200,302`, `200-399`) accepts the status."""
    for part in codes.split(","):
        first, _, last = part.strip().partition("-")
        if first.isdigit() and int(first) <= status <= int(last or first):
            return True
    return False
