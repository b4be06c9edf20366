"""A deployment's memory in a state bucket, for a team: under `<name>/<environment>/` there.

`lock` says who holds it and `stop.json` who was asked to stop; `current` names the life of the deployment, a folder
with `journal/`, `releases/` and `plans/`. A destroyed deployment begins its next life by naming another folder, so
archiving is one write that either happened or did not.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cached_property

from hivemind.errors import RefusedError
from hivemind.model.holder import Holder
from hivemind.model.release import ReleaseRecord
from hivemind.model.run import Entry
from hivemind.ports import Kept, StateBucket
from hivemind.state.shared_chain import ChainedObjects
from hivemind.state.shared_lease import LASTS, SharedLease
from hivemind.state.texts import entries_of, releases_of, stop_asker, stop_text, utc_now

FIRST = 1
OF_ANOTHER_VERSION = "Use the version that wrote it."


class SharedStore:
    """The Store of one deployment, in `folder` of a bucket; every method may raise CloudError."""

    def __init__(
        self, bucket: StateBucket, folder: str, *, lasts: float = LASTS, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._bucket = bucket
        self._folder = folder
        self._now = now
        self._lease = SharedLease(bucket, f"{folder}/lock", lasts)

    def entries(self) -> tuple[Entry, ...]:
        """The journal, oldest first. Raises RefusedError with object and line when it was altered."""
        return entries_of(self._journal.read(), f"{self._bucket.address}/{self._folder}", OF_ANOTHER_VERSION)

    def releases(self) -> tuple[ReleaseRecord, ...]:
        """The release records, newest first. Raises RefusedError as `entries` does."""
        return releases_of(self._releases.read(), f"{self._bucket.address}/{self._folder}", OF_ANOTHER_VERSION)

    def append(self, entry: Entry) -> None:
        """Add a journal entry. Raises RefusedError when the lease was lost."""
        self._lease.require()
        self._journal.append(entry.model_dump_json())

    def record(self, release: ReleaseRecord) -> None:
        """Add a release record. Raises RefusedError when the lease was lost."""
        self._lease.require()
        self._releases.append(release.model_dump_json())

    def kept_plan(self, digest: str) -> str | None:
        """The text of the plan of that digest; None when it is not kept."""
        found = self._bucket.read(self._plan(digest))
        return found.content.decode() if found else None

    def keep_plan(self, digest: str, text: str) -> None:
        """Keep a plan."""
        self._lease.require()
        self._replace(self._plan(digest), text)

    def forget_plans(self, kept: frozenset[str]) -> None:
        """Forget every plan but those of these digests."""
        for key in self._bucket.keys(f"{self._life}plans/"):
            if key.rpartition("/")[2].removesuffix(".json") not in kept:
                self._bucket.delete(key)

    def ask_to_stop(self, operation: str, who: str) -> None:
        """Ask the run of that operation to stop."""
        self._replace(f"{self._folder}/stop.json", stop_text(operation, who))

    def stop_asked(self, operation: str) -> str | None:
        """Who asked the run of that operation to stop; what was asked of another run says nothing."""
        found = self._bucket.read(f"{self._folder}/stop.json")
        return stop_asker(found.content.decode("utf-8", "replace"), operation) if found else None

    @property
    def holder(self) -> Holder | None:
        """Who holds the deployment, or died while holding it."""
        return self._lease.holder()

    def lease(self, who: str, why: str) -> AbstractContextManager[None]:
        """Hold the deployment; entering raises RefusedError naming the holder when somebody else does."""
        self._forget()
        return self._lease.held(who, why, self._now().isoformat(timespec="seconds"))

    def archive(self) -> None:
        """Begin the next life: what was remembered stays in the folder of the one before."""
        self._lease.require()
        if not self._bucket.keys(self._life):
            return
        number, present = self._generation
        self._written(f"{self._folder}/current", str(number + 1), present)
        self._forget()

    def _forget(self) -> None:
        """Look again at what others may have changed."""
        for name in ("_generation", "_journal", "_releases"):
            self.__dict__.pop(name, None)

    @cached_property
    def _generation(self) -> tuple[int, Kept | None]:
        found = self._bucket.read(f"{self._folder}/current")
        text = found.content.decode("utf-8", "replace").strip() if found else str(FIRST)
        if not text.isdigit():
            raise RefusedError(
                "this names no life of the deployment: the state was altered or damaged",
                hint="Restore the older version of the object that the bucket keeps, and run again.",
                where=f"{self._bucket.address}/{self._folder}/current",
            )
        return int(text), found

    @property
    def _life(self) -> str:
        return f"{self._folder}/{self._generation[0]:04}/"

    @cached_property
    def _journal(self) -> ChainedObjects:
        return ChainedObjects(self._bucket, f"{self._life}journal/")

    @cached_property
    def _releases(self) -> ChainedObjects:
        return ChainedObjects(self._bucket, f"{self._life}releases/")

    def _plan(self, digest: str) -> str:
        return f"{self._life}plans/{digest}.json"

    def _replace(self, key: str, text: str) -> None:
        """Write whatever is there now."""
        self._written(key, text, self._bucket.read(key))

    def _written(self, key: str, text: str, present: Kept | None) -> None:
        if self._bucket.write(key, text.encode(), present.version if present else None) is None:
            raise RefusedError(
                "somebody else has written this meanwhile",
                hint="Run again.",
                where=f"{self._bucket.address}/{key}",
            )
