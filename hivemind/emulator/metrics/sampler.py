"""What AWS's own services would publish, measured on what really runs, once a minute.

| namespace | metrics | source |
|---|---|---|
| AWS/EC2 | CPUUtilization | the process tree of each instance, by instance and by group |
| AWS/EC2 | StatusCheckFailed, _Instance, _System | whether its first process lives |
| AWS/AutoScaling | Group...Instances, sizes | the group, while metrics collection is enabled |
| AWS/RDS | CPUUtilization, DatabaseConnections, FreeStorageSpace | the PostgreSQL server and its data folder |

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html: basic monitoring is one data
point in 5 minutes, detailed monitoring one a minute.
https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-metrics.html
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hivemind.emulator.metrics.bucket import of_values
from hivemind.emulator.metrics.store import MINUTE, Dimensions, Metric
from hivemind.emulator.metrics.usage import Meter, Tree, trees

BASIC = 300
MEASURED = ("instance ", "database ")
GIGABYTE = 1024**3
GROUP_METRICS = ("GroupMinSize", "GroupMaxSize", "GroupDesiredCapacity", "GroupInServiceInstances",
                 "GroupPendingInstances", "GroupStandbyInstances", "GroupTerminatingInstances",
                 "GroupTotalInstances")  # fmt: skip
_CLIENT = re.compile(rb"postgres: .*\(\d+\)")
_CLASS_CPUS = {"xlarge": 4, "2xlarge": 8, "4xlarge": 16, "8xlarge": 32}


@dataclass(frozen=True)
class Sources:
    """Where to look: each service's backends by region, the processes by what they are, a database's data folder, and
    how many CPUs an instance type has."""

    backends: Callable[[str], tuple[tuple[str, Any], ...]]
    processes: Callable[[], Mapping[str, int]]
    data_folder: Callable[[Any], Path]
    cpus: Callable[[str], int]


@dataclass(frozen=True)
class Sample:
    """One value; `at` is the start of its period in seconds since 1970."""

    region: str
    metric: Metric
    unit: str
    at: int
    value: float

    def bucket(self) -> Any:
        """It as a bucket."""
        return of_values({self.value: 1.0})


@dataclass
class Sampler:
    """Takes samples; holds what the CPU meter read last."""

    sources: Sources
    _meter: Meter = field(default_factory=Meter)

    def sample(self, now: float) -> list[Sample]:
        """Everything of the minute that ended at `now`, in seconds since 1970."""
        processes = self.sources.processes()
        # An empty cloud looks at no process at all.
        found = trees({name: pid for name, pid in processes.items() if name.startswith(MEASURED)})
        self._meter.forget_all_but(found)
        minute = int(now) // MINUTE * MINUTE - MINUTE
        return [
            *self._instances(found, now, minute),
            *self._databases(found, now, minute),
            *self._groups(minute),
        ]

    def _instances(self, found: Mapping[str, Tree], now: float, minute: int) -> Iterator[Sample]:
        groups = {
            member.instance_id: group.name
            for _, backend in self.sources.backends("autoscaling")
            for group in list(backend.autoscaling_groups.values())
            for member in list(group.instance_states)
        }
        for region, backend in self.sources.backends("ec2"):
            for instance in backend.all_running_instances():
                yield from _checks(region, instance, f"instance {instance.id}" in found, minute)
                yield from self._cpu(region, instance, found, (now, minute, groups.get(instance.id)))

    def _cpu(
        self, region: str, instance: Any, found: Mapping[str, Tree], when: tuple[float, int, str | None]
    ) -> Iterator[Sample]:
        now, minute, group = when
        period = MINUTE if instance.monitored else BASIC
        tree = found.get(f"instance {instance.id}")
        if tree is None or (minute + MINUTE) % period:
            return
        used = self._meter.read(f"instance {instance.id}", tree, now)
        percent = _percent(used, self.sources.cpus(instance.instance_type))
        at = minute + MINUTE - period
        for dimension in (("InstanceId", instance.id), *((("AutoScalingGroupName", group),) if group else ())):
            yield Sample(region, Metric("AWS/EC2", "CPUUtilization", (dimension,)), "Percent", at, percent)

    def _databases(self, found: Mapping[str, Tree], now: float, minute: int) -> Iterator[Sample]:
        for region, backend in self.sources.backends("rds"):
            for database in list(backend.databases.values()):
                name = f"database {database.dbi_resource_id}"
                if name in found:
                    used = self._meter.read(name, found[name], now)
                    folder = self.sources.data_folder(database)
                    yield from _database(region, database, (used, found[name], folder), minute)

    def _groups(self, minute: int) -> Iterator[Sample]:
        for region, backend in self.sources.backends("autoscaling"):
            for group in list(backend.autoscaling_groups.values()):
                values = _group_values(group) if group.metrics else {}
                for name in group.metrics:
                    metric = Metric("AWS/AutoScaling", name, (("AutoScalingGroupName", group.name),))
                    if name in values:
                        yield Sample(region, metric, "None", minute, values[name])


def _checks(region: str, instance: Any, lives: bool, minute: int) -> Iterator[Sample]:
    """Status checks are of one minute with either kind of monitoring."""
    failed = {
        "StatusCheckFailed": not lives,
        "StatusCheckFailed_Instance": not lives,
        "StatusCheckFailed_System": False,
    }
    for name, value in failed.items():
        yield Sample(region, Metric("AWS/EC2", name, (("InstanceId", instance.id),)), "Count", minute, float(value))


def _database(region: str, database: Any, seen: tuple[float, Tree, Path], minute: int) -> Iterator[Sample]:
    used, tree, folder = seen
    dimensions: Dimensions = (("DBInstanceIdentifier", database.db_instance_identifier),)
    size = database.db_instance_class.rpartition(".")[2]
    free = max(int(database.allocated_storage) * GIGABYTE - _size(folder), 0)
    for name, unit, value in (
        ("CPUUtilization", "Percent", _percent(used, _CLASS_CPUS.get(size, 2))),
        ("DatabaseConnections", "Count", float(_connections(tree))),
        ("FreeStorageSpace", "Bytes", float(free)),
    ):
        yield Sample(region, Metric("AWS/RDS", name, dimensions), unit, minute, value)


def _group_values(group: Any) -> Mapping[str, float]:
    states = [str(member.lifecycle_state) for member in group.instance_states]
    count = {state: float(sum(own.startswith(state) for own in states)) for state in (
        "InService", "Pending", "Standby", "Terminating")}  # fmt: skip
    values = (group.min_size, group.max_size, group.desired_capacity or 0, *count.values(), len(states))
    return {name: float(value) for name, value in zip(GROUP_METRICS, values, strict=True)}


def _percent(used: float, cpus: int) -> float:
    """Of the CPUs that the machine may have: this one may have fewer than the type promises."""
    return min(100.0 * used / min(cpus, os.cpu_count() or 1), 100.0)


def instance_cpus(kind: str) -> int:
    """How many CPUs an instance type has; 1 for an unknown one."""
    from moto.ec2.models.instance_types import INSTANCE_TYPES

    return int(INSTANCE_TYPES.get(kind, {}).get("VCpuInfo", {}).get("DefaultVCpus", 1))


def _connections(tree: Tree) -> int:
    """Server processes that serve a client: PostgreSQL titles them with the client's address and port."""
    count = 0
    for pid in tree.pids:
        with suppress(OSError):
            count += bool(_CLIENT.match(Path(f"/proc/{pid}/cmdline").read_bytes()))
    return count


def _size(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.stat(f"{place}/{name}").st_size  # noqa: PTH116, a thousand files a minute
    return total
