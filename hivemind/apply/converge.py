"""Bring a stack to what is wanted: one look and at most one act per call, whatever state an earlier run left it in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from hivemind.apply.acting import Acting
from hivemind.apply.condition import caused_by, condition, last_operation, reasons
from hivemind.apply.outcome import Finished, Outcome, Stopped, Waiting
from hivemind.model.live import LiveStack
from hivemind.model.template import StackInput

PREPARING, WORKING = 0.5, 3.0
"""Seconds between looks at a change set being made and at a stack being changed."""


@dataclass(frozen=True)
class Change:
    """A change to one stack. `wanted` is asked only when the stack can take it; `token` marks what we cause."""

    stack: str
    token: str
    wanted: Callable[[LiveStack | None], StackInput]
    keep_failed: bool = False


def converge(change: Change, acting: Acting) -> Outcome:
    """Finished, with the stack's outputs, once the stack is complete and nothing differs from what is wanted."""
    stack = acting.cloud.stacks.find(change.stack)
    match condition(stack):
        case "busy":
            return waiting_for(stack)
        case "absent":
            return _submit(change, None, acting)
        case "ready":
            return _own_rollback(change, stack, acting) or _submit(change, stack, acting)
        case "shell":
            return _own_failure(change, acting) or _clear_shell(change, acting)
        case "kept":
            return _own_failure(change, acting) or roll_back(change.stack, acting)
        case "stuck":
            return stuck(stack, acting)
        case never:
            assert_never(never)


def waiting_for(stack: LiveStack | None) -> Waiting:
    """The stack is being changed, by us or by somebody else."""
    return Waiting(WORKING, f"{stack.name}: {stack.status}" if stack else "")


def roll_back(stack: str, acting: Acting) -> Waiting:
    """Return a stack whose failed resources were kept to what it was before."""
    acting.cloud.stacks.roll_back(stack)
    return Waiting(WORKING, f"{stack}: rolling back what failed")


def stuck(stack: LiveStack | None, acting: Acting) -> Stopped:
    """A state that no update and no rollback of ours leads out of."""
    name, status, reason = (stack.name, stack.status, stack.reason) if stack else ("", "", "")
    return Stopped(
        f"stack {name} is {status}" + (f": {reason}" if reason else ""),
        f"Nothing was changed. `hivemind doctor` names the command that leads {name} out of it; then run again.",
        reasons(last_operation(acting.cloud.stacks.events(name, frozenset()))),
    )


def agrees(stack: LiveStack, wanted: StackInput) -> bool:
    """Whether a complete stack already has this body and these parameters; a masked value never agrees."""
    given = {name: value for name, value in wanted.parameters.items() if value is not None}
    same = all(stack.parameters.get(name) == value for name, value in given.items())
    return same and stack.body.strip() == wanted.body.strip()


def _submit(change: Change, stack: LiveStack | None, acting: Acting) -> Outcome:
    wanted = change.wanted(stack)
    if stack and agrees(stack, wanted):
        return Finished(stack.outputs)
    match acting.cloud.stacks.submit(wanted, token=change.token, keep_failed=change.keep_failed):
        case "preparing":
            return Waiting(PREPARING, f"{change.stack}: preparing the change set")
        case "started":
            return Waiting(WORKING, f"{change.stack}: started")
        case "unchanged":
            return Finished(stack.outputs if stack else {})
        case never:
            assert_never(never)


def _own_rollback(change: Change, stack: LiveStack | None, acting: Acting) -> Stopped | None:
    """UPDATE_ROLLBACK_COMPLETE is a good state to start from, unless it is how our own update ended."""
    if stack is None or stack.status != "UPDATE_ROLLBACK_COMPLETE":
        return None
    return _own_failure(change, acting)


def _own_failure(change: Change, acting: Acting) -> Stopped | None:
    operation = last_operation(acting.cloud.stacks.events(change.stack, frozenset()))
    if not caused_by(change.token, acting.since, operation):
        return None
    causes = reasons(operation)
    return Stopped(
        f"stack {change.stack} failed: {causes[0] if causes else 'the events give no reason'}",
        "Fix the cause and run `hivemind apply` again: it goes on from what stands. `hivemind destroy` removes it all.",
        causes,
    )


def _clear_shell(change: Change, acting: Acting) -> Waiting:
    acting.cloud.stacks.delete(change.stack, acting.token("clear"))
    return Waiting(WORKING, f"{change.stack}: removing the empty shell of a creation that failed earlier")
