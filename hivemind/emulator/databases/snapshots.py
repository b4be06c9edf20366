"""The files of snapshots: a whole data folder each."""

from __future__ import annotations

import shutil
from pathlib import Path

from hivemind.emulator.databases.server import copy_folder


class SnapshotFiles:
    """One folder per snapshot, by its name; what is there is whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str) -> Path:
        """Where a snapshot's files are, or will be."""
        return self._folder / name.lower()

    def copy(self, source: str, target: str) -> None:
        """Copy a snapshot's files."""
        copy_folder(self.path(source), self.path(target))

    def discard(self, name: str) -> None:
        """Throw a snapshot's files away."""
        shutil.rmtree(self.path(name), ignore_errors=True)
