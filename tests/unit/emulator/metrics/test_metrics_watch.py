"""The watch: sampled once a minute, saved and taken up again; samples of things made by hand."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from unit.emulator.metrics.cloudwatch import LOAD, NOON, CloudWatch, alarm, seconds

from hivemind.emulator.metrics.actions import Doers
from hivemind.emulator.metrics.bucket import of_values
from hivemind.emulator.metrics.evaluator import Evaluator
from hivemind.emulator.metrics.sampler import GIGABYTE, GROUP_METRICS, Sampler, Sources
from hivemind.emulator.metrics.store import Metric, Window
from hivemind.emulator.metrics.usage import Meter, Tree, trees
from hivemind.emulator.metrics.watch import Watch


def test_a_meter_reads_what_was_used_since_it_was_last_read() -> None:
    meter = Meter()
    assert meter.read("a", Tree(2.0, (1,), began=100.0), now=104.0) == 0.5
    assert meter.read("a", Tree(5.0, (1,), began=100.0), now=114.0) == pytest.approx(0.3)
    assert meter.read("b", Tree(1.0, (2,), began=113.0), now=114.0) == 1.0


def test_a_machine_that_was_started_again_is_read_from_its_start() -> None:
    meter = Meter()
    meter.read("a", Tree(50.0, (1,), began=100.0), now=200.0)
    assert meter.read("a", Tree(5.0, (9,), began=210.0), now=220.0) == 0.5


def test_a_tree_is_found_with_its_children_and_what_it_used() -> None:
    found = trees({"me": os.getpid(), "gone": 2**22 + 1})
    assert set(found) == {"me"}
    assert found["me"].pids[0] == os.getpid()
    assert found["me"].seconds > 0


def member(instance: str, state: str) -> Any:
    return SimpleNamespace(instance_id=instance, lifecycle_state=state)


class Machines:
    """Two instances, one of them with detailed monitoring and in a group, and a database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        members = [member("i-1", "InService"), member("i-9", "Terminating:Wait")]
        group = SimpleNamespace(name="web", metrics=list(GROUP_METRICS), min_size=1, max_size=4, desired_capacity=2,
                                instance_states=members)  # fmt: skip
        instances = [SimpleNamespace(id="i-1", monitored=True, instance_type="t3.micro"),
                     SimpleNamespace(id="i-2", monitored=False, instance_type="t3.micro")]  # fmt: skip
        database = SimpleNamespace(dbi_resource_id="db-X", db_instance_identifier="main", allocated_storage=20,
                                   db_instance_class="db.t3.micro")  # fmt: skip
        self._backends: Mapping[str, Any] = {
            "ec2": SimpleNamespace(all_running_instances=lambda: instances),
            "autoscaling": SimpleNamespace(autoscaling_groups={"web": group}),
            "rds": SimpleNamespace(databases={"main": database}),
        }

    def sources(self) -> Sources:
        mine = os.getpid()
        return Sources(lambda service: (("us-east-1", self._backends[service]),),
                       lambda: {"instance i-1": mine, "instance i-2": mine, "database db-X": mine},
                       lambda _database: self.folder, lambda _kind: 2)  # fmt: skip


@pytest.fixture
def sampler(tmp_path: Path) -> Sampler:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "table").write_bytes(b"x" * 1000)
    return Sampler(Machines(tmp_path).sources())


