"""Everything that runs, made equal to a configuration in one go."""

from __future__ import annotations

from collections.abc import Callable

from hivemind.emulator.balancer.config import BalancerConfig, Forward, Listener
from hivemind.emulator.balancer.plane.frontend import Frontend
from hivemind.emulator.balancer.plane.tally import Tally
from hivemind.emulator.balancer.plane.target import LiveGroup, LiveTarget
from hivemind.emulator.balancer.report import Health, Report


class DataPlane:
    """All listeners and target groups; `told` is called when there is something to report."""

    def __init__(self, told: Callable[[], None]) -> None:
        self._told = told
        self._generation = 0
        self._tally = Tally()
        self._frontends: dict[str, Frontend] = {}
        self._groups: dict[str, LiveGroup] = {}
        self._unbound: tuple[int, ...] = ()

    async def apply(self, generation: int, config: BalancerConfig) -> None:
        """Make everything so. The new rules and targets hold for every request that is routed from now on."""
        used = _used(config)
        wanted = {group.arn: group for group in config.groups}
        for arn in [arn for arn in self._groups if arn not in wanted]:
            self._groups.pop(arn).retire()
        for arn, group in wanted.items():
            if arn not in self._groups:
                self._groups[arn] = LiveGroup(arn, self._health_changed)
            self._groups[arn].configure(group, arn in used)
        await self._listen({listener.arn: listener for listener in config.listeners})
        self._generation = generation

    def report(self) -> Report:
        """What there is to tell; the counts begin anew."""
        health: Health = {arn: tuple(group.health()) for arn, group in self._groups.items()}
        return Report(self._generation, self._unbound, health, self._tally.take())

    @property
    def has_counts(self) -> bool:
        """Whether something was counted since the last report."""
        return not self._tally.empty

    def expire(self, now: float) -> None:
        """End what was silent or idle for too long; to be called every second."""
        for frontend in self._frontends.values():
            frontend.expire(now)
        for group in self._groups.values():
            group.expire_idle(now)

    async def _listen(self, wanted: dict[str, Listener]) -> None:
        """Close what is not wanted or has moved, configure what stays, open what is new."""
        for arn, frontend in tuple(self._frontends.items()):
            listener = wanted.get(arn)
            if listener is None or listener.port != frontend.port:
                self._frontends.pop(arn).close()
            elif listener != frontend.config:
                frontend.configure(listener)
        unbound = []
        for arn, listener in wanted.items():
            if arn not in self._frontends:
                frontend = Frontend(listener, self._tally, self._choose)
                try:
                    await frontend.open()
                except OSError:
                    unbound.append(listener.port)
                else:
                    self._frontends[arn] = frontend
        self._unbound = tuple(unbound)

    def _choose(self, group: str) -> LiveTarget | None:
        live = self._groups.get(group)
        return live.choose() if live is not None else None

    def _health_changed(self) -> None:
        for group in self._groups.values():
            group.settle()
        self._told()


def _used(config: BalancerConfig) -> set[str]:
    """The target groups that some rule forwards to, at whatever weight."""
    return {
        arn
        for listener in config.listeners
        for rule in listener.rules
        if isinstance(rule.action, Forward)
        for arn, _ in rule.action.groups
    }
