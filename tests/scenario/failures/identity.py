"""Roles, profiles and policies."""

from __future__ import annotations

import json

from tests.scenario.failures.acts import (
    DELETED,
    Account,
    ByHand,
    Case,
    Delete,
    PutRight,
    Undo,
    created,
    creation_undone,
    found_early,
    not_deleted,
    update_undone,
)
from tests.scenario.failures.templates import EC2_TRUST, resource, stack

READ = "{Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*'}]}"
WRITE = "{Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:PutObject', Resource: '*'}]}"
MALFORMED = "{Version: '2012-10-17', Statement: [{Effect: Maybe, Action: 's3:GetObject', Resource: '*'}]}"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}},
        ],
    }
)


def role(more: str = "", trust: str = EC2_TRUST) -> str:
    """A role; `more` are further properties."""
    return resource("Role", "IAM::Role", f"{{AssumeRolePolicyDocument: {trust}{more}}}")


def inline(document: str) -> str:
    """An inline policy of a role."""
    return f", Policies: [{{PolicyName: own, PolicyDocument: {document}}}]"


def managed(document: str, more: str = "") -> str:
    """A policy of its own."""
    return resource("Managed", "IAM::ManagedPolicy", f"{{PolicyDocument: {document}{more}}}")


def _a_role_of_that_name(account: Account) -> Undo:
    iam = account.client("iam")
    iam.create_role(RoleName="taken", AssumeRolePolicyDocument=TRUST)
    return lambda: iam.delete_role(RoleName="taken")


def _a_profile_of_that_name(account: Account) -> Undo:
    iam = account.client("iam")
    iam.create_instance_profile(InstanceProfileName="taken")
    return lambda: iam.delete_instance_profile(InstanceProfileName="taken")


def _a_profile_that_gives_ours(account: Account) -> Undo:
    iam, mine = account.client("iam"), {"InstanceProfileName": "guest", "RoleName": account.physical("Role")}
    iam.create_instance_profile(InstanceProfileName="guest")
    iam.add_role_to_instance_profile(**mine)

    def undo() -> None:
        iam.remove_role_from_instance_profile(**mine)
        iam.delete_instance_profile(InstanceProfileName="guest")

    return undo


def _a_policy_in_our_role(account: Account) -> Undo:
    iam, mine = account.client("iam"), {"RoleName": account.physical("Role"), "PolicyName": "hand"}
    allowed = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    iam.put_role_policy(**mine, PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}))
    return lambda: iam.delete_role_policy(**mine)


def _a_role_with_our_policy(account: Account) -> Undo:
    iam, mine = account.client("iam"), {"RoleName": "guest", "PolicyArn": account.physical("Managed")}
    iam.create_role(RoleName="guest", AssumeRolePolicyDocument=TRUST)
    iam.attach_role_policy(**mine)

    def undo() -> None:
        iam.detach_role_policy(**mine)
        iam.delete_role(RoleName="guest")

    return undo


CASES = (
    Case(
        "role-name-taken",
        ByHand(_a_role_of_that_name),
        found_early(stack(role(", RoleName: taken"))),
    ),
    Case(
        "role-that-trusts-nobody",
        creation_undone(
            stack(role(trust="{Version: '2012-10-17', Statement: [{Effect: Allow, Action: 'sts:AssumeRole'}]}")),
            "Role",
            "Missing required field Principal",
        ),
    ),
    Case(
        "role-with-a-malformed-policy",
        creation_undone(stack(role(inline(MALFORMED))), "Role", "MalformedPolicyDocument"),
    ),
    Case(
        "role-with-no-such-policy",
        creation_undone(
            stack(role(", ManagedPolicyArns: ['arn:aws:iam::aws:policy/NoSuchPolicy']")),
            "Role",
            "Policy arn:aws:iam::aws:policy/NoSuchPolicy does not exist or is not attachable.",
        ),
    ),
    Case(
        "role-with-a-malformed-policy-at-update",
        created(stack(role(f", Description: old{inline(READ)}"))),
        update_undone(
            stack(role(f", Description: new, MaxSessionDuration: 7200{inline(MALFORMED)}")),
            "Role",
            "MalformedPolicyDocument",
        ),
    ),
    Case(
        "role-of-an-instance-profile-at-delete",
        created(stack(role())),
        ByHand(_a_profile_that_gives_ours),
        not_deleted("Role", "Cannot delete entity, must remove roles from instance profile first."),
        PutRight(),
        Delete(DELETED),
    ),
    Case(
        "role-with-a-policy-of-somebody-else-at-delete",
        created(stack(role())),
        ByHand(_a_policy_in_our_role),
        not_deleted("Role", "Cannot delete entity, must delete policies first."),
        PutRight(),
        Delete(DELETED),
    ),
    Case(
        "instance-profile-name-taken",
        ByHand(_a_profile_of_that_name),
        found_early(
            stack(
                role(), resource("Profile", "IAM::InstanceProfile", "{InstanceProfileName: taken, Roles: [!Ref Role]}")
            )
        ),
    ),
    Case(
        "managed-policy-malformed-at-update",
        created(stack(role(), managed(READ, ", Roles: [!Ref Role]"))),
        update_undone(
            stack(role(", Description: new"), managed(MALFORMED, ", Roles: [!Ref Role]")),
            "Managed",
            "MalformedPolicyDocument",
        ),
    ),
    Case(
        "managed-policy-of-another-role-at-delete",
        created(stack(managed(READ))),
        ByHand(_a_role_with_our_policy),
        not_deleted("Managed", "Cannot delete a policy attached to entities."),
        PutRight(),
        Delete(DELETED),
    ),
)
