"""IAM: whom a role trusts, and what is still attached.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html (MalformedPolicyDocument),
https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html (DeleteConflict).
"""

from __future__ import annotations

import json
from typing import Any

from hivemind.emulator.seam import Seam
from hivemind.emulator.strict.rule import Arguments, Rule


def rules() -> tuple[Rule, ...]:
    """The rules of IAM."""
    from moto.iam.models import IAMBackend

    return (
        Rule(Seam(IAMBackend, "create_role"), lambda _, asked: _trusts(asked["assume_role_policy_document"])),
        Rule(
            Seam(IAMBackend, "update_assume_role_policy", "self role_name policy_document"),
            lambda _, asked: _trusts(asked["policy_document"]),
        ),
        Rule(Seam(IAMBackend, "delete_policy", "self policy_arn"), _policy_is_attached_nowhere),
    )


def _policy_is_attached_nowhere(iam: Any, asked: Arguments) -> None:
    from moto.iam.exceptions import DeleteConflictException

    arn = asked["policy_arn"]
    holders = (*iam.roles.values(), *iam.users.values(), *iam.groups.values())
    if any(arn in each.managed_policies for each in holders):
        raise DeleteConflictException("Cannot delete a policy attached to entities.")


def _trusts(document: str) -> None:
    from moto.iam.exceptions import MalformedPolicyDocument

    try:
        statements = json.loads(document)["Statement"]
        statements = statements if isinstance(statements, list) else [statements]
        complete = [{"Effect", "Action", "Principal"} - each.keys() for each in statements]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise MalformedPolicyDocument("Syntax errors in policy.") from None
    for lacking in complete:
        if lacking:
            raise MalformedPolicyDocument(f"Missing required field {min(lacking)}")
