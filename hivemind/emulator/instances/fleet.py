"""All instances: makes what runs agree with the state that moto shows, one instance at a time.

Level-triggered: every change of an instance's state in moto ends in `settle_soon`, and settling looks at the state as
it is then: `pending` boots, `stopping` and `shutting-down` power off. What runs at a restart of the cloud is booted
again.
"""

from __future__ import annotations

import base64
import threading
import traceback
from collections import defaultdict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hivemind.emulator.images import system_of
from hivemind.emulator.instances import environment
from hivemind.emulator.instances.environment import Identity, Site
from hivemind.emulator.instances.machine import Machine
from hivemind.emulator.ledger import Ledger
from hivemind.emulator.patches.ec2 import memory_of, set_state
from hivemind.emulator.ports import PortPool

Address = tuple[str, int]


@dataclass(frozen=True)
class Events:
    """Whom the fleet tells: `changed` after every transition it made, `leaving` before an instance's disk goes."""

    changed: Callable[[], None]
    leaving: Callable[[str], None]


class Fleet:
    """The machines behind EC2."""

    def __init__(self, folder: Path, site: Site, ports: PortPool, events: Events) -> None:
        self.site = site
        self._folder = folder
        self._ports = ports
        self._events = events
        self._ledger = Ledger(folder.parent / "processes")
        self._machines: dict[str, Machine] = {}
        self._addresses: dict[str, int] = {}
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._pool = ThreadPoolExecutor(32, thread_name_prefix="instance")
        self._closing = False

    def machine(self, instance_id: str) -> Machine:
        """The machine of an instance, whether or not it is up."""
        if instance_id not in self._machines:
            self._machines[instance_id] = Machine(self._folder / instance_id, self._ledger)
        return self._machines[instance_id]

    def address(self, instance_id: str) -> Address | None:
        """Where the instance's app listens; None for an instance that never ran here or is gone."""
        port = self._addresses.get(instance_id)
        return ("127.0.0.1", port) if port else None

    def ports(self) -> Mapping[str, int]:
        """The port of every instance, to be kept over a restart."""
        return dict(self._addresses)

    def settle_soon(self, instance: Any) -> None:
        """Bring processes in line with the instance's state, in the background."""
        if not self._closing:
            self._pool.submit(self._settle_safely, instance)

    def reboot(self, instance: Any) -> None:
        """Power-cycle in the background; only enabled units start again."""
        self._pool.submit(self._power_cycle, instance)

    def resume(self, instances: list[Any], ports: Mapping[str, int]) -> None:
        """After a restart of the cloud: same ports, everything that was up boots again."""
        for instance in instances:
            if instance.id in ports:
                self._addresses[instance.id] = self._ports.claim(ports[instance.id])
            if instance.state == "running":
                set_state(instance, "pending")
            self.settle_soon(instance)

    def close(self) -> None:
        """End every machine, leaving the states as they are so that a restart brings them back."""
        self._closing = True
        up = [machine for machine in self._machines.values() if machine.is_up]
        with ThreadPoolExecutor(max(len(up), 1)) as pool:
            list(pool.map(Machine.power_off, up))

    def _settle_safely(self, instance: Any) -> None:
        try:
            with self._locks[instance.id]:
                self._settle(instance)
        except Exception:
            traceback.print_exc()
            set_state(instance, "terminated", "Server.InternalError: Internal error on launch")
        self._events.changed()

    def _settle(self, instance: Any) -> None:
        match instance.state:
            case "pending":
                self._boot(instance)
            case "stopping":
                self.machine(instance.id).power_off()
                set_state(instance, "stopped")
            case "shutting-down":
                self._terminate(instance)

    def _boot(self, instance: Any) -> None:
        machine = self.machine(instance.id)
        if machine.is_up or self._closing:
            return
        if instance.id not in self._addresses:
            self._addresses[instance.id] = self._ports.claim()
        port = self._addresses[instance.id]
        identity = Identity(instance.id, instance.region_name, system_of(instance.image_id))
        variables = environment.build(self.site, machine.root, identity, port)
        user_data = base64.b64decode(str(instance.user_data or ""))
        machine.boot(user_data, variables, lambda: self._fell(instance), memory=memory_of(instance))
        if instance.state == "pending":
            set_state(instance, "running")

    def _terminate(self, instance: Any) -> None:
        machine = self.machine(instance.id)
        machine.power_off()
        self._events.leaving(instance.id)
        machine.discard()
        port = self._addresses.pop(instance.id, None)
        if port:
            self._ports.release(port)
        set_state(instance, "terminated")

    def _power_cycle(self, instance: Any) -> None:
        with self._locks[instance.id]:
            if instance.state == "running":
                self.machine(instance.id).power_off()
                self._boot(instance)
        self._events.changed()

    def _fell(self, instance: Any) -> None:
        """The first process is gone without our doing: on EC2 that is a failed host."""
        if not self._closing and instance.state == "running":
            set_state(instance, "shutting-down", "Server.InternalError: Internal error on the host")
            self.settle_soon(instance)
