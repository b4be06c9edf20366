"""A file that somebody asked to have written."""

from __future__ import annotations

from pathlib import Path

from hivemind.errors import UsageError


def write(path: Path, text: str, what: str, hint: str) -> None:
    """Write it; raises UsageError that says what cannot be written, with the hint, where it cannot."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{what} cannot be written: {error.strerror}", where=str(path), hint=hint) from error
