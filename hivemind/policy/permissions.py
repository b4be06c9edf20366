"""Which of the permissions that are needed a role has not, as the very statements to add.

An answer errs on the side of missing: a statement that holds under a condition of its own covers only what needs that
condition, and whatever is denied is missing, whoever allows it.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

Statement = Mapping[str, Any]


def missing(needed: Iterable[Statement], held: Sequence[Statement]) -> Iterator[Statement]:
    """What has to be added: of each statement that is needed, the actions that are not covered on all its resources."""
    for statement in needed:
        actions = [action for action in _listed(statement, "Action") if not _covered(action, statement, held)]
        if actions:
            yield {**statement, "Action": actions}


def _covered(action: str, needed: Statement, held: Sequence[Statement]) -> bool:
    return all(
        any(_allows(each, action, resource, needed) for each in held)
        and not any(_denies(each, action, resource) for each in held)
        for resource in _listed(needed, "Resource")
    )


def _allows(held: Statement, action: str, resource: str, needed: Statement) -> bool:
    if held.get("Effect") != "Allow" or not _names(held, action, resource):
        return False
    asked = needed.get("Condition") or {}
    return all(
        asked.get(operator, {}).get(key) == value
        for operator, keys in (held.get("Condition") or {}).items()
        for key, value in keys.items()
    )


def _denies(held: Statement, action: str, resource: str) -> bool:
    return held.get("Effect") == "Deny" and not held.get("Condition") and _names(held, action, resource)


def _names(held: Statement, action: str, resource: str) -> bool:
    """Whether a statement speaks of an action on a resource; of a pattern, whether it speaks of all that it matches."""
    if "Action" not in held or "Resource" not in held:  # NotAction, NotResource: told by what they leave out
        return False
    acts = any(fnmatchcase(action.lower(), pattern.lower()) for pattern in _listed(held, "Action"))
    return acts and any(fnmatchcase(resource, pattern) for pattern in _listed(held, "Resource"))


def _listed(statement: Statement, key: str) -> Sequence[str]:
    """IAM writes one as a word, several as a list."""
    found = statement.get(key, ())
    return (found,) if isinstance(found, str) else tuple(found)
