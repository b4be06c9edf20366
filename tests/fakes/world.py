"""The state behind the fake cloud, and how it gets on as time passes: machines boot, builders build, targets heal."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Literal

from hivemind.errors import CloudError
from hivemind.model.drift import ResourceDrift
from hivemind.model.live import Instance
from hivemind.model.names import TAG_RELEASE, TAG_ROLE
from hivemind.ports import Answered

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
CHECKS = 3
"""Ticks until a new target has answered often enough to be healthy."""
State = Literal["pending", "running", "shutting-down", "terminated"]


@dataclass
class Faults:
    """What goes wrong; a test sets it and clears it again."""

    resources: dict[str, str] = field(default_factory=dict)
    """Logical id → why it cannot be created or deleted."""
    builder: Literal["", "install", "build", "dies"] = ""
    migration: Literal["", "fails", "hangs"] = ""
    crash: bool = False
    unhealthy: bool = False
    refused: set[str] = field(default_factory=set)
    """Names of calls that are refused once each."""


@dataclass
class Machine:
    """One instance; `age` counts ticks."""

    id: str
    tags: dict[str, str]
    state: State = "pending"
    age: int = 0
    console: str = ""
    group: str = ""
    image: str = ""
    type: str = ""
    launched: datetime | None = None

    def seen(self) -> Instance:
        return Instance(
            id=self.id, state=self.state, tags=self.tags, image=self.image, type=self.type, launched=self.launched
        )


@dataclass
class Launch:
    """What a group starts its machines from."""

    tags: dict[str, str]
    image: str = ""
    type: str = ""
    targets: tuple[str, ...] = ()


@dataclass
class Crowd:
    """One Auto Scaling group."""

    launch: Launch
    desired: int = 0
    least: int = 0
    most: int = 9


@dataclass
class World:
    """Everything there is, by what the cloud calls it."""

    faults: Faults = field(default_factory=Faults)
    machines: dict[str, Machine] = field(default_factory=dict)
    targets: dict[str, dict[str, str]] = field(default_factory=dict)
    """Target group ARN → machine → state."""
    rules: dict[str, dict[str, int]] = field(default_factory=dict)
    headers: dict[str, tuple[str, str]] = field(default_factory=dict)
    buckets: dict[str, dict[str, bytes]] = field(default_factory=dict)
    drift: list[ResourceDrift] = field(default_factory=list)
    """What somebody changed beside the stacks."""
    logs: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Group → stream and line."""
    sizes: dict[str, int] = field(default_factory=dict)
    """Group → the size a stack last told it; scaling may have made another of it since."""
    groups: dict[str, Crowd] = field(default_factory=dict)
    now: Callable[[], datetime] = field(default=lambda: LONG_AGO)
    templates: set[str] = field(default_factory=set)
    """Launch templates."""
    launched: dict[str, str] = field(default_factory=dict)
    """Client token → machine."""
    answered: dict[str, Answered] = field(default_factory=dict)
    """Target group ARN → what it answers to users, once it has served them."""
    served: set[str] = field(default_factory=set)
    """The target groups that users were ever sent to."""
    minutes: dict[str, tuple[datetime, Answered]] = field(default_factory=dict)
    """Target group ARN → what it had answered in the minute that ends then."""
    raised: dict[str, datetime] = field(default_factory=dict)
    """Alarms, by logical id, that are raised, and since when."""
    migrated: list[str] = field(default_factory=list)
    """The release of each migration that really ran."""
    migrates: bool = True
    colours_added: int = 0
    numbers: int = 0

    @property
    def migrations(self) -> int:
        return len(self.migrated)

    def called(self, name: str) -> None:
        """Every port method says its name first, so that a test can have one refused."""
        if name in self.faults.refused:
            self.faults.refused.discard(name)
            raise CloudError(f"{name}: try later (Throttling)", hint="Wait and run again.", code="Throttling")

    def number(self) -> int:
        self.numbers += 1
        return self.numbers

    def start(self, tags: Mapping[str, str], group: str = "") -> Machine:
        machine = Machine(id=f"i-{self.number():08x}", tags=dict(tags), group=group)
        self.machines[machine.id] = machine
        return machine

    def tick(self) -> None:
        """A moment passes."""
        for machine in list(self.machines.values()):
            machine.age += 1
            if machine.state == "shutting-down":
                machine.state = "terminated"
            elif machine.state == "pending":
                machine.state = "running"
            elif machine.state == "running" and machine.tags.get(TAG_ROLE) == "builder":
                Builder(self, machine).work()
        self._refill()
        for states in self.targets.values():
            for machine_id, state in list(states.items()):
                self._heal(states, machine_id, state)

    def _refill(self) -> None:
        for name, group in self.groups.items():
            for _ in range(group.desired - len(self.crew(name))):
                self.join(name)

    def _heal(self, states: dict[str, str], machine: str, state: str) -> None:
        if state == "draining":
            del states[machine]
        elif state == "initial" and self.machines[machine].age < CHECKS:
            return
        elif self.machines[machine].state != "terminated":
            bad = self.faults.unhealthy or self.machines[machine].console.startswith("FAILED")
            states[machine] = "unhealthy" if bad else "healthy"

    def crew(self, group: str) -> list[Machine]:
        """The machines of a group that are not on their way out."""
        return [m for m in self.machines.values() if m.group == group and m.state in ("pending", "running")]

    def join(self, group: str) -> Machine:
        """Another machine of a group, not yet known to be healthy."""
        launch = self.groups[group].launch
        machine = self.start(launch.tags, group)
        machine.image, machine.type, machine.launched = launch.image, launch.type, self.now()
        machine.console = (
            "FAILED: the application crashed 3 times at its start\nModuleNotFoundError: No module named 'app'\n"
            if self.faults.crash
            else "app is up\n"
        )
        for targets in launch.targets:
            self.targets[targets][machine.id] = "initial"
        return machine

    def end(self, machine: Machine) -> None:
        """Ends a machine, which drains."""
        machine.state = "terminated"
        for states in self.targets.values():
            if machine.id in states:
                states[machine.id] = "draining"

    def published(self, digest: str) -> tuple[dict[str, bytes], str] | None:
        """The bucket and prefix that hold a source bundle."""
        for content in self.buckets.values():
            for key in content:
                if key.endswith(f"bundles/{digest}.tar.gz"):
                    return content, str(PurePosixPath(key).parents[1]) + "/"
        return None


