"""The health of a target, check by check, and the matcher."""

from __future__ import annotations

import pytest

from hivemind.emulator.balancer.config import HealthCheck
from hivemind.emulator.balancer.plane.health import Failed, HealthState, Passed, Result, matches
from hivemind.emulator.balancer.report import Verdict

CHECK = HealthCheck(healthy_threshold=3, unhealthy_threshold=2)
TIMEOUT, BROKEN, WRONG = Failed("Target.Timeout"), Failed("Target.FailedHealthChecks"), Failed(
    "Target.ResponseCodeMismatch", 500
)  # fmt: skip
PASS = Passed()


def after(*results: Result) -> Verdict:
    state = HealthState()
    for result in results:
        state.judge(result, CHECK)
    return state.verdict


@pytest.mark.parametrize(
    "results, state, reason",
    [
        ((), "initial", "Elb.RegistrationInProgress"),
        ((PASS,), "healthy", ""),
        ((WRONG,), "initial", "Elb.InitialHealthChecking"),
        ((WRONG, PASS), "healthy", ""),
        ((WRONG, WRONG), "unhealthy", "Target.ResponseCodeMismatch"),
        ((TIMEOUT, BROKEN), "unhealthy", "Target.FailedHealthChecks"),
        ((BROKEN, TIMEOUT), "unhealthy", "Target.Timeout"),
        ((PASS, WRONG), "healthy", ""),
        ((PASS, WRONG, PASS, WRONG), "healthy", ""),
        ((PASS, WRONG, WRONG), "unhealthy", "Target.ResponseCodeMismatch"),
        ((WRONG, WRONG, PASS, PASS), "unhealthy", "Target.ResponseCodeMismatch"),
        ((WRONG, WRONG, PASS, PASS, PASS), "healthy", ""),
        ((WRONG, WRONG, PASS, PASS, TIMEOUT, PASS, PASS), "unhealthy", "Target.Timeout"),
    ],
)
def test_thresholds_count_in_a_row(results: tuple[Result, ...], state: str, reason: str) -> None:
    verdict = after(*results)

    assert (verdict.state, verdict.reason) == (state, reason)


def test_an_unexpected_code_is_named() -> None:
    assert after(WRONG, WRONG).description == "Health checks failed with these codes: [500]"


def test_a_healthy_target_needs_no_description() -> None:
    assert after(PASS).description == ""


def test_early_failures_say_nothing_and_an_early_pass_is_a_pass() -> None:
    state = HealthState()
    for _ in range(10):
        state.judge_early(WRONG, CHECK)
    assert state.verdict.state == "initial"

    state.judge(WRONG, CHECK)
    assert state.verdict.state == "initial"

    state.judge_early(PASS, CHECK)
    assert state.verdict.state == "healthy"


@pytest.mark.parametrize(
    "codes, status, expected",
    [
        ("200", 200, True),
        ("200", 204, False),
        ("200,302", 302, True),
        ("200, 302", 302, True),
        ("200-399", 200, True),
        ("200-399", 399, True),
        ("200-399", 400, False),
        ("200-299,404", 404, True),
        ("200-299,404", 403, False),
        ("", 200, False),
    ],
)
def test_matcher(codes: str, status: int, expected: bool) -> None:
    assert matches(codes, status) is expected
