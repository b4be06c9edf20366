"""The local cloud put together: the one place where the parts meet.

Moto's model is the truth about what should run; `fleet`, `databases`, `groups` and the balancer make it so, and
`memory` keeps it. Every change, from an API call or from a process, ends in `changed`.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from hivemind.emulator import backends, commands, log_files, persistence, strict, whole_steps
from hivemind.emulator.control import Control, Doors
from hivemind.emulator.databases.binaries import NoBinariesError, find
from hivemind.emulator.databases.fleet import Databases
from hivemind.emulator.groups.reconciler import reconcile_all
from hivemind.emulator.groups.scaling import Breach, scale_for_alarm
from hivemind.emulator.home import Home
from hivemind.emulator.instances.environment import Site
from hivemind.emulator.instances.fleet import Events, Fleet
from hivemind.emulator.ledger import Ledger
from hivemind.emulator.logs import Shipper
from hivemind.emulator.metrics import topics
from hivemind.emulator.metrics.actions import Doers, Scaling
from hivemind.emulator.metrics.evaluator import Evaluator
from hivemind.emulator.metrics.sampler import Sampler, Sources, instance_cpus
from hivemind.emulator.metrics.watch import Watch
from hivemind.emulator.patches import (
    autoscaling,
    bucket_policy,
    cloudwatch,
    ec2,
    group_metrics,
    images,
    logs,
    rds,
    s3,
    secrets,
    ssm,
)
from hivemind.emulator.persistence import Memory, Stores
from hivemind.emulator.ports import PortPool
from hivemind.emulator.shims.install import install_shims

BUSY_PERIOD, IDLE_PERIOD, TRIM_PERIOD = 0.15, 2.0, 60.0


class LocalCloud:
    """Everything that runs; `start` before the first request is served, `stop` after the last."""

    def __init__(self, home: Home, endpoint: str) -> None:
        self.home = home
        self.endpoint = endpoint
        self._ports = PortPool()
        self._over = threading.Event()
        self._kick = threading.Event()
        self._commands = ThreadPoolExecutor(16, thread_name_prefix="command")
        site = Site(endpoint, home.shims, home.cache, dict(os.environ), home.settings)
        self._shipper = Shipper(lambda region: backends.backend("logs", region), self.changed)
        self._fleet = Fleet(home.instances, site, self._ports, Events(self._moved, self._shipper.forget))
        self._databases = Databases(home.databases, self._ports, self.changed)
        processes = Ledger(home.processes).roots
        sources = Sources(backends.backends, processes, self._databases.data_folder, instance_cpus)
        evaluator = Evaluator(Doers(topics.publish, self._scale), self.changed)
        self._watch = Watch(home.metrics, Sampler(sources), evaluator, lambda: backends.backends("cloudwatch"))
        self._memory = Memory(home, Stores(self._remember, self.holds))
        self.control = Control(Doors(self.status, _find_instance, self._shut_down, self._ship))

    def start(self) -> None:
        """Load what is remembered, patch moto, and start again whatever was running."""
        log_files.trim(self.home)
        install_shims(self.home.shims)
        backends.load()
        images.install()
        remembered = persistence.load(self.home)
        self._watch.load()
        for _, backend in backends.backends("ec2"):
            images.add_images(backend)
        self._patch()
        self._start_balancer()
        self._start_engine(remembered.get("stacks"))
        self._shipper.tails = list(remembered.get("tails", ()))
        self._fleet.resume(_instances(), remembered.get("ports", {}))
        self._balancing.refresh()
        self._databases.resume(_databases())
        self._databases.resume_snapshots(_snapshots())
        threading.Thread(target=self._engine.region(backends.REGION).cloud.warm, daemon=True, name="warm").start()
        for work in (self._memory.run, self._shipper.run, self._run_groups, self._watch.run, self._trim_logs):
            threading.Thread(target=work, args=(self._over,), daemon=True, name=work.__qualname__).start()

    def stop(self) -> None:
        """Save, and end every process; the states stay, so that the next start brings everything back."""
        self._over.set()
        self._kick.set()
        self._shipper.wake()
        self._watch.wake()
        self._engine.stop()
        self._memory.try_to_save()
        with suppress(OSError):  # a full disk: metrics may be lost, processes must not be left
            self._watch.save()
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda end: end(), (self._fleet.close, self._databases.close, self._balancer.stop)))
        self._memory.try_to_save()
        Ledger(self.home.processes).end_all()

    def changed(self) -> None:
        """Something changed: save it, and look at the groups."""
        self._memory.touch()
        self._kick.set()

    def _moved(self) -> None:
        """An instance came or went: the balancer has to know where targets are now."""
        self.changed()
        if not self._over.is_set():
            self._balancing.refresh()

    def status(self) -> Mapping[str, Any]:
        """What `/_local/status` says."""
        running = [process.pid for process in Ledger(self.home.processes).living()]
        return {"endpoint": self.endpoint, "pid": os.getpid(), "holds": self.holds(), "processes": running}

    def holds(self) -> Mapping[str, int]:
        """How many stacks, instances and databases there are, ended ones left out."""
        instances = [row for row in _instances() if row.state != "terminated"]
        stacks = [stack for stack in list(self._stacks.stacks.values()) if stack.alive]
        databases = _databases()
        return {"stacks": len(stacks), "instances": len(instances), "databases": len(databases)}

    def _patch(self) -> None:
        ec2.install(ec2.Hooks(self._fleet.settle_soon, self._fleet.reboot, self._console))
        autoscaling.install(self._kick.set)
        rds.install(
            rds.Hooks(
                why_not=_why_no_database,
                claim_port=self._databases.claim_port,
                settle=self._databases.settle_soon,
                back_up=self._databases.back_up_soon,
                copy_snapshot=self._databases.copy_soon,
                discard_snapshot=self._databases.snapshots.discard,
                change_password=self._databases.change_password,
                obey=self._databases.obey,
            )
        )
        ssm.install(self._run_command, lambda _backend, instance_id: _find_instance(instance_id))
        secrets.install()
        s3.install()
        bucket_policy.install()
        cloudwatch.install(self._watch)
        logs.install(self._watch)
        group_metrics.install()
        strict.install()

    def _start_balancer(self) -> None:
        from hivemind.emulator import balancer

        self._balancer = balancer.Balancer(self.home.state / "balancer", self._ports)
        self._balancing = balancer.install(self._balancer, self._fleet.address)
        self._balancer.start()
        publisher = balancer.Publisher(
            self._balancer, lambda: dict(backends.backends("elbv2")), balancer.put_metric_data
        )
        threading.Thread(target=publisher.run, args=(self._over,), daemon=True, name="publisher").start()
        for pid in self._balancer.pids:
            Ledger(self.home.processes).record(pid, "balancer")

    def _start_engine(self, stacks: Any) -> None:
        from hivemind.emulator import cloudformation

        self._stacks = stacks if stacks is not None else cloudformation.Stacks()
        self._engine = cloudformation.install(self.endpoint, self._stacks, self._memory.touch)

    def _remember(self) -> Mapping[str, Any]:
        return {"stacks": self._stacks, "ports": self._fleet.ports(), "tails": list(self._shipper.tails)}

    def _run_groups(self, over: threading.Event) -> None:
        busy = True
        while not over.is_set():
            self._kick.wait(BUSY_PERIOD if busy else IDLE_PERIOD)
            self._kick.clear()
            with whole_steps.step():
                before, busy = busy, reconcile_all()
            if busy or before:
                self._memory.touch()

    def _scale(self, asked: Scaling) -> None:
        """An alarm's scaling policy; without a data point there is nothing to scale by."""
        if asked.change.value is None or asked.threshold is None:
            return
        breach = Breach(asked.alarm_name, asked.change.value, asked.threshold)
        scale_for_alarm(asked.policy_arn, asked.region, breach, asked.change.at)
        self.changed()

    def _trim_logs(self, over: threading.Event) -> None:
        while not over.wait(TRIM_PERIOD):
            log_files.trim(self.home)

    def _console(self, instance_id: str) -> bytes:
        return self._fleet.machine(instance_id).console_tail()

    def _run_command(self, command: Any, invocation: dict[str, Any]) -> None:
        machine = self._fleet.machine(invocation["InstanceId"])
        work = self._commands.submit(commands.run, machine, command, invocation)
        work.add_done_callback(lambda _: self.changed())

    def _shut_down(self, instance: Any, action: str) -> None:
        """What `shutdown` inside an instance does, by the instance's own InstanceInitiatedShutdownBehavior."""
        if action == "reboot":
            instance.reboot()
        elif instance.instance_initiated_shutdown_behavior == "terminate":
            instance.terminate()
            ec2.explain(instance, "Client.InstanceInitiatedShutdown: Instance initiated shutdown")
        else:
            instance.stop()
            ec2.explain(instance, "Client.InstanceInitiatedShutdown: Instance initiated shutdown")
        self.changed()

    def _ship(self, instance: Any, collect: Any) -> None:
        self._shipper.register(instance.id, instance.region_name, collect)


def _instances() -> list[Any]:
    return [instance for _, backend in backends.backends("ec2") for instance in backend.all_instances()]


def _databases() -> list[Any]:
    return [database for _, backend in backends.backends("rds") for database in backend.describe_db_instances()]


def _snapshots() -> list[Any]:
    return [snapshot for _, backend in backends.backends("rds") for snapshot in backend.database_snapshots.values()]


def _find_instance(instance_id: str) -> Any:
    for _, backend in backends.backends("ec2"):
        instance = backend.get_instance_by_id(instance_id)
        if instance is not None:
            return instance
    return None


def _why_no_database() -> str:
    try:
        find()
    except NoBinariesError as problem:
        return f"{problem} Python is {sys.version.split()[0]}."
    return ""
