"""What is wrong with a stack, by its status."""

from __future__ import annotations

from collections.abc import Iterator

from hivemind.model.live import LiveStack
from hivemind.model.symptom import Symptom
from hivemind.plan.doctor.facts import Facts
from hivemind.plan.standing import stacks

SHELLS = ("ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS")
KEPT = ("CREATE_FAILED", "UPDATE_FAILED")
UNDELETED = ("DELETE_FAILED", "ROLLBACK_FAILED")


def at_work(facts: Facts) -> Iterator[Symptom]:
    """A stack that CloudFormation still changes, though the run that began it is gone."""
    for stack in _in_status(facts, *(s.status for s in stacks(facts.live).values() if s.busy)):
        yield Symptom(
            kind="stack-at-work",
            severity="warning",
            where=stack.name,
            what=f"CloudFormation is at work on it: {stack.status}",
            way_out=facts.onward,
            note="It waits until the stack rests, then goes on.",
        )


def shells(facts: Facts) -> Iterator[Symptom]:
    """A creation that was rolled back, or never executed."""
    for stack in _in_status(facts, *SHELLS):
        yield Symptom(
            kind="stack-shell",
            severity="warning",
            where=stack.name,
            what=f"{stack.status}: its creation came to nothing, and it takes no update",
            way_out=facts.onward,
            note="It clears the empty stack away and makes it anew.",
        )


def kept(facts: Facts) -> Iterator[Symptom]:
    """What failed was left standing, so that it could be looked at."""
    for stack in _in_status(facts, *KEPT):
        yield Symptom(
            kind="stack-kept-for-evidence",
            severity="warning",
            where=stack.name,
            what=f"{stack.status}: {stack.reason or 'what failed was kept, so that it can be looked at'}",
            way_out=facts.onward,
            note="It returns the stack to what it was, then goes on.",
        )


def rollback_failed(facts: Facts) -> Iterator[Symptom]:
    """The one state that only a person leads out of, since what is skipped is no longer what the stack says."""
    for stack in _in_status(facts, "UPDATE_ROLLBACK_FAILED"):
        failed = [r.logical_id for r in stack.resources if r.status == "UPDATE_FAILED"]
        skip = f" --resources-to-skip {' '.join(failed)}" if failed else ""
        yield Symptom(
            kind="stack-rollback-failed",
            severity="error",
            where=stack.name,
            what=f"UPDATE_ROLLBACK_FAILED: {stack.reason or 'its rollback failed'}",
            way_out=f"aws cloudformation continue-update-rollback --stack-name {stack.name}{skip}",
            note="Skip only what cannot be repaired: leave --resources-to-skip out where the cause is gone. "
            f"Then: {facts.onward}",
        )


def delete_failed(facts: Facts) -> Iterator[Symptom]:
    """A deletion that something was in the way of."""
    for part, stack in stacks(facts.live).items():
        if stack.status in UNDELETED:
            gone = part in facts.live.stacks and part not in facts.services
            left = [r.logical_id for r in stack.resources if r.status == "DELETE_FAILED"]
            yield Symptom(
                kind="stack-delete-failed",
                severity="error",
                where=stack.name,
                what=f"{stack.status}: {stack.reason or ', '.join(left) or 'something is in the way'}",
                way_out=facts.command("apply" if gone else "destroy"),
                note=f"It deletes the stack again. Remove first what still uses {', '.join(left) or 'its resources'}.",
            )


def _in_status(facts: Facts, *statuses: str) -> Iterator[LiveStack]:
    return (stack for stack in stacks(facts.live).values() if stack.status in statuses)
