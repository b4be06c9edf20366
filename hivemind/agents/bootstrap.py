"""What a team sets up once, before its first release on AWS: a stack that is there and current when this returns."""

from __future__ import annotations

from hivemind.apply.journal import new_operation
from hivemind.errors import StepError
from hivemind.model.live import LiveStack
from hivemind.model.names import TAG_ROLE
from hivemind.model.template import StackInput, Template
from hivemind.ports import Clock, Stacks

LOOK_EVERY = 1.0
HINTS = {
    "state": "The names of buckets are taken once in the world. One that is already yours needs no bootstrap; "
    "else name another in `state`, and run again.",
    "github": "An account has one identity provider for GitHub: where it is there already, add --existing-provider.",
}
OTHERWISE = "Put right what the cloud says, and run again."


def bootstrap(template: Template, stacks: Stacks, clock: Clock) -> bool:
    """Bring the stack about; whether anything changed. Raises StepError with the cloud's reason when it fails."""
    wanted = StackInput(name=template.stack, body=template.body, tags={TAG_ROLE: template.part})
    _clear(wanted.name, stacks, clock)
    return bring_about(wanted, stacks, clock, HINTS.get(template.part, OTHERWISE))


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


def _clear(name: str, stacks: Stacks, clock: Clock) -> None:
    """A create that failed leaves a stack that can only be deleted."""
    found = _rested(name, stacks, clock)
    if found is not None and found.status in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"):
        stacks.delete(name)
        _rested(name, stacks, clock)


def _require_complete(name: str, before: frozenset[str], stacks: Stacks, clock: Clock, hint: str) -> None:
    found = _rested(name, stacks, clock)
    if found is not None and found.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        return
    reasons = [event.reason for event in stacks.events(name, before) if event.status.endswith("_FAILED")]
    raise StepError(
        next((reason for reason in reasons if reason), "the stack could not be made"),
        where=f"stack {name}",
        hint=hint,
    )


def _rested(name: str, stacks: Stacks, clock: Clock) -> LiveStack | None:
    """The stack once CloudFormation is not at work on it."""
    while (found := stacks.find(name)) is not None and found.busy:
        clock.wait(LOOK_EVERY)
    return found
