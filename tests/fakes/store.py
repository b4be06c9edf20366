"""A deployment's memory in a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hivemind.errors import RefusedError
from hivemind.model.holder import Holder
from hivemind.model.release import ReleaseRecord
from hivemind.model.run import Entry


class FakeStore:
    """`before_append` and `after_append` see every entry: a test kills a run by raising there."""

    def __init__(self) -> None:
        self.journal: list[Entry] = []
        self.records: list[ReleaseRecord] = []
        self.plans: dict[str, str] = {}
        self.holder: Holder | None = None
        self.stop: tuple[str, str] | None = None
        self.archived: list[tuple[Entry, ...]] = []
        self.before_append: Callable[[Entry], None] = lambda entry: None
        self.after_append: Callable[[Entry], None] = lambda entry: None

    def entries(self) -> tuple[Entry, ...]:
        return tuple(self.journal)

    def releases(self) -> tuple[ReleaseRecord, ...]:
        return tuple(reversed(self.records))

    def append(self, entry: Entry) -> None:
        self.before_append(entry)
        self.journal.append(entry)
        self.after_append(entry)

    def record(self, release: ReleaseRecord) -> None:
        self.records.append(release)

    def kept_plan(self, digest: str) -> str | None:
        return self.plans.get(digest)

    def keep_plan(self, digest: str, text: str) -> None:
        self.plans[digest] = text

    def forget_plans(self, kept: frozenset[str]) -> None:
        self.plans = {digest: text for digest, text in self.plans.items() if digest in kept}

    def ask_to_stop(self, operation: str, who: str) -> None:
        self.stop = (operation, who)

    def stop_asked(self, operation: str) -> str | None:
        return self.stop[1] if self.stop and self.stop[0] == operation else None

    @contextmanager
    def lease(self, who: str, why: str) -> Iterator[None]:
        if self.holder is not None and self.holder.alive:
            raise RefusedError(
                f"{self.holder.who} holds this deployment ({self.holder.why})", hint="Wait until that run has ended."
            )
        self.holder = Holder(who=who, why=why, since="2026-03-01T12:00:00+00:00", process="1", alive=True)
        try:
            yield
        finally:
            self.holder = None

    def archive(self) -> None:
        self.archived.append(tuple(self.journal))
        self.journal.clear()
        self.records.clear()
        self.plans.clear()
