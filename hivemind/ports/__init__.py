"""The doors to the outside world, narrow on purpose: planning is handed the readers, applying the actors.

Every method may raise `CloudError` with the cloud's own words. Absence is a value (`None`, an empty tuple), not an
error. No method sleeps; what takes long is asked again.
"""

from __future__ import annotations

from hivemind.ports.cloud import (
    Answered,
    Cloud,
    Groups,
    InstanceReader,
    Instances,
    Inventory,
    ObjectReader,
    Objects,
    Observatory,
    StackReader,
    Stacks,
    Submitted,
    Telemetry,
    Traffic,
    TrafficReader,
)
from hivemind.ports.forge import Forge, ForgeReader
from hivemind.ports.machine import Answer, Bundles, Clock, Outlooks, Probe
from hivemind.ports.memory import Kept, StateBucket, Store, StoreReader

__all__ = [
    "Answer",
    "Answered",
    "Bundles",
    "Clock",
    "Cloud",
    "Forge",
    "ForgeReader",
    "Groups",
    "InstanceReader",
    "Instances",
    "Inventory",
    "Kept",
    "ObjectReader",
    "Objects",
    "Observatory",
    "Outlooks",
    "Probe",
    "StackReader",
    "Stacks",
    "StateBucket",
    "Store",
    "StoreReader",
    "Submitted",
    "Telemetry",
    "Traffic",
    "TrafficReader",
]
