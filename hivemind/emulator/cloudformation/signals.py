"""Creation policies: how many signals a resource waits for, how long, and when it has failed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from hivemind.emulator.cloudformation.records import Definition
from hivemind.emulator.cloudformation.refusal import Refusal
from hivemind.emulator.cloudformation.stacks import Signal

_DURATION = re.compile(r"PT(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?")
_GROUP = "AWS::AutoScaling::AutoScalingGroup"
_ABLE = (_GROUP, "AWS::EC2::Instance")


@dataclass(frozen=True)
class Expectation:
    """Signals that must come before a resource counts as created."""

    kind: str
    count: int
    seconds: float
    share: int
    """Per cent of `count` that must succeed."""

    def satisfied(self, signals: Sequence[Signal]) -> bool:
        """Whether enough succeeded; raises Refusal when that cannot happen any more."""
        failures = [signal for signal in signals if signal.status == "FAILURE"]
        if len(failures) > self.count - self._needed:
            raise self._failed(signals, failures)
        return len(signals) >= self.count and len(signals) - len(failures) >= self._needed

    def timed_out(self, signals: Sequence[Signal]) -> Refusal:
        """What is said when the time is over."""
        if self.kind == _GROUP:
            successes = sum(signal.status == "SUCCESS" for signal in signals)
            return self._unable(f"Received {successes} SUCCESS signal(s) out of {self.count}.")
        missing = self.count - len(signals)
        return Refusal(f"Failed to receive {missing} resource signal(s) within the specified duration")

    @property
    def _needed(self) -> int:
        return ceil(self.count * self.share / 100)

    def _failed(self, signals: Sequence[Signal], failures: Sequence[Signal]) -> Refusal:
        if self.kind == _GROUP:
            return self._unable(f"Received {len(failures)} FAILURE signal(s) out of {self.count}.")
        return Refusal(f"Received FAILURE signal with UniqueId {failures[0].unique_id}")

    def _unable(self, received: str) -> Refusal:
        return Refusal(
            f"{received}  Unable to satisfy {self.share}% MinSuccessfulInstancesPercent requirement",
            hint="look at the console output of the instances",
        )


def expectation(definition: Definition) -> Expectation | None:
    """What a resource's CreationPolicy waits for, None when for nothing."""
    policy = definition.attributes.get("CreationPolicy")
    if not policy or definition.type not in _ABLE:
        return None
    signal = policy.get("ResourceSignal") or {}
    scaling = policy.get("AutoScalingCreationPolicy") or {}
    count = int(signal.get("Count", 1))
    share = int(scaling.get("MinSuccessfulInstancesPercent", 100))
    return Expectation(definition.type, count, seconds(str(signal.get("Timeout", "PT5M"))), share) if count else None


def seconds(duration: str) -> float:
    """An ISO 8601 duration such as `PT1H30M`."""
    found = _DURATION.fullmatch(duration)
    if found is None or not any(found.groups()):
        raise Refusal(f"Invalid timeout {duration}: it must be a duration such as PT15M")
    parts: Mapping[str, str | None] = found.groupdict()
    units = {"hours": 3600, "minutes": 60, "seconds": 1}
    return float(sum(int(parts[unit] or 0) * length for unit, length in units.items()))
