"""What plans came to, kept on this machine under what they were made of: one file to a spec and environment."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


class KeptOutlooks:
    """The Outlooks port; what cannot be read or written counts as not kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str) -> str | None:
        """The text kept under a name."""
        try:
            return self._file(name).read_text()
        except (OSError, UnicodeDecodeError):
            return None

    def write(self, name: str, text: str) -> None:
        """Keep a text, whole or not at all."""
        file = self._file(name)
        partial = file.with_suffix(f".{os.getpid()}")
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            partial.write_text(text)
            partial.replace(file)
        except OSError:
            return

    def _file(self, name: str) -> Path:
        return self._folder / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.json"
