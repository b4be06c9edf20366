"""One small file per family of resource types, and this: the list of every type whose drift can be detected."""

from __future__ import annotations

from collections.abc import Mapping

from hivemind.emulator.cloudformation.drift.readers import (
    balancing,
    databases,
    identity,
    machines,
    network,
    observability,
    storage,
)
from hivemind.emulator.cloudformation.drift.readers.reader import Reader, Siblings, Subject

__all__ = ["READERS", "Reader", "Siblings", "Subject"]

_ALL: tuple[Reader, ...] = (
    *network.READERS,
    *balancing.READERS,
    *machines.READERS,
    *databases.READERS,
    *identity.READERS,
    *observability.READERS,
    *storage.READERS,
)

READERS: Mapping[str, Reader] = {reader.type: reader for reader in _ALL}
"""Every type that can be read; any other is NOT_CHECKED, as on AWS a type without support for drift detection."""
