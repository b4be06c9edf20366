"""A region without a server: X-Ray's types act on the engine's own store, so whole stacks run in memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hivemind.emulator.cloudformation import Engine, Stacks
from hivemind.emulator.cloudformation.actions import ACTIONS, Answer, Request
from hivemind.emulator.cloudformation.records import Stack

REGION = "us-east-1"


class Api:
    """CloudFormation's actions by keyword, against one engine."""

    def __init__(self, stacks: Stacks | None = None) -> None:
        self.saves = 0
        self.engine = Engine("http://127.0.0.1:9", stacks or Stacks(), self._saved)

    def _saved(self) -> None:
        self.saves += 1

    def __call__(self, action: str, **parameters: Any) -> Any:
        answer: Answer = ACTIONS[action](Request(self.engine, REGION, parameters))
        return answer

    def stack(self, name: str) -> Stack:
        """The record itself."""
        return self.engine.stacks.find(name, REGION)

    def settled(self, name: str, status: str | None = None) -> Stack:
        """The stack once nothing is done to it any more, in `status` when given."""
        stack = self.stack(name)
        wait(lambda: not stack.in_progress and stack.status != "CREATE_PENDING")
        with self.engine.stacks.lock:  # held until the event of that status is written as well
            pass
        assert status in (None, stack.status), (stack.status, stack.reason)
        return stack

    def until(self, done: Callable[[], bool]) -> None:
        """Waits until `done`, for at most five seconds."""
        wait(done)

    def story(self, name: str) -> list[str]:
        """The events in order, as `LogicalId STATUS`."""
        return [f"{event.logical_id} {event.status}" for event in self.stack(name).events]


def wait(done: Callable[[], bool]) -> None:
    """Until `done`, for at most five seconds."""
    deadline = time.monotonic() + 5
    while not done():
        assert time.monotonic() < deadline, "it never came about"


@pytest.fixture
def api() -> Iterator[Api]:
    """An engine with nothing in it."""
    made = Api()
    yield made
    made.engine.stop()
