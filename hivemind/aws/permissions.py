"""What the policies of a role say, read one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_ROLE = re.compile(r"arn:[^:]+:(?:sts::\d+:assumed-role/([^/]+)/.*|iam::\d+:role/(?:.*/)?([^/]+))")


def role_of(arn: str) -> str | None:
    """The role that somebody acts as; None for a user or the account itself."""
    found = _ROLE.fullmatch(arn)
    return found and (found[1] or found[2])


def statements(client: Any, role: str) -> Iterator[Mapping[str, Any]]:
    """Every statement of a role's own and attached policies."""
    for page in client.get_paginator("list_role_policies").paginate(RoleName=role):
        for name in page["PolicyNames"]:
            yield from _statements(client.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])
    for page in client.get_paginator("list_attached_role_policies").paginate(RoleName=role):
        for policy in page["AttachedPolicies"]:
            version = client.get_policy(PolicyArn=policy["PolicyArn"])["Policy"]["DefaultVersionId"]
            found = client.get_policy_version(PolicyArn=policy["PolicyArn"], VersionId=version)
            yield from _statements(found["PolicyVersion"]["Document"])


def _statements(document: Any) -> Iterator[Mapping[str, Any]]:
    """IAM writes one statement as a mapping, several as a list."""
    found = document["Statement"]
    yield from [found] if isinstance(found, dict) else found
