"""The ports through which one environment is reached, handed together to the agents."""

from __future__ import annotations

from dataclasses import dataclass

from hivemind.ports import Clock, Cloud, Observatory, Probe, Store


@dataclass(frozen=True)
class Hive:
    """One deployment's way to the world; `who` is the person acting, for journal and lease."""

    deployment: str
    observatory: Observatory
    cloud: Cloud
    store: Store
    probe: Probe
    clock: Clock
    who: str
