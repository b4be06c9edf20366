"""The doors to what is remembered of a deployment."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from hivemind.model.holder import Holder
from hivemind.model.release import ReleaseRecord
from hivemind.model.run import Entry


class StoreReader(Protocol):
    """What one deployment remembers, looking only."""

    def entries(self) -> tuple[Entry, ...]:
        """The journal, oldest first; its integrity is verified on load."""

    def releases(self) -> tuple[ReleaseRecord, ...]:
        """The release records, newest first."""

    def kept_plan(self, digest: str) -> str | None:
        """The text of the sealed plan of that digest; None when it is not kept."""

    def stop_asked(self, operation: str) -> str | None:
        """Who asked the run of that operation to stop; None when nobody did."""

    @property
    def holder(self) -> Holder | None:
        """Who holds the deployment, or died while holding it; None when the last holder let go of it."""


class Store(StoreReader, Protocol):
    """What one deployment remembers, writing."""

    def append(self, entry: Entry) -> None:
        """Add a journal entry; on disk when this returns."""

    def record(self, release: ReleaseRecord) -> None:
        """Add a release record."""

    def keep_plan(self, digest: str, text: str) -> None:
        """Keep a sealed plan, so that its run can go on and its release can be gone back to; on disk after."""

    def forget_plans(self, kept: frozenset[str]) -> None:
        """Forget every plan but those of these digests."""

    def ask_to_stop(self, operation: str, who: str) -> None:
        """Ask the run of that operation to stop; it alone heeds it, and nobody need hold the deployment to ask."""

    def lease(self, who: str, why: str) -> AbstractContextManager[None]:
        """Hold the deployment; raises RefusedError naming the holder when somebody else does."""

    def archive(self) -> None:
        """Put the journal and records of a destroyed deployment aside, so that the next create starts clean."""


@dataclass(frozen=True)
class Kept:
    """An object of the state bucket; `age` are the seconds since it was written, by the bucket's own clock."""

    content: bytes
    version: str
    age: float


class StateBucket(Protocol):
    """Where a team shares its state: every write names the version that it replaces, so two never both win."""

    @property
    def address(self) -> str:
        """`s3://bucket/prefix`, without a slash at its end."""

    def read(self, key: str) -> Kept | None:
        """The object; None when there is none."""

    def write(self, key: str, content: bytes, replaces: str | None) -> str | None:
        """Write if the object has that version (None: there is none); its new version, or None: another was first."""

    def keys(self, folder: str) -> tuple[str, ...]:
        """The keys of every object in a folder (it ends in a slash), sorted."""

    def delete(self, key: str) -> None:
        """Delete an object; no error when it is not there. Older versions stay for as long as the bucket keeps them."""
