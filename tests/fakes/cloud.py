"""The whole cloud in memory: able to create and destroy a service with a database, and to fail on demand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from fakes.stacks import FakeStacks
from fakes.world import Crowd, World

from hivemind.errors import CloudError
from hivemind.model.live import Caller, Group, Instance, Owned, TargetHealth
from hivemind.model.names import TAG_DEPLOYMENT
from hivemind.ports import Answered, Cloud, Observatory

READ_LIMIT = 1024 * 1024
IMAGES = ("/aws/service/ami-", "/aws/service/canonical/", "/aws/service/debian/")
"""Where AWS keeps the public parameters that name machine images."""


class FakeCloud:
    """`tick` lets a moment pass; give it to the FakeClock. `world.faults` says what goes wrong."""

    def __init__(self) -> None:
        self.world = World()
        self.stacks = FakeStacks(self.world)
        self.traffic = FakeTraffic(self.world)
        self.inventory = FakeInventory(self.world, self.stacks)

    def acting(self) -> Cloud:
        """The ports for applying."""
        return Cloud(
            stacks=self.stacks,
            traffic=self.traffic,
            instances=FakeInstances(self.world),
            groups=FakeGroups(self.world),
            objects=FakeObjects(self.world),
            telemetry=FakeTelemetry(self.world),
            inventory=self.inventory,
        )

    def looking(self) -> Observatory:
        """The ports for planning."""
        return Observatory(
            stacks=self.stacks,
            traffic=self.traffic,
            instances=FakeInstances(self.world),
            objects=FakeObjects(self.world),
            inventory=self.inventory,
        )

    def tick(self) -> None:
        """A moment passes."""
        self.world.tick()
        self.stacks.tick()


class FakeTraffic:
    def __init__(self, world: World) -> None:
        self._world = world

    def weights(self, rule: str) -> Mapping[str, int]:
        self._world.called("weights")
        return dict(self._world.rules.get(rule, {}))

    def health(self, target_group: str) -> tuple[TargetHealth, ...]:
        self._world.called("health")
        reasons = {"initial": "Elb.RegistrationInProgress", "unhealthy": "Target.FailedHealthChecks"}
        states = self._world.targets.get(target_group, {})
        return tuple(
            TargetHealth.model_validate({"target": t, "state": s, "reason": reasons.get(s, "")})
            for t, s in states.items()
        )

    def header(self, rule: str) -> tuple[str, str]:
        self._world.called("header")
        if rule not in self._world.headers:
            raise CloudError("the rule matches no header", hint="Run `hivemind plan`: it shows the drift.", where=rule)
        return self._world.headers[rule]

    def shift(self, rule: str, weights: Mapping[str, int]) -> None:
        self._world.called("shift")
        if rule not in self._world.rules or not weights.keys() <= self._world.targets.keys():
            raise CloudError("no such rule or target group", hint="Run `hivemind plan`.", where=rule)
        self._world.rules[rule] |= weights
        self._world.served |= {group for group, weight in weights.items() if weight}


class FakeInstances:
    def __init__(self, world: World) -> None:
        self._world = world

    def tagged(self, tags: Mapping[str, str]) -> tuple[Instance, ...]:
        self._world.called("tagged")
        return tuple(m.seen() for m in self._world.machines.values() if tags.items() <= m.tags.items())

    def in_group(self, group: str) -> tuple[Instance, ...]:
        self._world.called("in_group")
        return tuple(m.seen() for m in self._world.machines.values() if m.group == group)

    def console(self, instance: str) -> str:
        self._world.called("console")
        machine = self._world.machines.get(instance)
        return machine.console if machine else ""

    def launch(self, template: str, *, image: str, tags: Mapping[str, str], token: str) -> str:
        self._world.called("launch")
        if template not in self._world.templates:
            raise CloudError("no such launch template", hint="Run `hivemind plan`.", where=template)
        if token not in self._world.launched:
            self._world.launched[token] = self._world.start(tags).id
        return self._world.launched[token]

    def terminate(self, instance: str) -> None:
        self._world.called("terminate")
        if machine := self._world.machines.get(instance):
            machine.state = "shutting-down"


class FakeGroups:
    def __init__(self, world: World) -> None:
        self._world = world

    def find(self, name: str) -> Group:
        self._world.called("find_group")
        group = self._group(name)
        return Group(desired=group.desired, most=group.most, members=tuple(m.id for m in self._world.crew(name)))

    def resize(self, name: str, desired: int) -> None:
        self._world.called("resize")
        if not self._group(name).least <= desired <= self._group(name).most:
            raise CloudError("desired capacity is out of bounds (ValidationError)", hint="", where=name)
        self._group(name).desired = desired

    def retire(self, instance: str) -> None:
        self._world.called("retire")
        machine = self._world.machines.get(instance)
        if machine is not None and machine in self._world.crew(machine.group):
            self.resize(machine.group, self._group(machine.group).desired - 1)
            self._world.end(machine)

    def _group(self, name: str) -> Crowd:
        if name not in self._world.groups:
            raise CloudError("there is no such group", hint="Run `hivemind plan`.", where=name)
        return self._world.groups[name]


class FakeObjects:
    def __init__(self, world: World) -> None:
        self._world = world

    def get(self, bucket: str, key: str) -> bytes | None:
        self._world.called("get")
        content = self._world.buckets.get(bucket, {}).get(key)
        return None if content is None else content[:READ_LIMIT]

    def exists(self, bucket: str, key: str) -> bool:
        self._world.called("exists")
        return key in self._world.buckets.get(bucket, {})

    def put_file(self, bucket: str, key: str, path: Path) -> bool:
        self._world.called("put_file")
        if bucket not in self._world.buckets:
            raise CloudError(
                f"s3://{bucket}/{key}: there is no such bucket (NoSuchBucket)", hint="", code="NoSuchBucket"
            )
        if key in self._world.buckets[bucket]:
            return False
        self._world.buckets[bucket][key] = path.read_bytes()
        return True

    def listed(self, bucket: str, prefix: str) -> tuple[str, ...]:
        self._world.called("listed")
        return tuple(sorted(key for key in self._world.buckets.get(bucket, {}) if key.startswith(prefix)))

    def delete(self, bucket: str, keys: tuple[str, ...]) -> None:
        self._world.called("delete")
        for key in keys:
            self._world.buckets.get(bucket, {}).pop(key, None)

    def delete_all(self, bucket: str, prefix: str) -> int:
        self._world.called("delete_all")
        content = self._world.buckets.get(bucket, {})
        doomed = [key for key in content if key.startswith(prefix)]
        for key in doomed:
            del content[key]
        return len(doomed)


class FakeTelemetry:
    def __init__(self, world: World) -> None:
        self._world = world

    def log_tail(self, group: str, lines: int, streams: frozenset[str] | None = None) -> tuple[str, ...]:
        self._world.called("log_tail")
        written = self._world.logs.get(group, [])
        told = [line for stream, line in written if streams is None or stream in streams]
        return tuple(told[-lines:])

    def answered(self, balancer: str, target_group: str, since: datetime) -> Answered:
        self._world.called("answered")
        if minute := self._world.minutes.get(target_group):
            return minute[1] if since < minute[0] else Answered()
        return self._world.answered.get(target_group, Answered()) if target_group in self._world.served else Answered()

    def firing(self, alarms: tuple[str, ...]) -> Mapping[str, datetime]:
        self._world.called("firing")
        raised = self._world.raised
        return {name: since for name in alarms for logical, since in raised.items() if logical in name}


class FakeInventory:
    def __init__(self, world: World, stacks: FakeStacks) -> None:
        self._world = world
        self._stacks = stacks

    def caller(self) -> Caller:
        return Caller(account="123456789012", region="us-east-1", arn="arn:aws:iam::123456789012:user/test")

    def permissions(self) -> tuple[Mapping[str, Any], ...] | None:
        return None

    def image(self, parameter: str) -> str:
        if not parameter.startswith(IMAGES):
            raise CloudError(f"parameter {parameter}: not found", hint="", code="ParameterNotFound")
        return "ami-0123456789abcdef0"

    def owned(self, deployment: str) -> tuple[Owned, ...]:
        self._world.called("owned")
        alive = [m for m in self._world.machines.values() if m.state != "terminated"]
        machines = [m.id for m in alive if m.tags.get(TAG_DEPLOYMENT) == deployment]
        return (
            *(Owned(kind="stack", id=name) for name in self.stacks(deployment)),
            *(Owned(kind="instance", id=machine) for machine in machines),
        )

    def stacks(self, deployment: str) -> tuple[str, ...]:
        return tuple(s.name for s in self._stacks.stacks.values() if s.tags.get(TAG_DEPLOYMENT) == deployment)

    def deployments(self) -> tuple[str, ...]:
        self._world.called("deployments")
        return tuple(sorted({s.tags[TAG_DEPLOYMENT] for s in self._stacks.stacks.values() if TAG_DEPLOYMENT in s.tags}))
