"""A release: the application's files under one digest, and what the record keeps of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from hivemind.model.record import Record


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
    who: str
    when: str
    verdict: Literal["live", "failed"]
    plan: str
