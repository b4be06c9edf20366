"""The roles that a repository's workflows on GitHub take in an AWS account, as stacks of their own. A door of the room.

    who asks, proven by GitHub's OIDC provider          may
    a pull request, or a comment on one                 look, and make, read and delete change sets
    a job of the environment, once it is agreed to      act on that environment's stacks

Whatever makes or changes resources is allowed only through CloudFormation, and that only for the stacks of the
deployment; what is called directly is named below. A role that a stack makes must carry the boundary, so that a
template cannot give its instances more than instances need, nor the workflow more than it has.

GitHub names a repository created since July 2026 with numbers that nobody can take over (`repo:acme@12/shop@34`); both
forms are accepted where the numbers are known, each word by word: a wildcard would match a branch's name, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from troposphere import GetAtt, Output, Sub, Template, iam

from hivemind.model import names
from hivemind.model import template as model
from hivemind.model.spec import EnvironmentSpec, Spec
from hivemind.render import stack
from hivemind.render.access import Statement
from hivemind.render.state_bucket import name_of

ISSUER = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"
PROVIDER_STACK = "hivemind-github"
SESSION_SECONDS = 3 * 3600
"""How long an apply may take; the longest bake is what it is for."""
LOOKS = (
    "autoscaling:Describe*", "cloudformation:DescribeStacks", "cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData",
    "ec2:Describe*", "ec2:GetConsoleOutput", "elasticloadbalancing:Describe*", "logs:Describe*", "logs:GetLogEvents",
    "rds:Describe*", "rds:ListTagsForResource", "ssm:GetParameter",
)  # fmt: skip
"""What knows no narrower resource, or shows no more than names and states."""
COMPARES = (
    "cloudformation:DescribeStackDriftDetectionStatus", "cloudwatch:GetDashboard", "iam:GetInstanceProfile",
    "iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies", "logs:ListTags*",
    "s3:GetBucket*",
    "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration", "secretsmanager:DescribeSecret",
    "sns:GetTopicAttributes", "sns:ListTagsForResource",
)  # fmt: skip
"""What CloudFormation reads, as whoever asks, to find what drifted."""
STACK_LOOKS = (
    "DescribeChangeSet", "DescribeStackEvents", "DescribeStackResourceDrifts", "DetectStackDrift",
    "DetectStackResourceDrift", "GetTemplate", "ListStackResources",
)  # fmt: skip
PREVIEWS = ("CreateChangeSet", "DeleteChangeSet")
STACK_ACTS = (
    "ContinueUpdateRollback", "DeleteStack", "ExecuteChangeSet", "RollbackStack", "SignalResource", "TagResource",
    "UntagResource", "UpdateTerminationProtection",
)  # fmt: skip
MADE_BY_STACKS = (
    "autoscaling", "cloudwatch", "ec2", "elasticloadbalancing", "logs", "rds", "secretsmanager", "sns", "xray",
)  # fmt: skip
ROLE_ACTS = (
    "AttachRolePolicy", "CreateRole", "DeleteRolePolicy", "DetachRolePolicy", "PutRolePermissionsBoundary",
    "PutRolePolicy",
)  # fmt: skip
"""What could give a role more than it has: allowed for roles within the boundary alone."""
ROLE_CARE = (
    "AddRoleToInstanceProfile", "CreateInstanceProfile", "DeleteInstanceProfile", "DeleteRole", "GetInstanceProfile",
    "GetRole", "GetRolePolicy", "ListAttachedRolePolicies", "ListRolePolicies", "RemoveRoleFromInstanceProfile",
    "TagInstanceProfile", "TagRole", "UntagInstanceProfile", "UntagRole", "UpdateAssumeRolePolicy", "UpdateRole",
)  # fmt: skip
SERVICE_LINKED = ("autoscaling", "elasticloadbalancing", "rds")
_REPOSITORY = re.compile(r"([\w.-]+)(?:@(\d+))?/([\w.-]+)(?:@(\d+))?")


@dataclass(frozen=True)
class Repository:
    """A repository on GitHub; `ids` are the numbers of its owner and of itself, where they are known."""

    owner: str
    name: str
    ids: tuple[str, str] | None = None

    def subjects(self, of: str) -> list[str]:
        """Who a workflow says it is, in each form that GitHub may say it."""
        plain = f"repo:{self.owner}/{self.name}:{of}"
        if self.ids is None:
            return [plain]
        owner, name = self.ids
        return [plain, f"repo:{self.owner}@{owner}/{self.name}@{name}:{of}"]


def repository(told: str) -> Repository | None:
    """`owner/name`, or `owner@1/name@2` with the numbers; None where it is neither."""
    found = _REPOSITORY.fullmatch(told)
    if found is None or (found[2] is None) != (found[4] is None):
        return None
    return Repository(found[1], found[3], (found[2], found[4]) if found[2] else None)


def provider() -> model.Template:
    """The stack of GitHub's identity provider, of which an account has one; it stays when its stack goes."""
    template = Template(Description="HiveMind: GitHub as an identity provider")
    template.set_version("2010-09-09")
    made = iam.OIDCProvider("Provider", Url=f"https://{ISSUER}", ClientIdList=[AUDIENCE])
    made.DeletionPolicy = made.UpdateReplacePolicy = "Retain"
    template.add_resource(made)
    return model.Template(part="github", stack=PROVIDER_STACK, body=stack.text(template, {names.TAG_ROLE: "github"}))


