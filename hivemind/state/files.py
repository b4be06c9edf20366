"""A deployment's memory as files: `journal.jsonl`, `releases.jsonl`, `plans/<digest>.json`, `lock`,
`stop.json`, and the archive."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from hivemind.model.holder import Holder
from hivemind.model.release import ReleaseRecord
from hivemind.model.run import Entry
from hivemind.state.chain import ChainedLines, explained, private_folder, replace_file
from hivemind.state.lease import held, holder
from hivemind.state.texts import entries_of, releases_of, stop_asker, stop_text, utc_now


class FileStore:
    """The Store of one deployment in a folder of its own; folders are 0700, files 0600."""

    def __init__(self, root: Path, now: Callable[[], datetime] = utc_now) -> None:
        self._root = root
        self._now = now
        self._journal = ChainedLines(root / "journal.jsonl")
        self._releases = ChainedLines(root / "releases.jsonl")
        self._plans = root / "plans"
        self._lock = root / "lock"
        self._stop = root / "stop.json"

    def entries(self) -> tuple[Entry, ...]:
        """The journal, oldest first. Raises RefusedError with file and line when it was altered."""
        return entries_of(self._journal.read(), *_elsewise(self._journal.path))

    def releases(self) -> tuple[ReleaseRecord, ...]:
        """The release records, newest first. Raises RefusedError as `entries` does."""
        return releases_of(self._releases.read(), *_elsewise(self._releases.path))

    def torn(self) -> tuple[str, ...]:
        """`file:line` of each last line that a crash cut off and that is therefore left out."""
        return tuple(place for file in (self._journal, self._releases) if (place := file.torn()))

    def append(self, entry: Entry) -> None:
        """Add a journal entry; on disk when this returns."""
        self._journal.append(entry.model_dump_json())

    def record(self, release: ReleaseRecord) -> None:
        """Add a release record; on disk when this returns."""
        self._releases.append(release.model_dump_json())

    def kept_plan(self, digest: str) -> str | None:
        """The text of the plan of that digest; None when it is not kept."""
        path = self._plan(digest)
        with explained(path):
            return path.read_text(encoding="utf-8") if path.exists() else None

    def keep_plan(self, digest: str, text: str) -> None:
        """Keep a plan; on disk when this returns."""
        path = self._plan(digest)
        with explained(path):
            private_folder(path.parent)
            replace_file(path, text)

    def forget_plans(self, kept: frozenset[str]) -> None:
        """Forget every plan but those of these digests."""
        with explained(self._plans):
            for path in self._plans.glob("*.json"):
                if path.stem not in kept:
                    path.unlink()

    def ask_to_stop(self, operation: str, who: str) -> None:
        """Ask the run of that operation to stop; on disk when this returns."""
        with explained(self._stop):
            private_folder(self._stop.parent)
            replace_file(self._stop, stop_text(operation, who))

    def stop_asked(self, operation: str) -> str | None:
        """Who asked the run of that operation to stop; what was asked of another run says nothing."""
        with explained(self._stop):
            if not self._stop.exists():
                return None
            text = self._stop.read_text(encoding="utf-8", errors="replace")
        return stop_asker(text, operation)

    @property
    def holder(self) -> Holder | None:
        """Who holds the deployment, or died while holding it."""
        return holder(self._lock)

    def lease(self, who: str, why: str) -> AbstractContextManager[None]:
        """Hold the deployment; entering raises RefusedError naming the holder when somebody else does."""
        return held(self._lock, who, why, self._now().isoformat(timespec="seconds"))

    def archive(self) -> None:
        """Move journal, records and plans into `archive/<time>/`."""
        files = (self._journal.path, self._releases.path, self._plans, self._stop)
        present = [path for path in files if path.exists()]
        if not present:
            return
        with explained(self._root):
            aside = self._root / "archive" / self._now().strftime("%Y%m%dT%H%M%S.%fZ")
            private_folder(aside)
            for path in present:
                path.rename(aside / path.name)

    def _plan(self, digest: str) -> Path:
        return self._plans / f"{digest}.json"


def _elsewise(path: Path) -> tuple[str, str]:
    """Where it is, and what to do, when another version wrote it."""
    return str(
        path
    ), f"Use the version that wrote it, or put {path} aside: HiveMind then starts from what the cloud shows."