def sampled(sampler: Sampler, minute: float) -> dict[tuple[str, str], tuple[int, float]]:
    """Name and last dimension's value → start of the period in minutes after noon, value."""
    return {
        (each.metric.name, each.metric.dimensions[-1][1]): ((each.at - seconds(0)) // 60, each.value)
        for each in sampler.sample(seconds(minute))
    }


def test_detailed_monitoring_is_a_value_a_minute_and_basic_one_in_five(sampler: Sampler) -> None:
    one = sampled(sampler, 1)
    assert one["CPUUtilization", "i-1"][0] == 0
    assert one["CPUUtilization", "web"] == one["CPUUtilization", "i-1"]
    assert ("CPUUtilization", "i-2") not in one
    five = sampled(sampler, 5)
    assert (five["CPUUtilization", "i-1"][0], five["CPUUtilization", "i-2"][0]) == (4, 0)
    assert all(0 <= value <= 100 for (name, _), (_, value) in five.items() if name == "CPUUtilization")


def test_status_checks_are_a_value_a_minute_and_fail_without_a_process(sampler: Sampler, tmp_path: Path) -> None:
    assert sampled(sampler, 1)["StatusCheckFailed", "i-2"] == (0, 0)
    sources = sampler.sources
    dead = Sampler(Sources(sources.backends, dict, sources.data_folder, sources.cpus))
    assert sampled(dead, 1)["StatusCheckFailed", "i-2"] == (0, 1)


def test_a_database_and_a_group_are_what_they_are(sampler: Sampler) -> None:
    found = sampled(sampler, 1)
    assert found["FreeStorageSpace", "main"] == (0, 20 * GIGABYTE - 1000)
    assert found["DatabaseConnections", "main"] == (0, 0)
    assert {name: found[name, "web"][1] for name in GROUP_METRICS} == dict(
        zip(GROUP_METRICS, (1, 4, 2, 1, 0, 0, 1, 2), strict=True)
    )


def watch(tmp_path: Path, sampler: Sampler, cloud: CloudWatch, clock: Any) -> Watch:
    evaluator = Evaluator(Doers(lambda *_: None, lambda _: None), lambda: None)
    return Watch(tmp_path / "metrics.pickle", sampler, evaluator, lambda: (("us-east-1", cloud),), clock)


def test_a_tick_samples_each_minute_once_and_evaluates_each_time(tmp_path: Path, sampler: Sampler) -> None:
    cloud = CloudWatch()
    cloud.have(watched := alarm(namespace="AWS/AutoScaling", metric_name="GroupMaxSize", evaluation_periods=1,
                                dimensions=[SimpleNamespace(name="AutoScalingGroupName", value="web")],
                                threshold=3.0))  # fmt: skip
    watching = watch(tmp_path, sampler, cloud, lambda: NOON)
    for second in range(60, 90, 5):
        watching.tick(NOON + timedelta(seconds=second))
    metric = Metric("AWS/AutoScaling", "GroupMaxSize", (("AutoScalingGroupName", "web"),))
    found = watching.store("us-east-1").read(metric, Window(seconds(0), seconds(2), 60))
    assert {at: bucket.count for at, bucket in found.items()} == {seconds(0): 1}
    assert watched.state_value == "ALARM"


def test_what_was_measured_outlives_a_restart_and_old_data_does_not(tmp_path: Path, sampler: Sampler) -> None:
    def clock() -> datetime:
        return NOON

    first = watch(tmp_path, sampler, CloudWatch(), clock)
    first.store("us-east-1").put(LOAD, "None", seconds(0), of_values({5.0: 1}))
    first.save()
    again = watch(tmp_path, sampler, CloudWatch(), clock)
    again.load()
    assert again.store("us-east-1").dump() == first.store("us-east-1").dump()
    again.tick(NOON + timedelta(days=456))
    assert LOAD not in again.store("us-east-1").metrics(0)


@pytest.mark.parametrize("content", [b"", b"no pickle", b"\x80\x05}."])
def test_saved_metrics_that_cannot_be_read_are_begun_anew(
    tmp_path: Path, sampler: Sampler, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    (tmp_path / "metrics.pickle").write_bytes(content)
    again = watch(tmp_path, sampler, CloudWatch(), lambda: NOON)
    again.load()
    assert again.store("us-east-1").size() == 0
    assert "they begin anew" in capsys.readouterr().out


def test_nothing_is_saved_where_nothing_was_before(tmp_path: Path, sampler: Sampler) -> None:
    watch(tmp_path, sampler, CloudWatch(), lambda: NOON).load()
    assert not (tmp_path / "metrics.pickle").exists()