def roles(spec: Spec, environments: Sequence[EnvironmentSpec], repo: Repository, branch: str) -> model.Template:
    """The stack of a deployment's roles: one to plan all environments, and for each one to act on it."""
    template = Template(Description=f"HiveMind: the roles of {spec.name}'s workflows in {repo.owner}/{repo.name}")
    template.set_version("2010-09-09")
    template.add_resource(_boundary(spec))
    comments = f"ref:refs/heads/{branch}"
    planner = _role("PlanRole", [*repo.subjects("pull_request"), *repo.subjects(comments)])
    planner.Policies = [iam.Policy(PolicyName="look", PolicyDocument=_document(_planning(spec, environments)))]
    template.add_resource(planner)
    for environment in environments:
        actor = _role(_apply_role(environment), repo.subjects(f"environment:{environment.name}"))
        actor.MaxSessionDuration = SESSION_SECONDS
        actor.Policies = [
            iam.Policy(PolicyName="look", PolicyDocument=_document(_planning(spec, [environment]))),
            iam.Policy(PolicyName="act", PolicyDocument=_document(_acting(spec, environment))),
        ]
        template.add_resource(actor)
    for title in [title for title in template.resources if title.endswith("Role")]:
        template.add_output(Output(title, Value=GetAtt(title, "Arn")))
    body = stack.text(template, {names.TAG_ROLE: "github"})
    return model.Template(part="github-roles", stack=f"hivemind-github-{spec.name}", body=body)


def needed(spec: Spec, environment: EnvironmentSpec, account: str) -> tuple[Statement, ...]:
    """What whoever applies to an environment must be allowed, with the account's number in every name."""
    words = {"${AWS::Partition}": "aws", "${AWS::AccountId}": account}
    statements = [*_planning(spec, [environment]), *_acting(spec, environment)]
    return tuple(_written(statement, words) for statement in statements)


def _written(value: Any, words: Mapping[str, str]) -> Any:
    match value:
        case Sub():
            text = str(value.data["Fn::Sub"])
            for word, meaning in words.items():
                text = text.replace(word, meaning)
            return text
        case Mapping():
            return {key: _written(each, words) for key, each in value.items()}
        case list() | tuple():
            return [_written(each, words) for each in value]
        case _:
            return value


def _apply_role(environment: EnvironmentSpec) -> str:
    return f"Apply{environment.name.title().replace('-', '')}Role"


def _role(title: str, subjects: list[str]) -> Any:
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": Sub(f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:oidc-provider/{ISSUER}")},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"{ISSUER}:aud": AUDIENCE, f"{ISSUER}:sub": subjects}},
    }
    return iam.Role(title, AssumeRolePolicyDocument=_document([trust]))


def _planning(spec: Spec, environments: Iterable[EnvironmentSpec]) -> list[Statement]:
    """Look at everything a plan is made from; a change set is made, read and deleted, and never executed."""
    stacks = [_stack("hivemind-bootstrap"), *(_stack(f"{spec.name}-{each.name}-*") for each in environments)]
    actions = [f"cloudformation:{action}" for action in (*STACK_LOOKS, *PREVIEWS)]
    return [
        _allow("Look", LOOKS, ["*"]),
        _allow("Compare", COMPARES, ["*"]),
        _allow("Stacks", actions, stacks),
        _allow("Artifacts", ["s3:GetObject", "s3:ListBucket"], [_artifacts(), _artifacts("/*")]),
        *_state(spec, environments, "ReadState", ["s3:GetObject"]),
        *_used(spec, environments),
    ]


def _used(spec: Spec, environments: Iterable[EnvironmentSpec]) -> list[Statement]:
    """Look at the stacks of the deployments whose outputs are used."""
    others = sorted({told.partition("/")[0] for service in spec.services for told in service.uses.values()})
    stacks = [_stack(f"{other}-{each.name}-*") for each in environments for other in others]
    reads = ["cloudformation:GetTemplate", "cloudformation:ListStackResources"]
    return [_allow("Used", reads, stacks)] if stacks else []


