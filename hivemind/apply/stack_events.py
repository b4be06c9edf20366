"""Follows a stack's events while a step works on it."""

from __future__ import annotations

from collections.abc import Iterator

from hivemind.apply.acting import Acting
from hivemind.apply.traits import worked_stack
from hivemind.errors import CloudError
from hivemind.model.run import StackEvent, StackProgress
from hivemind.model.step import Step


class StackWatch:
    """Tells each event once, starting after those that were there when the step began."""

    def __init__(self, step: Step, acting: Acting) -> None:
        self._stacks = acting.cloud.stacks
        self._stack = worked_stack(step)
        self._seen: frozenset[str] = frozenset()
        self._fresh()

    def news(self) -> Iterator[StackProgress]:
        """The events since the last look."""
        for event in self._fresh():
            yield StackProgress(event=event)

    def _fresh(self) -> tuple[StackEvent, ...]:
        """None where they cannot be read: they are news only, and the step itself will notice."""
        if self._stack is None:
            return ()
        try:
            fresh = self._stacks.events(self._stack, self._seen)
        except CloudError:
            return ()
        self._seen |= {event.id for event in fresh}
        return fresh
