"""Who holds a deployment, by what the lock says; the lock of a dead run still says it and holds nobody off."""

from __future__ import annotations

from hivemind.model.record import Record


class Holder(Record):
    """`since` is ISO 8601 UTC; `alive` is whether the lock is really held."""

    who: str
    why: str
    since: str
    process: str
    alive: bool
