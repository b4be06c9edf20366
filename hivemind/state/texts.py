"""What a store writes down, as texts and back; where they are kept is the store's own affair."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from pydantic import TypeAdapter, ValidationError

from hivemind.errors import RefusedError
from hivemind.model.release import ReleaseRecord
from hivemind.model.run import Entry

_ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)


def entries_of(texts: tuple[str, ...], where: str, hint: str) -> tuple[Entry, ...]:
    """A journal, oldest first. Raises RefusedError with place and hint when another version wrote it."""
    with _of_this_version(where, hint):
        return tuple(_ENTRY.validate_json(text) for text in texts)


def releases_of(texts: tuple[str, ...], where: str, hint: str) -> tuple[ReleaseRecord, ...]:
    """Release records, newest first, of texts that come oldest first. Raises RefusedError as `entries_of` does."""
    with _of_this_version(where, hint):
        return tuple(ReleaseRecord.model_validate_json(text) for text in reversed(texts))


def stop_text(operation: str, who: str) -> str:
    """The word that asks the run of an operation to stop."""
    return json.dumps({"operation": operation, "who": who})


def stop_asker(text: str, operation: str) -> str | None:
    """Who asked the run of that operation to stop; a word to another run, or none that is one, says nothing."""
    try:
        asked = json.loads(text)
    except ValueError:
        return None
    meant = isinstance(asked, dict) and asked.get("operation") == operation
    return str(asked.get("who")) if meant else None


def utc_now() -> datetime:
    """Now; the time that a lease and an archive carry."""
    return datetime.fromtimestamp(time.time(), UTC)


@contextmanager
def _of_this_version(where: str, hint: str) -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        raise RefusedError("this state was written by another version of HiveMind", hint=hint, where=where) from error
