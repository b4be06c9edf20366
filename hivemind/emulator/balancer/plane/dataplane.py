"""Everything that runs, made equal to a configuration in one go."""

from __future__ import annotations

from collections.abc import Callable

from hivemind.emulator.balancer.config import BalancerConfig, Forward, Listener
from hivemind.emulator.balancer.plane.door import Door
from hivemind.emulator.balancer.plane.frontend import Frontend
from hivemind.emulator.balancer.plane.tally import Tally
from hivemind.emulator.balancer.plane.target import LiveGroup
from hivemind.emulator.balancer.report import Health, Report


class DataPlane:
    """All listeners and target groups; `told` is called when there is something to report."""

    def __init__(self, told: Callable[[], None]) -> None:
        self._told = told
        self._generation = 0
        self._tally = Tally()
        self._frontends: dict[str, Frontend] = {}
        self._doors: dict[int, Door] = {}
        self._groups: dict[str, LiveGroup] = {}
        self._unbound: tuple[int, ...] = ()

    def apply(self, generation: int, config: BalancerConfig) -> None:
        """Make everything so. The new rules and targets hold for every request that is routed from now on."""
        used = _used(config)
        wanted = {group.arn: group for group in config.groups}
        for arn in [arn for arn in self._groups if arn not in wanted]:
            self._groups.pop(arn).retire()
        for arn, group in wanted.items():
            if arn not in self._groups:
                self._groups[arn] = LiveGroup(arn, self._health_changed)
            self._groups[arn].configure(group, arn in used)
        self._listen({listener.arn: listener for listener in config.listeners})
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
        for door in self._doors.values():
            door.expire(now)
        for group in self._groups.values():
            group.expire_idle(now)

    def _listen(self, wanted: dict[str, Listener]) -> None:
        """Close what is not wanted or has moved, configure what stays, open what is new."""
        for arn, frontend in tuple(self._frontends.items()):
            listener = wanted.get(arn)
            if listener is None or (listener.port, listener.scheme) != (frontend.port, frontend.scheme):
                self._frontends.pop(arn).close()
            elif listener != frontend.config:
                frontend.configure(listener)
        for arn, listener in wanted.items():
            if arn not in self._frontends:
                self._frontends[arn] = Frontend(listener, self._tally, self._groups.get)
        self._open_doors()

    def _open_doors(self) -> None:
        """A door for every port; a port that somebody else has is told of, and tried again next time."""
        ports = {frontend.port for frontend in self._frontends.values()}
        for port in self._doors.keys() - ports:
            self._doors.pop(port).close()
        unbound = []
        for port in ports:
            door = self._doors.get(port) or Door(port)
            here = [one for one in self._frontends.values() if one.port == port]
            door.plain = next((one for one in here if one.scheme == "http"), None)
            door.secure = next((one for one in here if one.scheme == "https"), None)
            if port not in self._doors:
                try:
                    door.open()
                except OSError:
                    unbound.append(port)
                else:
                    self._doors[port] = door
        self._unbound = tuple(sorted(unbound))

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
