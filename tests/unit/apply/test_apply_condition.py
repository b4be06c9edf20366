"""What a stack's status and events mean."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hivemind.apply.condition import caused_by, condition, last_operation, reasons
from hivemind.model.live import LiveStack
from hivemind.model.run import StackEvent

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def event(logical_id: str, status: str, reason: str = "", *, token: str = "", at: datetime = NOON) -> StackEvent:
    kind = "AWS::CloudFormation::Stack" if logical_id == "shop" else "AWS::EC2::VPC"
    return StackEvent(
        id=f"{logical_id}{status}", stack="shop", logical_id=logical_id, type=kind, status=status, reason=reason,
        at=at.isoformat(), token=token,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("REVIEW_IN_PROGRESS", "absent"),
        ("DELETE_COMPLETE", "absent"),
        ("CREATE_IN_PROGRESS", "busy"),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "busy"),
        ("DELETE_IN_PROGRESS", "busy"),
        ("CREATE_COMPLETE", "ready"),
        ("UPDATE_ROLLBACK_COMPLETE", "ready"),
        ("IMPORT_COMPLETE", "ready"),
        ("ROLLBACK_COMPLETE", "shell"),
        ("CREATE_FAILED", "kept"),
        ("UPDATE_FAILED", "kept"),
        ("ROLLBACK_FAILED", "stuck"),
        ("UPDATE_ROLLBACK_FAILED", "stuck"),
        ("DELETE_FAILED", "stuck"),
    ],
)
def test_every_status_has_a_meaning(status: str, expected: str) -> None:
    assert condition(LiveStack(name="shop", stack_id="1", status=status, body="")) == expected


def test_no_stack_is_absent() -> None:
    assert condition(None) == "absent"


def test_the_last_operation_begins_with_the_last_opening_of_the_stack_itself() -> None:
    events = (
        event("shop", "CREATE_IN_PROGRESS"),
        event("shop", "CREATE_COMPLETE"),
        event("shop", "UPDATE_IN_PROGRESS"),
        event("Vpc", "UPDATE_IN_PROGRESS"),
        event("Vpc", "UPDATE_FAILED", "no"),
        event("shop", "UPDATE_ROLLBACK_IN_PROGRESS"),
    )
    assert last_operation(events) == events[2:]
    assert last_operation(()) == ()


def test_reasons_name_the_root_cause_and_not_its_consequences() -> None:
    events = (
        event("Vpc", "CREATE_FAILED", "limit exceeded"),
        event("Subnet", "CREATE_FAILED", "Resource creation cancelled"),
        event("shop", "ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [Vpc]."),
        event("shop", "CREATE_FAILED", "The following resource(s) failed to create: [Vpc]."),
    )
    assert reasons(events) == ("Vpc (AWS::EC2::VPC) CREATE_FAILED: limit exceeded",)


def test_when_only_the_stack_failed_its_own_reason_counts() -> None:
    assert reasons((event("shop", "UPDATE_FAILED", "template error"),)) == (
        "shop (AWS::CloudFormation::Stack) UPDATE_FAILED: template error",
    )


def test_a_token_tells_whose_operation_it_is() -> None:
    assert caused_by("mine", NOON, (event("shop", "UPDATE_IN_PROGRESS", token="mine"),))
    assert not caused_by("mine", NOON, (event("shop", "UPDATE_IN_PROGRESS", token="theirs"),))
    assert caused_by("mine", NOON, ())


def test_without_tokens_the_time_tells() -> None:
    old = event("shop", "UPDATE_IN_PROGRESS", at=NOON - timedelta(minutes=1))
    assert not caused_by("mine", NOON, (old,))
    assert caused_by("mine", NOON, (event("shop", "UPDATE_IN_PROGRESS"),))
