"""The lock beside a spec, replaced whole or not at all."""

from __future__ import annotations

from pathlib import Path

from hivemind.errors import UsageError


def write(path: Path, text: str) -> bool:
    """Make the file hold the text; whether it did not already. Raises UsageError where it may not be written."""
    if path.exists() and path.read_text(encoding="utf-8", errors="replace") == text:
        return False
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise UsageError(
            f"it cannot be written: {error.strerror}", where=str(path), hint="Make it writable, or use --no-lock."
        ) from error
    return True
