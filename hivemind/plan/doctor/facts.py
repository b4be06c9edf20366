"""What symptoms are read from: the deployment as it was observed, and what is remembered of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hivemind.model.holder import Holder
from hivemind.model.live import Colour, Live, LiveService, LiveStack, Owned
from hivemind.model.status import RunStatus
from hivemind.plan.standing import is_shell


@dataclass(frozen=True)
class Targets:
    """How many targets of a colour there are at the balancer, and how many of them are healthy."""

    healthy: int
    there: int


@dataclass(frozen=True)
class Facts:
    """One deployment. `arguments` is what a command line needs to mean it, with a space in front of each."""

    arguments: str
    services: frozenset[str]
    """The services that the spec names."""
    live: Live
    targets: Mapping[tuple[str, Colour], Targets] = field(default_factory=dict)
    holder: Holder | None = None
    last_run: RunStatus | None = None
    resumable: bool = False
    """Whether the last run was cut off and its plan is kept."""
    recorded: tuple[str, ...] = ()
    """The releases that went live, newest first."""
    claims: tuple[str, ...] = ()
    """Where the claims of migrations lie that have no result, and no builder that could still write one."""
    strays: tuple[Owned, ...] = ()
    """What carries the deployment's tag and belongs to none of its stacks."""

    @property
    def cut_off(self) -> bool:
        """Whether the last run was killed or interrupted; meaningless while a run goes on."""
        return self.last_run is not None and self.last_run.ending in ("open", "interrupted")

    @property
    def running(self) -> bool:
        """Whether somebody holds the deployment now."""
        return self.holder is not None and self.holder.alive

    @property
    def onward(self) -> str:
        """The command that goes on from what stands: by the plan that was cut off, or by a new one."""
        return self.command("resume" if self.resumable else "apply")

    def command(self, verb: str) -> str:
        """`hivemind <verb>` for this deployment."""
        return f"hivemind {verb}{self.arguments}"

    def standing(self) -> Iterator[tuple[str, LiveService, LiveStack]]:
        """The services whose stack is of use."""
        for name, service in self.live.services.items():
            stack = self.live.stacks.get(name)
            if stack is not None and not is_shell(stack):
                yield name, service, stack
