"""How a run looks where there is no terminal: one line when a step begins, its notes and events, one when it ends."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hivemind.cli.progress import RunView
from hivemind.model.plan import Cost, Forecast, Plan
from hivemind.model.run import (
    Began,
    Done,
    Failed,
    Progress,
    RunEvent,
    RunFinished,
    RunStarted,
    StackEvent,
    StackProgress,
)
from hivemind.model.step import EmptyColour, UploadBundle

STEP = UploadBundle(digest="0" * 64)
BACK = EmptyColour(service="web", stack="shop-local-web", colour="blue", weights={"blue": 100, "green": 0})
PLAN = Plan(
    deployment="shop:local",
    region="us-east-1",
    offline=False,
    transition="create",
    headline="create",
    changes=(),
    parameters=(),
    cost=Cost(lines=(), before=Decimal(0), after=Decimal(0), region="us-east-1", prices_of="2026-01-01"),
    findings=(),
    forecast=Forecast(seconds=1, downtime="none", reversible=True, way_back=""),
    steps=(STEP, STEP),
    recovery=(BACK,),
    spec_fingerprint="",
    live_fingerprint="",
)


def at(seconds: int) -> str:
    return f"2026-01-01T00:00:{seconds:02}+00:00"


def event(status: str, reason: str = "") -> StackProgress:
    found = StackEvent(
        id=status, stack="s", logical_id="Vpc", type="AWS::EC2::VPC", status=status, reason=reason, at=at(1)
    )
    return StackProgress(event=found)


def drawn(capsys: pytest.CaptureFixture[str], *events: RunEvent) -> str:
    view = RunView(PLAN)
    for each in events:
        view.see(each)
    view.close()
    return capsys.readouterr().out


def test_a_step_that_succeeds_says_how_long_it_took(capsys: pytest.CaptureFixture[str]) -> None:
    out = drawn(
        capsys,
        RunStarted(at=at(0), operation="o", plan="p", transition="create", who="me"),
        Began(at=at(0), operation="o", phase="steps", index=0, step=STEP),
        Progress(phase="steps", index=0, note="half of it"),
        event("CREATE_IN_PROGRESS"),
        event("CREATE_COMPLETE"),
        Done(at=at(2), operation="o", phase="steps", index=0),
        RunFinished(at=at(2), operation="o", verdict="applied"),
    )
    lines = [line.strip() for line in out.splitlines()]
    assert lines[0].startswith("… 1/2 upload")
    assert lines[1:3] == ["half of it", "CREATE_COMPLETE      Vpc (EC2::VPC)"]
    assert lines[3].startswith("✓ 1/2 upload")
    assert lines[3].endswith("2.0 s")


def test_a_failure_is_told_with_its_reason_and_what_is_put_back(capsys: pytest.CaptureFixture[str]) -> None:
    out = drawn(
        capsys,
        Began(at=at(0), operation="o", phase="steps", index=1, step=STEP),
        event("CREATE_FAILED", "no such thing"),
        Failed(at=at(3), operation="o", phase="steps", index=1, message="it broke", hint="mend it"),
        Began(at=at(3), operation="o", phase="recovery", index=0, step=BACK),
        Done(at=at(4), operation="o", phase="recovery", index=0),
    )
    assert "CREATE_FAILED        Vpc (EC2::VPC)  no such thing" in out
    assert "✗ 2/2 upload" in out
    assert out.index("it broke") < out.index("Putting things back:") < out.index("✓ empty web blue")
