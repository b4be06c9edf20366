"""The doors to the cloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from hivemind.model.change import ResourceChange
from hivemind.model.drift import ResourceDrift
from hivemind.model.live import Caller, Group, Instance, LiveStack, Owned, TargetHealth
from hivemind.model.run import StackEvent
from hivemind.model.template import StackInput

Submitted = Literal["preparing", "started", "unchanged"]


class StackReader(Protocol):
    """CloudFormation, looking only."""

    def find(self, name: str) -> LiveStack | None:
        """The stack of that name with its body, parameters, outputs and resources; None when there is none."""

    def events(self, name: str, seen: frozenset[str]) -> tuple[StackEvent, ...]:
        """The stack's events whose ids are not in `seen`, oldest first."""

    def preview(self, wanted: StackInput) -> tuple[ResourceChange, ...]:
        """What an update would change, by a change set made, read and deleted; only for a stack that exists.

        Raises RefusedError when another's update overtook it.
        """

    def drift(self, name: str) -> tuple[ResourceDrift, ...]:
        """What is not as the stack's template says; what cannot be compared is left out. Waits for the comparison."""


class Stacks(StackReader, Protocol):
    """CloudFormation, acting."""

    def submit(self, wanted: StackInput, *, token: str, keep_failed: bool) -> Submitted:
        """Make the change set `token` (create or update) and execute it; call again while `preparing`.

        `unchanged`: nothing to do. `keep_failed` leaves what failed standing, so that its evidence survives.
        """

    def roll_back(self, name: str) -> None:
        """Return a stack that failed with `keep_failed` to its last good state."""

    def delete(self, name: str, token: str = "") -> None:
        """Begin to delete a stack, its events marked with `token`; no error when it is not there."""

    def protect(self, name: str, on: bool) -> None:
        """Switch termination protection."""


class TrafficReader(Protocol):
    """The load balancer, looking only."""

    def weights(self, rule: str) -> Mapping[str, int]:
        """Weight by target group ARN, as the listener rule has them now."""

    def health(self, target_group: str) -> tuple[TargetHealth, ...]:
        """Every target of the group, draining ones too."""

    def header(self, rule: str) -> tuple[str, str]:
        """The header name and value that a test rule matches; the value is a secret."""


class Traffic(TrafficReader, Protocol):
    """The load balancer, acting."""

    def shift(self, rule: str, weights: Mapping[str, int]) -> None:
        """Set the weights of a listener rule at once."""


class InstanceReader(Protocol):
    """Machines, looking only."""

    def tagged(self, tags: Mapping[str, str]) -> tuple[Instance, ...]:
        """Every machine that carries all these tags, ended ones too while the cloud still shows them."""

    def in_group(self, group: str) -> tuple[Instance, ...]:
        """The machines of an Auto Scaling group."""

    def console(self, instance: str) -> str:
        """The machine's console output as far as the cloud has it."""


class Instances(InstanceReader, Protocol):
    """Machines, acting."""

    def launch(self, template: str, *, image: str, tags: Mapping[str, str], token: str) -> str:
        """Start one machine from a launch template; the same `token` never starts a second. Returns its id."""

    def terminate(self, instance: str) -> None:
        """End a machine; no error when it is gone."""


class Groups(Protocol):
    """Auto Scaling groups, acting where no update of a stack does."""

    def find(self, name: str) -> Group:
        """The group as it is."""

    def resize(self, name: str, desired: int) -> None:
        """Tell the group how many instances to have."""

    def retire(self, instance: str) -> None:
        """Drain and end a member; its group has one fewer from then on. No error for one that is on its way out."""


class ObjectReader(Protocol):
    """Objects in a bucket, looking only."""

    def get(self, bucket: str, key: str) -> bytes | None:
        """The object, at most 1 MiB of it; None when there is none."""

    def exists(self, bucket: str, key: str) -> bool:
        """Whether the object is there."""

    def listed(self, bucket: str, prefix: str) -> tuple[str, ...]:
        """The keys of every object under a prefix, sorted."""


class Objects(ObjectReader, Protocol):
    """Objects in a bucket, acting."""

    def put_file(self, bucket: str, key: str, path: Path) -> bool:
        """Upload a file unless the key exists; False when it did."""

    def delete(self, bucket: str, keys: tuple[str, ...]) -> None:
        """Delete these objects (every version of them); no error for one that is not there."""

    def delete_all(self, bucket: str, prefix: str) -> int:
        """Delete every object (and version) under a prefix; returns how many."""


@dataclass(frozen=True)
class Answered:
    """What a target group answered to users in a while: `errors` are 5xx, `seconds` the average time of an answer."""

    requests: int = 0
    errors: int = 0
    seconds: float = 0.0

    @property
    def error_share(self) -> float:
        """Errors for each request; 0 without any."""
        return self.errors / self.requests if self.requests else 0.0


class Telemetry(Protocol):
    """Logs, metrics and alarms as the cloud keeps them."""

    def log_tail(self, group: str, lines: int, streams: frozenset[str] | None = None) -> tuple[str, ...]:
        """The last lines of these streams of a log group (None: of all), oldest first; empty when there is none."""

    def answered(self, balancer: str, target_group: str, since: datetime) -> Answered:
        """What a target group behind a load balancer (by its full name) answered, from the minute of `since` on."""

    def firing(self, alarms: tuple[str, ...]) -> Mapping[str, datetime]:
        """Those of the alarms, by name, that are raised, and since when."""


class Inventory(Protocol):
    """Who we are, what exists, and what a public name stands for."""

    def caller(self) -> Caller:
        """Account, region and identity of the credentials in use."""

    def permissions(self) -> tuple[Mapping[str, Any], ...] | None:
        """The statements of every policy of the role that we act as; None where we act as no role."""

    def image(self, parameter: str) -> str:
        """The machine image id that a public SSM parameter names now."""

    def owned(self, deployment: str) -> tuple[Owned, ...]:
        """Everything alive that carries the deployment's tag: stacks, machines, groups, balancers, databases."""

    def stacks(self, deployment: str) -> tuple[str, ...]:
        """The names of the stacks that carry the deployment's tag."""

    def deployments(self) -> tuple[str, ...]:
        """Every deployment that has a stack here, sorted."""


@dataclass(frozen=True)
class Observatory:
    """The cloud, looking only: what planning is handed."""

    stacks: StackReader
    traffic: TrafficReader
    instances: InstanceReader
    objects: ObjectReader
    inventory: Inventory


@dataclass(frozen=True)
class Cloud:
    """The cloud, acting: what applying is handed."""

    stacks: Stacks
    traffic: Traffic
    instances: Instances
    groups: Groups
    objects: Objects
    telemetry: Telemetry
    inventory: Inventory
