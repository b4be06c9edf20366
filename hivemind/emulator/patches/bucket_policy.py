"""Bucket policies: a statement counts only when its condition holds; moto takes every condition for a denial.

The loopback endpoint stands in for a TLS one, so `aws:SecureTransport` is true. A condition that cannot be told here
makes a Deny count and an Allow not: what is unsure fails closed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from hivemind.emulator.seam import Seam

CONTEXT = {"aws:SecureTransport": "true"}


def install() -> None:
    """Patch moto's evaluation of a bucket's policy."""

    def permission(_original: Callable[..., Any], self: Any, action: str, resource: str) -> Any:
        from moto.iam.access_control import IAMPolicy, PermissionResult

        statements = [] if self.policy is None else applying(json.loads(self.policy))
        if not statements:
            return PermissionResult.NEUTRAL
        return IAMPolicy(json.dumps({"Statement": statements})).is_action_permitted(action, resource)

    (seam,) = seams()
    seam.wrap(permission)


def seams() -> tuple[Seam, ...]:
    """Everything this file replaces."""
    from moto.s3.models import FakeBucket

    return (Seam(FakeBucket, "get_permission", "self action resource"),)


def applying(policy: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The statements that count for a request here, without the conditions that made them count."""
    listed = policy["Statement"]
    statements = listed if isinstance(listed, list) else [listed]
    return [
        {name: value for name, value in statement.items() if name != "Condition"}
        for statement in statements
        if all(_holds(how, what, statement["Effect"]) for how, what in statement.get("Condition", {}).items())
    ]


def _holds(operator: str, expected: Mapping[str, Any], effect: str) -> bool:
    known = operator == "Bool" and expected.keys() <= CONTEXT.keys()
    return all(CONTEXT[key] == str(value).lower() for key, value in expected.items()) if known else effect == "Deny"
