"""Targets as they run: who is healthy, what is in flight, which connections are idle, who is on the way out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from hivemind.emulator.balancer.config import Address, HealthCheck, Target, TargetGroup
from hivemind.emulator.balancer.plane.checker import keep_checking
from hivemind.emulator.balancer.plane.health import DRAINING, NOT_CHECKED, NOT_IN_USE, HealthState
from hivemind.emulator.balancer.plane.request import Request
from hivemind.emulator.balancer.plane.stickiness import bound_target, digest, target_cookies
from hivemind.emulator.balancer.plane.upstream import IDLE_SECONDS, Answer, Upstream
from hivemind.emulator.balancer.report import TargetHealth, Verdict

Key = tuple[str, int]
SHOWN_SECONDS = 1.0
"""How long a target is told of as draining although nothing is in flight.

AWS also ends the deregistration at once then, but shows it for the whole delay; a rehearsal need not wait for that.
"""


class InFlight(Protocol):
    """A request that a target is serving."""

    def lost(self) -> None:
        """The target is gone."""


class LiveTarget:
    """One registered (or draining) target."""

    def __init__(self, key: Key, address: Address | None, told: Callable[[], None]) -> None:
        self.key = key
        self.address = address
        self.health = HealthState()
        self.in_flight: set[InFlight] = set()
        self.draining = False
        self._idle: list[Upstream] = []
        self._told = told
        self._checking: asyncio.Task[None] | None = None

    def take_idle(self) -> Upstream | None:
        """The connection that was used last, if one is still good."""
        while self._idle:
            upstream = self._idle.pop()
            if upstream.usable:
                return upstream
        return None

    def release(self, exchange: InFlight, upstream: Upstream | None) -> None:
        """An exchange is over; its connection, if any, may be used again."""
        self.in_flight.discard(exchange)
        if upstream is not None:
            if upstream.usable and not self.draining:
                self._idle.append(upstream)
            else:
                upstream.close()
        if self.draining:
            self._told()

    def expire_idle(self, now: float) -> None:
        """Close the connections that were idle for too long."""
        while self._idle and now - self._idle[0].active > IDLE_SECONDS:
            self._idle.pop(0).close()

    def check(self, check: HealthCheck | None) -> None:
        """Begin to check the target this way from now on; None stops it."""
        if self._checking is not None:
            self._checking.cancel()
            self._checking = None
        if check is not None:
            checking = keep_checking(self.address, check, self.health, self._told)
            self._checking = asyncio.get_running_loop().create_task(checking)

    def drain(self) -> None:
        """Take no more; what is in flight goes on."""
        self.draining = True
        self.check(None)
        self.close_idle()

    def cut_off(self) -> None:
        """End what is still in flight."""
        for exchange in tuple(self.in_flight):
            exchange.lost()

    def close_idle(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop().close()


@dataclass
class Drain:
    """A deregistration in progress: the end of its delay, and whether it was shown for long enough."""

    cut_off: asyncio.TimerHandle
    shown: bool = False


class LiveGroup:
    """One target group: its registered targets and those that are draining."""

    def __init__(self, arn: str, told: Callable[[], None]) -> None:
        self.arn = arn
        self._told = told
        self._config = TargetGroup(arn, HealthCheck(), ())
        self._used = False
        self._targets: dict[Key, LiveTarget] = {}
        self._draining: dict[LiveTarget, Drain] = {}
        self._ready: list[LiveTarget] = []
        self._by_digest: dict[bytes, LiveTarget] = {}
        self._turn = 0

    def choose(self, request: Request) -> LiveTarget | None:
        """The target of a request: its own, else the next in turn of the healthy; of all when none is healthy.

        A client's own target is left when it takes no requests any more.
        """
        sticky = self._config.stickiness
        if sticky is not None and (own := self._by_digest.get(bound_target(request, sticky))) is not None:
            return own
        if not self._ready:
            return None
        self._turn = (self._turn + 1) % len(self._ready)
        if self._config.algorithm == "least_outstanding_requests":
            in_turn = self._ready[self._turn :] + self._ready[: self._turn]
            return min(in_turn, key=lambda target: len(target.in_flight))
        return self._ready[self._turn]

    def cookies(self, target: LiveTarget, request: Request, answer: Answer) -> bytes:
        """The header lines that bind a client to the target that answered; empty when clients are free."""
        sticky = self._config.stickiness
        if sticky is None:
            return b""
        return target_cookies(request, answer, sticky, digest(self.arn, *target.key))

    def configure(self, config: TargetGroup, used: bool) -> None:
        """Make the group so; `used` is whether some listener or rule forwards to it."""
        anew = config.check != self._config.check or used != self._used
        if used and not self._used:
            for target in self._targets.values():
                target.health = HealthState()
        self._config, self._used = config, used
        wanted = {(one.id, one.port): one for one in config.targets}
        for key in [key for key in self._targets if key not in wanted]:
            self._deregister(self._targets.pop(key))
        for key, one in wanted.items():
            self._register(key, one, anew)
        self.settle()

    def retire(self) -> None:
        """The group was deleted."""
        for target in self._targets.values():
            self._deregister(target)
        self._targets.clear()
        self._ready, self._by_digest = [], {}

    def settle(self) -> None:
        """Find out who takes requests and who is done draining; to be called after every change."""
        states = [(target, self._verdict(target).state) for target in self._targets.values()]
        healthy = [target for target, state in states if state in ("healthy", "unavailable")]
        self._ready = healthy or [target for target, state in states if state == "unhealthy"]
        sticking = self._ready if self._config.stickiness else []
        self._by_digest = {digest(self.arn, *target.key): target for target in sticking}
        for target in [one for one, drain in self._draining.items() if drain.shown and not one.in_flight]:
            self._draining.pop(target).cut_off.cancel()

    def health(self) -> Iterator[TargetHealth]:
        """Every target, the draining ones last; a target that was registered again is told of once."""
        for key, target in self._targets.items():
            yield TargetHealth(*key, self._verdict(target), len(target.in_flight))
        for target in self._draining:
            if target.key not in self._targets:
                yield TargetHealth(*target.key, DRAINING, len(target.in_flight))

    def expire_idle(self, now: float) -> None:
        """Close the connections to targets that were idle for too long."""
        for target in self._targets.values():
            target.expire_idle(now)

    def _register(self, key: Key, target: Target, anew: bool) -> None:
        live = self._targets.get(key)
        if live is None:
            live = self._targets[key] = LiveTarget(key, target.address, self._told)
            anew = True
        elif live.address != target.address:
            live.address = target.address
            live.close_idle()
            anew = True
        if anew:
            live.check(self._config.check if self._used and self._config.check.enabled else None)

    def _deregister(self, target: LiveTarget) -> None:
        """Let the target finish what is in flight, for as long as the delay."""
        target.drain()
        loop, delay = asyncio.get_running_loop(), self._config.deregistration_delay
        self._draining[target] = Drain(loop.call_later(delay, self._expire, target))
        loop.call_later(min(delay, SHOWN_SECONDS), self._shown, target)

    def _shown(self, target: LiveTarget) -> None:
        if target in self._draining:
            self._draining[target].shown = True
            self._told()

    def _expire(self, target: LiveTarget) -> None:
        if self._draining.pop(target, None) is not None:
            target.cut_off()
            self._told()

    def _verdict(self, target: LiveTarget) -> Verdict:
        if not self._used:
            return NOT_IN_USE
        return target.health.verdict if self._config.check.enabled else NOT_CHECKED
