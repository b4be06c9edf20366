"""What the policies of the role in use say."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from conftest import Stub

from hivemind.aws.cloud import observatory
from hivemind.aws.permissions import role_of
from hivemind.aws.session import Session

ROLE = "arn:aws:sts::123456789012:assumed-role/shop-apply/session"
ONE = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
TWO = {"Effect": "Deny", "Action": ["ec2:*"], "Resource": ["*"]}
POLICY = "arn:aws:iam::aws:policy/Some"


@pytest.mark.parametrize(
    ("arn", "role"),
    [
        (ROLE, "shop-apply"),
        ("arn:aws-us-gov:sts::123456789012:assumed-role/shop-apply/a/b", "shop-apply"),
        ("arn:aws:iam::123456789012:role/team/shop-apply", "shop-apply"),
        ("arn:aws:iam::123456789012:user/ann", None),
        ("arn:aws:iam::123456789012:root", None),
    ],
)
def test_the_role_that_somebody_acts_as(arn: str, role: str | None) -> None:
    assert role_of(arn) == role


def test_every_statement_of_its_own_and_attached_policies_is_read(session: Session, stub: Stub) -> None:
    stub("sts").add_response("get_caller_identity", {"Account": "123456789012", "Arn": ROLE, "UserId": "x"})
    iam, mine = stub("iam"), {"RoleName": "shop-apply"}
    iam.add_response("list_role_policies", {"PolicyNames": ["a"], "IsTruncated": False}, mine)
    own: dict[str, Any] = {"RoleName": "shop-apply", "PolicyName": "a"}
    iam.add_response("get_role_policy", {**own, "PolicyDocument": text({"Statement": ONE})}, own)
    attached = {"AttachedPolicies": [{"PolicyArn": POLICY, "PolicyName": "Some"}], "IsTruncated": False}
    iam.add_response("list_attached_role_policies", attached, mine)
    iam.add_response("get_policy", {"Policy": {"DefaultVersionId": "v3"}}, {"PolicyArn": POLICY})
    version = {"PolicyVersion": {"Document": text({"Statement": [TWO, ONE]})}}
    iam.add_response("get_policy_version", version, {"PolicyArn": POLICY, "VersionId": "v3"})
    assert observatory(session).inventory.permissions() == (ONE, TWO, ONE)


def test_a_user_s_policies_are_not_told(session: Session, stub: Stub) -> None:
    user = {"Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/ann", "UserId": "x"}
    stub("sts").add_response("get_caller_identity", user)
    assert observatory(session).inventory.permissions() is None


def text(document: dict[str, Any]) -> Any:
    """A document as IAM sends it."""
    return quote(json.dumps(document))
