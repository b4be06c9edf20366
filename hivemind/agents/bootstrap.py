"""What a team sets up once, before its first release on AWS: a stack that is there and current when this returns."""

from __future__ import annotations

from hivemind.agents.stack import OTHERWISE, bring_about, rested
from hivemind.model.names import TAG_ROLE
from hivemind.model.template import StackInput, Template
from hivemind.ports import Clock, Stacks

HINTS = {
    "state": "The names of buckets are taken once in the world. One that is already yours needs no bootstrap; "
    "else name another in `state`, and run again.",
    "github": "An account has one identity provider for GitHub: where it is there already, add --existing-provider.",
}


def bootstrap(template: Template, stacks: Stacks, clock: Clock) -> bool:
    """Bring the stack about; whether anything changed. Raises StepError with the cloud's reason when it fails."""
    wanted = StackInput(name=template.stack, body=template.body, tags={TAG_ROLE: template.part})
    _clear(wanted.name, stacks, clock)
    return bring_about(wanted, stacks, clock, HINTS.get(template.part, OTHERWISE))


def _clear(name: str, stacks: Stacks, clock: Clock) -> None:
    """A create that failed leaves a stack that can only be deleted."""
    found = rested(name, stacks, clock)
    if found is not None and found.status in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"):
        stacks.delete(name)
        rested(name, stacks, clock)
