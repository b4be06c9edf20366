"""A release: the application's files under one digest, and what the record keeps of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from hivemind.model.record import Record

KEPT = 10
"""How many releases stay one command away: their plans, bundles and built trees are kept."""


class Release(Record):
    """A source bundle by its digest (sha256, 64 hex digits). The bytes stay with the workspace."""

    digest: str
    files: int
    size: int
    commit: str | None = None
    uncommitted: tuple[str, ...] = ()
    """Files that the bundle holds and the commit does not, so that a plan can name them."""
    migrates: tuple[str, ...] = ()
    """The services whose release runs a migration."""


class ReleaseRecord(Record):
    """What is remembered of a release that was deployed; times are ISO 8601 UTC."""

    digest: str
    commit: str | None
    deployment: str
    template_hashes: Mapping[str, str]
    colours: Mapping[str, str]
    migrated: bool
    """Whether its migration was begun; a release gone back to runs none."""
    one_way: bool = False
    """Whether what it migrated keeps earlier releases from working, by the spec's word."""
    who: str
    when: str
    verdict: Literal["live", "failed"]
    plan: str


def kept(records: Iterable[ReleaseRecord]) -> tuple[ReleaseRecord, ...]:
    """Of records that come newest first, those down to the last of the newest releases that went live."""
    found: list[ReleaseRecord] = []
    live = 0
    for record in records:
        if live == KEPT:
            break
        found.append(record)
        live += record.verdict == "live"
    return tuple(found)
