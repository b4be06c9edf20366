"""A cloud, fake or local, with its time: what the suites under tests/twin speak to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from hivemind.model.live import LiveStack
from hivemind.model.template import StackInput
from hivemind.ports import Clock, Cloud, Submitted

LOOKS = 300


class Outside(Protocol):
    """What happens in a cloud without our doing: somebody's machine starts, an application writes lines."""

    def launch(self, tags: Mapping[str, str]) -> str:
        """Start a machine that carries these tags; returns its id."""

    def log(self, group: str, lines: Sequence[str], stream: str = "") -> None:
        """Write lines to a log group, to that stream of it if told."""


@dataclass
class Twin:
    """A cloud with its time. Every test uses names of its own."""

    cloud: Cloud
    clock: Clock
    name: str
    outside: Outside

    def until(self, holds: Callable[[], bool]) -> bool:
        """Whether it comes about as time passes."""
        for _ in range(LOOKS):
            if holds():
                return True
            self.clock.wait(0.1)
        return False

    def stack(self, body: str, **parameters: str | None) -> StackInput:
        return StackInput(name=self.name, body=body, parameters=parameters, tags={"hivemind:deployment": self.name})

    def submit(self, wanted: StackInput, token: str, *, keep_failed: bool = False) -> Submitted:
        """Submit until the change set is made."""
        for _ in range(LOOKS):
            answer = self.cloud.stacks.submit(wanted, token=token, keep_failed=keep_failed)
            if answer != "preparing":
                return answer
            self.clock.wait(0.1)
        raise AssertionError("the change set is never ready")

    def settle(self, name: str = "") -> LiveStack | None:
        """The stack once nothing works on it."""
        for _ in range(LOOKS):
            found = self.cloud.stacks.find(name or self.name)
            if found is None or not found.busy:
                return found
            self.clock.wait(0.1)
        raise AssertionError("the stack never settles")

    def deploy(self, wanted: StackInput, token: str, *, keep_failed: bool = False) -> LiveStack:
        assert self.submit(wanted, token, keep_failed=keep_failed) == "started"
        found = self.settle(wanted.name)
        assert found is not None
        return found
