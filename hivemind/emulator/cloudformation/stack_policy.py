"""Stack policies: which updates of which resources an operator has forbidden.

Without a policy everything may change; with one, what no statement allows is denied, and a Deny beats an Allow.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from hivemind.emulator.cloudformation.refusal import Refusal


def parse_policy(body: str) -> Mapping[str, Any]:
    """The policy a body holds; raises Refusal when it is none."""
    try:
        policy = json.loads(body)
    except ValueError as error:
        raise Refusal(f"Error validating stack policy: {error}") from None
    if not isinstance(policy, dict) or not isinstance(policy.get("Statement"), list):
        raise Refusal("Error validating stack policy: Invalid stack policy")
    return policy


def check_update(policy: str | None, action: str, logical_id: str, kind: str) -> None:
    """Refuses `Update:Modify`, `Update:Replace` or `Update:Delete` of a resource that the policy protects."""
    if policy is None:
        return
    allowed = False
    for number, statement in enumerate(parse_policy(policy)["Statement"], 1):
        if not _concerns(statement, action, logical_id, kind):
            continue
        if statement.get("Effect") == "Deny":
            raise _denied(f"Statement [#{number}] does not allow [{action}]", logical_id)
        allowed = True
    if not allowed:
        raise _denied(f"no statement allows [{action}]", logical_id)


def _denied(why: str, logical_id: str) -> Refusal:
    return Refusal(
        f"Action denied by stack policy: {why} for resource [LogicalResourceId/{logical_id}]",
        code="AccessDenied",
        hint="change the stack policy first",
    )


def _concerns(statement: Mapping[str, Any], action: str, logical_id: str, kind: str) -> bool:
    if not any(fnmatchcase(action, each) for each in _listed(statement.get("Action", ()))):
        return False
    name = f"LogicalResourceId/{logical_id}"
    if "NotResource" in statement:
        if any(fnmatchcase(name, each) for each in _listed(statement["NotResource"])):
            return False
    elif not any(fnmatchcase(name, each) for each in _listed(statement.get("Resource", "*"))):
        return False
    return _condition_holds(statement.get("Condition", {}), kind)


def _condition_holds(condition: Mapping[str, Any], kind: str) -> bool:
    for operator, tests in condition.items():
        kinds = list(_listed(tests.get("ResourceType", ())))
        if operator == "StringEquals" and kind not in kinds:
            return False
        if operator == "StringLike" and not any(fnmatchcase(kind, each) for each in kinds):
            return False
    return True


def _listed(value: Any) -> Iterable[str]:
    return [value] if isinstance(value, str) else value
