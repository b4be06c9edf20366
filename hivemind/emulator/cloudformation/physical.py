"""Physical names as CloudFormation makes them: stack, logical id and a random tail, cut to what the service allows."""

from __future__ import annotations

import secrets
import string

_TAIL = 12
_ALPHABET = string.digits + string.ascii_uppercase


def tail() -> str:
    """Twelve random capitals and digits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_TAIL))


def physical_name(stack: str, logical_id: str, limit: int) -> str:
    """`stack-LogicalId-RANDOM`; when too long, the longer of the first two parts is cut first."""
    room = limit - _TAIL - 2
    for_stack = max(room - len(logical_id), room // 2)
    cut_stack = stack[:for_stack]
    cut_logical = logical_id[: room - len(cut_stack)]
    return f"{cut_stack.rstrip('-')}-{cut_logical}-{tail()}"
