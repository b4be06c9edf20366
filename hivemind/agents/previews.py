"""CloudFormation's own answer to a change: where a stack is to be told something else, a change set is made and read.

Only for stacks that stand and that no release switches: what a release changes is decided while it is applied.
"""

from __future__ import annotations

from collections.abc import Mapping

from hivemind.model.change import ResourceChange
from hivemind.model.live import Live, LiveStack
from hivemind.model.names import stack_tags
from hivemind.model.template import StackInput
from hivemind.plan import pairs
from hivemind.plan.desired import Desired
from hivemind.plan.document import document
from hivemind.plan.pairs import Pair
from hivemind.plan.resolve import Body, declared
from hivemind.plan.standing import is_shell, stacks, standing
from hivemind.plan.switching import why_switch
from hivemind.ports import StackReader


def previews(desired: Desired, live: Live, reader: StackReader) -> Mapping[str, tuple[ResourceChange, ...]]:
    """What each stack's change set says, by part. Raises CloudError when CloudFormation refuses one."""
    if standing(desired, live) != "complete":
        return {}
    there = stacks(live)
    wanted = {
        pair.part: _input(pair, desired)
        for pair in pairs.online(desired, live)
        if pair.part in there and _can_be_asked(there[pair.part]) and not _switches(pair.part, desired, live)
    }
    return {part: reader.preview(asked) for part, asked in wanted.items() if asked is not None}


def _can_be_asked(stack: LiveStack) -> bool:
    return stack.status.endswith("_COMPLETE") and not is_shell(stack)


def _switches(part: str, desired: Desired, live: Live) -> bool:
    template, stack = desired.template(part), live.stacks.get(part)
    return template is not None and stack is not None and bool(why_switch(template, stack, desired, live))


def _input(pair: Pair, desired: Desired) -> StackInput | None:
    """What to ask; None where nothing differs, or where a value is known only after another stack has changed."""
    if pair.before is None or pair.after is None or not pair.differs:
        return None
    parameters = {name: _value(name, pair.before, pair.after) for name in declared(document(pair.after.text))}
    known = (pair.before.parameters or {}).keys()
    if any(value is None and name not in known for name, value in parameters.items()):
        return None
    return StackInput(
        name=pair.stack, body=pair.after.text, parameters=parameters, tags=stack_tags(pair.part, desired.deployment)
    )


def _value(name: str, before: Body, after: Body) -> str | None:
    """The value to tell; None to keep what the stack has, secrets and values that only come about later among them."""
    old, new = (before.parameters or {}).get(name), (after.parameters or {}).get(name)
    return None if new is None or new in (old, f"{old} (new)") else new
