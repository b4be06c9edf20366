"""The doors to the outside world, narrow on purpose: planning is handed the readers, applying the actors.

Every method may raise `CloudError` with the cloud's own words. Absence is a value (`None`, an empty tuple), not an
error. No method sleeps; what takes long is asked again.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from hivemind.model.change import ResourceChange
from hivemind.model.holder import Holder
from hivemind.model.live import Caller, Group, Instance, LiveStack, Owned, TargetHealth
from hivemind.model.release import Release, ReleaseRecord
from hivemind.model.run import Entry, StackEvent
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


@dataclass(frozen=True)
class Answer:
    """What a probe got: `status` 0 means no HTTP answer, and `body` then says why. At most 64 KiB of body."""

    status: int
    body: str
    seconds: float


class Probe(Protocol):
    """Asks a URL as a user would."""

    def get(self, url: str, headers: Mapping[str, str], timeout: float) -> Answer:
        """One GET without following redirects; never raises."""


class Clock(Protocol):
    """Time."""

    def now(self) -> datetime:
        """Now, in UTC."""

    def wait(self, seconds: float) -> None:
        """Let time pass."""


class StoreReader(Protocol):
    """What one deployment remembers, looking only."""

    def entries(self) -> tuple[Entry, ...]:
        """The journal, oldest first; its integrity is verified on load."""

    def releases(self) -> tuple[ReleaseRecord, ...]:
        """The release records, newest first."""

    def kept_plan(self, digest: str) -> str | None:
        """The text of the sealed plan of that digest; None when it is not kept."""

    def stop_asked(self, operation: str) -> str | None:
        """Who asked the run of that operation to stop; None when nobody did."""

    @property
    def holder(self) -> Holder | None:
        """Who holds the deployment, or died while holding it; None when the last holder let go of it."""


class Store(StoreReader, Protocol):
    """What one deployment remembers, writing."""

    def append(self, entry: Entry) -> None:
        """Add a journal entry; on disk when this returns."""

    def record(self, release: ReleaseRecord) -> None:
        """Add a release record."""

    def keep_plan(self, digest: str, text: str) -> None:
        """Keep a sealed plan, so that its run can go on and its release can be gone back to; on disk after."""

    def forget_plans(self, kept: frozenset[str]) -> None:
        """Forget every plan but those of these digests."""

    def ask_to_stop(self, operation: str, who: str) -> None:
        """Ask the run of that operation to stop; it alone heeds it, and nobody need hold the deployment to ask."""

    def lease(self, who: str, why: str) -> AbstractContextManager[None]:
        """Hold the deployment; raises RefusedError naming the holder when somebody else does."""

    def archive(self) -> None:
        """Put the journal and records of a destroyed deployment aside, so that the next create starts clean."""


@dataclass(frozen=True)
class Kept:
    """An object of the state bucket; `age` are the seconds since it was written, by the bucket's own clock."""

    content: bytes
    version: str
    age: float


class StateBucket(Protocol):
    """Where a team shares its state: every write names the version that it replaces, so two never both win."""

    @property
    def address(self) -> str:
        """`s3://bucket/prefix`, without a slash at its end."""

    def read(self, key: str) -> Kept | None:
        """The object; None when there is none."""

    def write(self, key: str, content: bytes, replaces: str | None) -> str | None:
        """Write if the object has that version (None: there is none); its new version, or None: another was first."""

    def keys(self, folder: str) -> tuple[str, ...]:
        """The keys of every object in a folder (it ends in a slash), sorted."""

    def delete(self, key: str) -> None:
        """Delete an object; no error when it is not there. Older versions stay for as long as the bucket keeps them."""


class Outlooks(Protocol):
    """What plans came to before, on this machine: a text by a name; losing one costs a moment."""

    def read(self, name: str) -> str | None:
        """The text; None when none is kept."""

    def write(self, name: str, text: str) -> None:
        """Keep a text."""


class Bundles(Protocol):
    """Source bundles on this machine."""

    def make(self) -> Release:
        """Bundle the application's files, reproducibly; the same files give the same digest."""

    def path(self, digest: str) -> Path | None:
        """The bundle's file, if this machine has it."""
