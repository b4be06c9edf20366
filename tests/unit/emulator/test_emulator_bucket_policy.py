"""Which statements of a bucket policy count for a request on the loopback endpoint."""

from __future__ import annotations

from typing import Any

import pytest

from hivemind.emulator.patches.bucket_policy import applying


def statement(effect: str, condition: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"Effect": effect, "Action": "s3:*", "Principal": "*", "Resource": "*"} | (
        {"Condition": condition} if condition else {}
    )


@pytest.mark.parametrize(
    ("effect", "condition", "counts"),
    [
        ("Deny", None, True),
        ("Allow", None, True),
        ("Deny", {"Bool": {"aws:SecureTransport": "false"}}, False),
        ("Deny", {"Bool": {"aws:SecureTransport": False}}, False),
        ("Deny", {"Bool": {"aws:SecureTransport": "true"}}, True),
        ("Deny", {"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}, True),
        ("Allow", {"StringEquals": {"aws:SourceVpc": "vpc-1"}}, False),
        ("Deny", {"Bool": {"aws:SecureTransport": "false"}, "StringEquals": {"a": "b"}}, False),
    ],
)
def test_a_statement_counts_when_its_condition_holds_and_what_is_unsure_fails_closed(
    effect: str, condition: dict[str, Any] | None, counts: bool
) -> None:
    found = applying({"Statement": [statement(effect, condition)]})
    assert found == ([statement(effect)] if counts else [])


def test_a_single_statement_need_not_be_a_list() -> None:
    assert applying({"Statement": statement("Deny")}) == [statement("Deny")]
