"""Which permissions a role lacks: what is needed and not held is named, and nothing that is doubtful counts as held."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hivemind.model.spec import EnvironmentSpec, ServiceSpec, Spec
from hivemind.policy.permissions import missing
from hivemind.render.github_roles import needed

STAGING = EnvironmentSpec(name="staging", state="s3://acme-hivemind/team")
SPEC = Spec(name="shop", services=(ServiceSpec(),), environments={"staging": STAGING})
NEEDED = needed(SPEC, STAGING, "123456789012")
ALL: dict[str, Any] = {"Effect": "Allow", "Action": "*", "Resource": "*"}
WANTED = {"Sid": "S", "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": ["arn:aws:s3:::b/*"]}


def lacks(*held: dict[str, Any]) -> list[str]:
    return [action for statement in missing([WANTED], held) for action in statement["Action"]]


def test_an_administrator_lacks_nothing_and_nobody_lacks_everything() -> None:
    assert list(missing(NEEDED, [ALL])) == []
    assert list(missing(NEEDED, [])) == list(NEEDED)


def test_what_is_needed_covers_itself_and_without_one_statement_that_one_is_named() -> None:
    assert list(missing(NEEDED, NEEDED)) == []
    for number, statement in enumerate(NEEDED):
        held = [*NEEDED[:number], *NEEDED[number + 1 :]]
        named = [(lacking["Sid"], set(lacking["Action"])) for lacking in missing(NEEDED, held)]
        assert [sid for sid, _ in named] in ([statement["Sid"]], [])
        assert all(actions <= set(statement["Action"]) for _, actions in named)


def test_every_name_is_written_out() -> None:
    assert "${" not in str(NEEDED)
    assert "arn:aws:cloudformation:*:123456789012:stack/shop-staging-*/*" in str(NEEDED)


@pytest.mark.parametrize(
    ("held", "lacking"),
    [
        ({"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::b/*"}, ["s3:PutObject"]),
        ({"Effect": "Allow", "Action": "S3:*", "Resource": ["arn:aws:s3:::*"]}, []),
        ({"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/a/*"}, ["s3:GetObject", "s3:PutObject"]),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, ["s3:GetObject", "s3:PutObject"]),
        ({**ALL, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}, ["s3:GetObject", "s3:PutObject"]),
    ],
)
def test_only_what_surely_covers_it_counts(held: dict[str, Any], lacking: list[str]) -> None:
    assert lacks(held) == lacking


def test_what_is_denied_is_lacking_whoever_allows_it() -> None:
    assert lacks(ALL, {"Effect": "Deny", "Action": ["s3:Put*"], "Resource": "*"}) == ["s3:PutObject"]


def test_a_condition_that_is_needed_may_be_held() -> None:
    here = {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}
    assert list(missing([{**WANTED, "Condition": here}], [{**ALL, "Condition": here}])) == []
    there = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
    assert list(missing([{**WANTED, "Condition": here}], [{**ALL, "Condition": there}])) != []


WORDS = st.sampled_from(["s3:GetObject", "s3:*", "*", "ec2:RunInstances", "arn:aws:s3:::b/*", "arn:aws:s3:::b/x"])
HELD = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny"]), "Action": st.lists(WORDS), "Resource": st.lists(WORDS)}
)


@given(st.lists(HELD), HELD)
def test_an_allowance_more_never_makes_more_missing(held: list[dict[str, Any]], more: dict[str, Any]) -> None:
    before = {str(each) for each in missing(NEEDED, held)}
    allowed = {**more, "Effect": "Allow"}
    after = list(missing(NEEDED, [*held, allowed]))
    assert len(after) <= len(before)
