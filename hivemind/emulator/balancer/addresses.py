"""Where listeners are reached: a real port for each, the same after a restart as long as it is free.

A load balancer has its port from its creation on, so that its DNS name is known before it has a listener. Its first
HTTP listener and its first HTTPS listener share that port, so that `http://` and `https://` before the DNS name lead to
them as ports 80 and 443 do on AWS; each further one gets a port of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from pathlib import Path

from hivemind.emulator.home import read_json, write_json
from hivemind.emulator.ports import PortPool


class Ports:
    """The ports of load balancers and listeners, by ARN, kept in a file."""

    def __init__(self, file: Path, pool: PortPool) -> None:
        self._file = file
        self._pool = pool
        self._lock = threading.Lock()
        kept = read_json(file)
        self._balancers = self._claimed(kept.get("balancers", {}))
        taken = {kept["balancers"][arn]: port for arn, port in self._balancers.items()}
        shared = {arn: taken[port] for arn, port in kept.get("listeners", {}).items() if port in taken}
        own = {arn: port for arn, port in kept.get("listeners", {}).items() if port not in taken}
        self._listeners = {**shared, **self._claimed(own)}

    def settle(self, wanted: Mapping[str, Collection[str]], secure: Collection[str] = ()) -> Mapping[str, int]:
        """Ports for these load balancers (ARN → ARNs of its listeners), and no others; by ARN of either.

        `secure` are the listeners that speak HTTPS.
        """
        with self._lock:
            before = (dict(self._balancers), dict(self._listeners))
            listeners = {arn for arns in wanted.values() for arn in arns}
            self._forget(wanted.keys(), listeners)
            for balancer, arns in wanted.items():
                self._settle_one(balancer, [arn for arn in arns if arn not in secure])
                self._settle_one(balancer, [arn for arn in arns if arn in secure])
            if before != (self._balancers, self._listeners):
                self._file.parent.mkdir(parents=True, exist_ok=True)
                write_json(self._file, {"balancers": self._balancers, "listeners": self._listeners})
            return {**self._balancers, **self._listeners}

    def replace(self, port: int) -> None:
        """Somebody else took this port: give another to whoever had it."""
        with self._lock:
            new = self._pool.claim()
            for table in (self._balancers, self._listeners):
                table.update({arn: new for arn, had in table.items() if had == port})

    def _claimed(self, ports: Mapping[str, int]) -> dict[str, int]:
        return {arn: self._pool.claim(port) for arn, port in ports.items()}

    def _forget(self, balancers: Collection[str], listeners: Collection[str]) -> None:
        """Give back the ports that nobody has any more."""
        had = {*self._balancers.values(), *self._listeners.values()}
        self._balancers = {arn: port for arn, port in self._balancers.items() if arn in balancers}
        self._listeners = {arn: port for arn, port in self._listeners.items() if arn in listeners}
        for port in had - {*self._balancers.values(), *self._listeners.values()}:
            self._pool.release(port)

    def _settle_one(self, balancer: str, listeners: Collection[str]) -> None:
        """Ports for the listeners of one protocol; one that changed its protocol may have to give its port up."""
        if balancer not in self._balancers:
            self._balancers[balancer] = self._pool.claim()
        first = self._balancers[balancer]
        holder = next((arn for arn in listeners if self._listeners.get(arn) == first), None)
        for arn in listeners:
            if arn not in self._listeners or (arn != holder and self._listeners[arn] == first):
                self._listeners[arn] = self._pool.claim() if holder else first
                holder = holder or arn
