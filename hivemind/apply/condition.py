"""What a stack's status means to somebody who wants to change it, and what its events say about a failure.

A stack that failed looks the same whether this run or one a week ago broke it. The difference decides between stopping
with the reasons and clearing up first, and it is in the events: every event carries the token of the operation that
caused it, and our tokens hold the run's id.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from hivemind.model.live import LiveStack
from hivemind.model.run import StackEvent

Condition = Literal["absent", "ready", "busy", "kept", "shell", "stuck"]
"""absent: may be created. ready: may be updated. kept: failed, and what failed was left standing for its evidence.
shell: a creation that was rolled back; nothing is in it and it can only be deleted. stuck: a person must look."""

OPENINGS = frozenset({"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"})
RESOLUTION = timedelta(seconds=1)
"""How exactly a cloud may tell the time of an event."""
CONSEQUENCES = ("Resource creation cancelled", "Resource update cancelled", "Resource deletion cancelled")


def condition(stack: LiveStack | None) -> Condition:
    """Sort a stack by its status."""
    if stack is None or stack.status in ("REVIEW_IN_PROGRESS", "DELETE_COMPLETE"):
        return "absent"
    if stack.busy:
        return "busy"
    if stack.status in ("CREATE_FAILED", "UPDATE_FAILED"):
        return "kept"
    if stack.status == "ROLLBACK_COMPLETE":
        return "shell"
    return "ready" if stack.status.endswith("_COMPLETE") else "stuck"


def last_operation(events: tuple[StackEvent, ...]) -> tuple[StackEvent, ...]:
    """The events, oldest first, from where the stack's last create, update or delete began."""
    for index in range(len(events) - 1, -1, -1):
        if _is_stack(events[index]) and events[index].status in OPENINGS:
            return events[index:]
    return events


def caused_by(token: str, since: datetime, operation: tuple[StackEvent, ...]) -> bool:
    """Whether these events of one operation carry our token; where a cloud tells no tokens, whether they are as new.

    `since` is when the step began. No events at all leave us to blame.
    """
    if not operation:
        return True
    opening = operation[0]
    if opening.token:
        return opening.token == token
    return datetime.fromisoformat(opening.at) >= since - RESOLUTION


def reasons(events: tuple[StackEvent, ...]) -> tuple[str, ...]:
    """Why resources failed, root cause first; what was only called off because of it is left out."""
    failed = [e for e in events if e.status.endswith("_FAILED") and e.reason]
    causes = [e for e in failed if not _is_stack(e) and not e.reason.startswith(CONSEQUENCES)]
    return tuple(f"{e.logical_id} ({e.type}) {e.status}: {e.reason}" for e in causes or failed)


def _is_stack(event: StackEvent) -> bool:
    return event.type == "AWS::CloudFormation::Stack" and event.logical_id == event.stack
