"""Everything a handler may reach for: the plan being applied, who applies it, and the ports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from hivemind.model import names
from hivemind.model.plan import Plan
from hivemind.ports import Bundles, Clock, Cloud, Probe, Store

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Acting:
    """One run of one plan. `operation` is this run's own id: a run again has another. `since` is the step's begin."""

    plan: Plan
    operation: str
    who: str
    cloud: Cloud
    store: Store
    bundles: Bundles
    probe: Probe
    clock: Clock
    since: datetime = LONG_AGO

    @property
    def foundation(self) -> str:
        """The name of the environment's foundation stack."""
        return names.foundation_stack(*self._name_and_env)

    @property
    def prefix(self) -> str:
        """Where the deployment's objects live in the artifact bucket."""
        return names.artifact_prefix(*self._name_and_env)

    def token(self, *words: str) -> str:
        """A token for one act of this run, fit to name a change set; the same words give the same token."""
        return "-".join(("hm", self.operation, *words))

    @property
    def _name_and_env(self) -> tuple[str, str]:
        name, _, env = self.plan.deployment.partition(":")
        return name, env
