"""The seal of a plan: a digest over everything else in it, and a text of which no byte can change unseen.

A saved plan is accepted only in the exact form in which `to_json` writes it. So not even a space can differ, and a
document that two parsers would read differently (a key twice, `1e2` for `100`) is never a plan.
"""

from __future__ import annotations

import hashlib
import json

from pydantic import ValidationError

from hivemind.errors import RefusedError
from hivemind.model.plan import Plan

MAX_CHARACTERS = 32_000_000
_AGAIN = "make a new plan with `hivemind plan --out FILE`"


def seal(plan: Plan) -> Plan:
    """The plan with its digest."""
    return plan.model_copy(update={"digest": _digest(plan)})


def to_json(plan: Plan) -> str:
    """The one text of a plan."""
    return plan.model_dump_json(indent=2) + "\n"


def open_plan(text: str) -> Plan:
    """The plan a text holds; raises RefusedError when it is altered, unreadable or of another version."""
    if len(text) > MAX_CHARACTERS:
        raise RefusedError("the plan is too large to be one", hint=_AGAIN)
    _check_version(text)
    try:
        plan = Plan.model_validate_json(text)
    except ValidationError as error:
        where = ".".join(str(step) for step in error.errors(include_input=False)[0]["loc"])
        raise RefusedError("the file is not a plan, or it was altered", where=where, hint=_AGAIN) from None
    if _digest(plan) != plan.digest or to_json(plan) != text:
        raise RefusedError("the plan was altered after it was made", where=plan.deployment, hint=_AGAIN)
    return plan


def _check_version(text: str) -> None:
    try:
        version = json.loads(text).get("version")
    except (ValueError, AttributeError, RecursionError):
        raise RefusedError("the file is not a plan", hint=_AGAIN) from None
    if version != 1:
        raise RefusedError(f"the plan is of version {version!r:.20}, which this HiveMind cannot read", hint=_AGAIN)


def _digest(plan: Plan) -> str:
    content = plan.model_dump(mode="json", exclude={"digest"})
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
