"""Roles, profiles and inline policies, read back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from hivemind.emulator.cloudformation.drift.readers.reader import Reader, Subject, gone, only
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.resources.handler import words

_AWS_MANAGED = ":iam::aws:policy/"


def _role(at: Subject) -> Mapping[str, Json]:
    live = at.call("iam", "get_role", RoleName=at.physical_id)["Role"]
    return {
        **only(live, ("RoleName", "Path", "Description", "MaxSessionDuration")),
        "AssumeRolePolicyDocument": _document(live["AssumeRolePolicyDocument"]),
        "ManagedPolicyArns": _managed(at),
        "Policies": _inline(at),
        "Tags": at.tags(live.get("Tags")),
    }


def _managed(at: Subject) -> list[str]:
    """The role's own; AWS's managed policies are not attached here, so those wanted count as attached."""
    live = at.call("iam", "list_attached_role_policies", RoleName=at.physical_id)["AttachedPolicies"]
    given = list(at.wanted.get("ManagedPolicyArns", ()))
    roles = {each.logical_id: each for each in at.attached("AWS::IAM::ManagedPolicy")}
    elsewhere = {name for name, each in roles.items() if at.physical_id in each.get("Roles", ())}
    attached = [each["PolicyArn"] for each in live if not _is_made_by(each["PolicyName"], at, elsewhere)]
    return attached + [arn for arn in given if _AWS_MANAGED in arn and arn not in attached]


def _is_made_by(policy: str, at: Subject, logical_ids: set[str]) -> bool:
    """Whether a managed policy is a resource of the stack that attaches itself."""
    given = {each.get("ManagedPolicyName") for each in at.attached("AWS::IAM::ManagedPolicy")}
    return policy in given or any(policy.startswith(f"{at.wanted.stack}-{name}-") for name in logical_ids)


def _inline(at: Subject) -> list[dict[str, Any]]:
    """The role's own inline policies, without those that an AWS::IAM::Policy of the stack puts into it."""
    others = {each["PolicyName"] for each in at.attached("AWS::IAM::Policy") if at.physical_id in each.get("Roles", ())}
    names = at.call("iam", "list_role_policies", RoleName=at.physical_id)["PolicyNames"]
    return [
        {"PolicyName": name, "PolicyDocument": _policy(at, at.physical_id, name)}
        for name in names
        if name not in others
    ]


def _policy(at: Subject, role: str, name: str) -> Json:
    return _document(at.call("iam", "get_role_policy", RoleName=role, PolicyName=name)["PolicyDocument"])


def _document(live: Json) -> Json:
    return json.loads(unquote(live)) if isinstance(live, str) else live


def _profile(at: Subject) -> Mapping[str, Json]:
    live = at.call("iam", "get_instance_profile", InstanceProfileName=at.physical_id)["InstanceProfile"]
    return {**only(live, ("InstanceProfileName", "Path")), "Roles": [role["RoleName"] for role in live["Roles"]]}


def _inline_policy(at: Subject) -> Mapping[str, Json]:
    name, roles = at.wanted["PolicyName"], at.wanted.get("Roles", ())
    holding = [role for role in roles if name in at.call("iam", "list_role_policies", RoleName=role)["PolicyNames"]]
    if roles and not holding:
        raise gone(at.physical_id)
    documents = [_policy(at, role, name) for role in holding]
    strange = [each for each in documents if each != at.wanted["PolicyDocument"]]
    return {"PolicyName": name, "Roles": holding, "PolicyDocument": (strange or documents)[0]}


READERS = (
    Reader(
        "AWS::IAM::Role",
        words("RoleName Path Description MaxSessionDuration AssumeRolePolicyDocument ManagedPolicyArns Policies Tags"),
        _role,
    ),
    Reader("AWS::IAM::InstanceProfile", words("InstanceProfileName Path Roles"), _profile),
    Reader("AWS::IAM::Policy", words("PolicyName Roles PolicyDocument"), _inline_policy),
)
