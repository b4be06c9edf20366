"""The one sentence that says what a plan does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from hivemind.model.change import Action, ResourceChange
from hivemind.model.plan import Transition
from hivemind.plan.transition import Verdict

_VERBS: dict[Transition, str] = {
    "create": "create",
    "in_place": "change in place",
    "blue_green": "release beside what runs, then switch",
    "rolling": "replace instance by instance",
    "upgrade": "upgrade to production",
    "rollback": "roll back",
    "destroy": "destroy",
}
_WORDS: dict[Action, str] = {"add": "to add", "modify": "to change", "replace": "to replace", "remove": "to remove"}


def headline(verdict: Verdict, changes: Sequence[ResourceChange]) -> str:
    """As in `create: 48 resources to add (nothing stands yet)`."""
    if verdict.transition == "none":
        return "no changes" if verdict.reasons == ("no changes",) else f"no changes: {'; '.join(verdict.reasons)}"
    told = f"{_VERBS[verdict.transition]}: {counts(changes)}"
    return told if verdict.transition == "destroy" else f"{told} ({'; '.join(verdict.reasons)})"


def counts(changes: Sequence[ResourceChange]) -> str:
    """As in `3 to add, 1 to replace`."""
    tally = Counter(change.action for change in changes)
    told = [f"{tally[action]} {word}" for action, word in _WORDS.items() if tally[action]]
    return ", ".join(told) if told else "no resource changes"