def _acting(spec: Spec, environment: EnvironmentSpec) -> list[Statement]:
    """Act on one environment: on its stacks, and through them; directly only where no stack does it."""
    deployment = names.deployment_id(spec.name, environment.name)
    own = {"StringEquals": {f"aws:ResourceTag/{names.TAG_DEPLOYMENT}": deployment}}
    stacks = [_stack("hivemind-bootstrap"), _stack(f"{spec.name}-{environment.name}-*")]
    return [
        _allow("Stacks", [f"cloudformation:{action}" for action in STACK_ACTS], stacks),
        _allow("ThroughStacks", [f"{service}:*" for service in MADE_BY_STACKS], ["*"], _THROUGH),
        _allow("ArtifactBucket", ["s3:*"], [_artifacts()], _THROUGH),
        _allow("Artifacts", ["s3:DeleteObject*", "s3:PutObject"], [_artifacts(f"/{spec.name}/{environment.name}/*")]),
        _allow("Versions", ["s3:ListBucketVersions"], [_artifacts()]),
        *_state(spec, [environment], "State", ["s3:DeleteObject", "s3:PutObject"]),
        _allow("Shift", ["elasticloadbalancing:ModifyRule"], ["*"], _in(environment.region)),
        _allow(
            "Roll", ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"], ["*"], own
        ),
        _allow("Build", ["ec2:RunInstances", "ec2:CreateTags"], ["*"], _in(environment.region)),
        _allow("EndBuilder", ["ec2:TerminateInstances"], ["*"], own),
        *_own_roles(spec, environment),
    ]


def _own_roles(spec: Spec, environment: EnvironmentSpec) -> list[Statement]:
    own = [_iam(kind, f"{spec.name}-{environment.name}-*") for kind in ("role", "instance-profile")]
    linked = {"StringEquals": {"iam:AWSServiceName": [f"{service}.amazonaws.com" for service in SERVICE_LINKED]}}
    bounded = {"StringEquals": {"iam:PermissionsBoundary": _iam("policy", names.boundary_policy(spec.name))}}
    return [
        _allow("BoundedRoles", [f"iam:{action}" for action in ROLE_ACTS], own, {**_THROUGH, **bounded}),
        _allow("OwnRoles", [f"iam:{action}" for action in ROLE_CARE], own, _THROUGH),
        _allow("PassRole", ["iam:PassRole"], own, {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}),
        _allow("ServiceLinkedRoles", ["iam:CreateServiceLinkedRole"], ["*"], linked),
    ]


def _boundary(spec: Spec) -> Any:
    """The most that a role of the deployment's machines can ever be given."""
    core = ["ec2messages:*", "ssm:*Association*", "ssm:DescribeDocument", "ssm:GetDocument", "ssm:GetManifest"]
    core += ["ssm:PutComplianceItems", "ssm:PutInventory", "ssm:UpdateInstanceInformation", "ssmmessages:*"]
    most = [
        _allow("Objects", ["s3:GetObject", "s3:ListBucket", "s3:PutObject*"], [_artifacts(), _artifacts("/*")]),
        _allow("Secrets", ["secretsmanager:GetSecretValue"], ["*"]),
        _allow("Tell", ["cloudformation:SignalResource", "logs:*LogStream*", "logs:PutLogEvents", "xray:*"], ["*"]),
        _allow("Operators", core, ["*"]),
    ]
    return iam.ManagedPolicy(
        "Boundary", ManagedPolicyName=names.boundary_policy(spec.name), PolicyDocument=_document(most)
    )


def _state(spec: Spec, environments: Iterable[EnvironmentSpec], sid: str, actions: list[str]) -> list[Statement]:
    """What is remembered of the environments, where they share it."""
    objects, buckets = [], set()
    for each in environments:
        if each.state is not None:
            bucket = name_of(each.state)
            prefix = each.state.removeprefix(f"s3://{bucket}").strip("/")
            path = "/".join(part for part in (prefix, spec.name, each.name) if part)
            buckets.add(bucket)
            objects.append(Sub(f"arn:${{AWS::Partition}}:s3:::{bucket}/{path}/*"))
    if not objects:
        return []
    listed = [Sub(f"arn:${{AWS::Partition}}:s3:::{bucket}") for bucket in sorted(buckets)]
    return [_allow(sid, actions, objects), _allow(f"{sid}Keys", ["s3:ListBucket"], listed)]


def _stack(name: str) -> Any:
    return Sub(f"arn:${{AWS::Partition}}:cloudformation:*:${{AWS::AccountId}}:stack/{name}/*")


def _iam(kind: str, name: str) -> Any:
    return Sub(f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:{kind}/{name}")


def _artifacts(path: str = "") -> Any:
    """The artifact bucket, by how CloudFormation names it."""
    return Sub(f"arn:${{AWS::Partition}}:s3:::{names.BOOTSTRAP_STACK}-{names.ARTIFACT_BUCKET.lower()}-*{path}")


def _in(region: str) -> Mapping[str, Any]:
    return {"StringEquals": {"aws:RequestedRegion": region}}


_THROUGH: Mapping[str, Any] = {"ForAnyValue:StringEquals": {"aws:CalledVia": "cloudformation.amazonaws.com"}}


def _allow(
    sid: str, actions: Iterable[str], resources: list[Any], condition: Mapping[str, Any] | None = None
) -> Statement:
    statement = {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": resources}
    return statement | ({"Condition": dict(condition)} if condition else {})


def _document(statements: Sequence[Statement]) -> Statement:
    return {"Version": "2012-10-17", "Statement": list(statements)}
