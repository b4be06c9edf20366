"""A stack of its own, brought to what is wanted outside of any plan: it is as asked for when this returns."""

from __future__ import annotations

from hivemind.apply.journal import new_operation
from hivemind.errors import StepError
from hivemind.model.live import LiveStack
from hivemind.model.template import StackInput
from hivemind.ports import Clock, Stacks

LOOK_EVERY = 1.0
OTHERWISE = "Put right what the cloud says, and run again."


def bring_about(wanted: StackInput, stacks: Stacks, clock: Clock, hint: str = OTHERWISE) -> bool:
    """Have a stack become what is wanted; whether anything changed. Raises StepError with `hint` when it does not."""
    token, changed = f"hm-{new_operation()}", False
    before = frozenset(event.id for event in stacks.events(wanted.name, frozenset()))
    while (submitted := stacks.submit(wanted, token=token, keep_failed=False)) != "unchanged":
        clock.wait(LOOK_EVERY)
        if submitted == "started":
            _require_complete(wanted.name, before, stacks, clock, hint)
            changed = True
    return changed


def _require_complete(name: str, before: frozenset[str], stacks: Stacks, clock: Clock, hint: str) -> None:
    found = rested(name, stacks, clock)
    if found is not None and found.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        return
    reasons = [event.reason for event in stacks.events(name, before) if event.status.endswith("_FAILED")]
    raise StepError(
        next((reason for reason in reasons if reason), "the stack could not be made"),
        where=f"stack {name}",
        hint=hint,
    )


def rested(name: str, stacks: Stacks, clock: Clock) -> LiveStack | None:
    """The stack once CloudFormation is not at work on it."""
    while (found := stacks.find(name)) is not None and found.busy:
        clock.wait(LOOK_EVERY)
    return found