@dataclass
class Builder:
    """The builder's contract, told by age: build, publish, claim, migrate, end."""

    world: World
    machine: Machine

    def work(self) -> None:
        digest = self.machine.tags[TAG_RELEASE]
        found = self.world.published(digest)
        if found is None:
            self.machine.state = "terminated"
            return
        bucket, prefix = found
        if f"{prefix}built/{digest}.json" not in bucket:
            self._build(bucket, prefix, digest)
        elif self.world.migrates and f"{prefix}migrations/{digest}" not in bucket:
            bucket[f"{prefix}migrations/{digest}"] = self.machine.id.encode()
            self._say("migrating")
        elif self.world.migrates and f"{prefix}migrations/{digest}.result" not in bucket:
            self._migrate(bucket, prefix, digest)
        else:
            self.machine.state = "shutting-down"

    def _build(self, bucket: dict[str, bytes], prefix: str, digest: str) -> None:
        if self.machine.age < 3:
            self._say("installing flask")
            return
        match self.world.faults.builder:
            case "dies":
                self.machine.console += "kernel: Out of memory\n"
                self.machine.state = "shutting-down"
            case "":
                bucket[f"{prefix}built/{digest}.tar.gz"] = b"tree"
                record = {"checksum": f"sum-of-{digest[:8]}", "instance": self.machine.id}
                bucket[f"{prefix}built/{digest}.json"] = json.dumps(record).encode()
            case phase:
                self._fail(bucket, prefix, digest, phase)

    def _migrate(self, bucket: dict[str, bytes], prefix: str, digest: str) -> None:
        """The machine that claimed runs it; a second builder leaves it alone."""
        if bucket[f"{prefix}migrations/{digest}"] != self.machine.id.encode():
            self.machine.state = "shutting-down"
            return
        self.world.migrated.append(digest)
        if self.world.faults.migration == "hangs":
            self.machine.state = "shutting-down"
            return
        code = 1 if self.world.faults.migration == "fails" else 0
        if code:
            self._fail(bucket, prefix, digest, "migrate")
        result = {"exit": code, "instance": self.machine.id}
        bucket[f"{prefix}migrations/{digest}.result"] = json.dumps(result).encode()

    def _fail(self, bucket: dict[str, bytes], prefix: str, digest: str, phase: str) -> None:
        failure = {"phase": phase, "exit": 1, "log": f"ERROR: {phase} went wrong"}
        bucket[f"{prefix}failures/{digest}/{self.machine.id}.json"] = json.dumps(failure).encode()
        self.machine.state = "shutting-down"

    def _say(self, line: str) -> None:
        self.machine.console += line + "\n"
        for group, lines in self.world.logs.items():
            if "Builder" in group:
                lines.append((self.machine.id, line))
