"""The roles of a repository's workflows: who may take them, and that none can do more than its work."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest

from hivemind.model.spec import EnvironmentSpec, ServiceSpec, Spec
from hivemind.render.check import check
from hivemind.render.github_roles import ISSUER, Repository, needed, provider, repository, roles
from hivemind.render.yaml_text import load

STATE = "s3://acme-hivemind/team"
ENVIRONMENTS = [
    EnvironmentSpec(name="staging", state=STATE),
    EnvironmentSpec(name="eu-production", region="eu-west-1", stage="production", state=STATE),
]
SPEC = Spec(name="shop", services=(ServiceSpec(),), environments={each.name: each for each in ENVIRONMENTS})
REPO = Repository("acme", "shop", ("12", "34"))
MOST_INLINE = 10_240
"""Characters of a role's inline policies together, spaces apart."""


def resources(repo: Repository = REPO) -> dict[str, Any]:
    found: dict[str, Any] = load(roles(SPEC, ENVIRONMENTS, repo, "main").body)["Resources"]
    return found


def statements(role: str) -> list[dict[str, Any]]:
    policies = resources()[role]["Properties"]["Policies"]
    return [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]


def allows(role: str, action: str) -> list[dict[str, Any]]:
    return [s for s in statements(role) if any(fnmatchcase(action, pattern) for pattern in s["Action"])]


def subjects(role: str, repo: Repository = REPO) -> list[str]:
    (trust,) = resources(repo)[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert set(trust["Condition"]) == {"StringEquals"}
    assert trust["Condition"]["StringEquals"][f"{ISSUER}:aud"] == "sts.amazonaws.com"
    found: list[str] = trust["Condition"]["StringEquals"][f"{ISSUER}:sub"]
    return found


def test_the_templates_are_valid_and_no_policy_is_too_long() -> None:
    assert check(provider()) == ()
    assert check(roles(SPEC, ENVIRONMENTS, REPO, "main")) == ()
    for name, resource in resources().items():
        if resource["Type"] == "AWS::IAM::Role":
            documents = [policy["PolicyDocument"] for policy in resource["Properties"]["Policies"]]
            assert sum(len(json.dumps(d, separators=(",", ":"))) for d in documents) < MOST_INLINE, name


def test_each_role_is_taken_by_whom_it_is_for_in_both_forms() -> None:
    assert subjects("PlanRole") == [
        "repo:acme/shop:pull_request",
        "repo:acme@12/shop@34:pull_request",
        "repo:acme/shop:ref:refs/heads/main",
        "repo:acme@12/shop@34:ref:refs/heads/main",
    ]
    assert subjects("ApplyStagingRole") == [
        "repo:acme/shop:environment:staging",
        "repo:acme@12/shop@34:environment:staging",
    ]
    assert subjects("ApplyEuProductionRole", Repository("acme", "shop")) == ["repo:acme/shop:environment:eu-production"]


def test_nobody_is_let_in_by_a_wildcard() -> None:
    for name, resource in resources().items():
        if resource["Type"] == "AWS::IAM::Role":
            assert "*" not in "".join(subjects(name))


@pytest.mark.parametrize(
    "action",
    [
        "cloudformation:ExecuteChangeSet", "cloudformation:DeleteStack", "cloudformation:UpdateStack",
        "elasticloadbalancing:ModifyRule", "ec2:RunInstances", "ec2:TerminateInstances", "s3:PutObject",
        "s3:DeleteObject", "secretsmanager:GetSecretValue", "iam:PassRole", "iam:CreateRole", "sts:AssumeRole",
        "ssm:SendCommand", "ssm:GetParameters", "ssm:GetParametersByPath",
    ],
)  # fmt: skip
def test_who_plans_changes_nothing_and_reads_no_secret(action: str) -> None:
    assert allows("PlanRole", action) == []


@pytest.mark.parametrize(
    "action",
    [
        "iam:CreateUser", "iam:CreateAccessKey", "iam:CreatePolicy", "iam:CreatePolicyVersion",
        "iam:DeleteRolePermissionsBoundary", "iam:UpdateOpenIDConnectProviderThumbprint", "sts:AssumeRole",
        "organizations:LeaveOrganization", "ssm:SendCommand", "lambda:CreateFunction", "kms:Decrypt",
    ],
)  # fmt: skip
def test_who_applies_cannot_reach_beyond_it(action: str) -> None:
    assert allows("ApplyStagingRole", action) == []


def test_a_role_is_made_only_within_the_boundary_and_only_by_a_stack() -> None:
    for action in ("iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"):
        for statement in allows("ApplyStagingRole", action):
            assert "hivemind-shop-boundary" in json.dumps(
                statement["Condition"]["StringEquals"]["iam:PermissionsBoundary"]
            )
            assert "aws:CalledVia" in json.dumps(statement["Condition"])
            assert all("shop-staging-" in json.dumps(resource) for resource in statement["Resource"])
    (passing,) = allows("ApplyStagingRole", "iam:PassRole")
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}


def test_what_makes_things_does_so_through_stacks_alone() -> None:
    for action in (
        "rds:CreateDBInstance",
        "rds:DeleteDBInstance",
        "ec2:CreateVpc",
        "sns:CreateTopic",
        "secretsmanager:GetSecretValue",
    ):
        for statement in allows("ApplyStagingRole", action):
            assert "aws:CalledVia" in json.dumps(statement["Condition"]), action


def test_an_environment_s_role_acts_on_no_other_environment() -> None:
    for action in ("cloudformation:ExecuteChangeSet", "cloudformation:DeleteStack", "s3:PutObject"):
        for statement in allows("ApplyStagingRole", action):
            assert "eu-production" not in json.dumps(statement["Resource"])
            assert '"*"' not in json.dumps(statement["Resource"]) or "CalledVia" in json.dumps(statement["Condition"])


def test_a_deployment_that_is_used_is_looked_at_and_nothing_more() -> None:
    service = ServiceSpec(uses={"API_URL": "api/Url"})
    spec = SPEC.model_copy(update={"services": (service,)})
    found = needed(spec, ENVIRONMENTS[0], "123456789012")
    of_api = [statement for statement in found if "api-staging-" in str(statement["Resource"])]
    assert [statement["Action"] for statement in of_api] == [
        ["cloudformation:GetTemplate", "cloudformation:ListStackResources"]
    ]
    assert "api-" not in str(needed(SPEC, ENVIRONMENTS[0], "123456789012"))


def test_the_boundary_lets_no_machine_touch_roles_or_stacks() -> None:
    boundary = resources()["Boundary"]["Properties"]
    assert boundary["ManagedPolicyName"] == "hivemind-shop-boundary"
    actions = [action for statement in boundary["PolicyDocument"]["Statement"] for action in statement["Action"]]
    assert [action for action in actions if action.startswith(("iam:", "sts:", "ec2:", "rds:")) or action == "*"] == []


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("acme/shop", Repository("acme", "shop")),
        ("acme@12/shop@34", REPO),
        ("acme@12/shop", None),
        ("acme", None),
        ("acme/shop/more", None),
        ("acme/*", None),
        ("", None),
    ],
)
def test_a_repository_is_named_by_words_or_not_at_all(told: str, found: Repository | None) -> None:
    assert repository(told) == found
