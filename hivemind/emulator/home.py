"""Where the local cloud keeps things: `$HIVEMIND_HOME/emulator` and the files in it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Runtimes = Literal["exact", "nearest"]


@dataclass(frozen=True)
class Home:
    """The paths of one local cloud; nothing is created by asking for a path."""

    state: Path

    @classmethod
    def under(cls, home: Path) -> Home:
        """The local cloud of `$HIVEMIND_HOME`."""
        return cls(home.expanduser().absolute() / "emulator")

    @property
    def lock(self) -> Path:
        """Held by the daemon for its whole life, so that holding it proves life."""
        return self.state / "daemon.lock"

    @property
    def starting(self) -> Path:
        """Held by whoever starts or stops the daemon."""
        return self.state / "start.lock"

    @property
    def card(self) -> Path:
        """What a ready daemon says of itself: pid, endpoint, runtimes, started_by."""
        return self.state / "daemon.json"

    @property
    def settings(self) -> Path:
        """What outlives the daemon: port, runtimes."""
        return self.state / "settings.json"

    @property
    def summary(self) -> Path:
        """How much the cloud holds, for when it does not run."""
        return self.state / "summary.json"

    @property
    def log(self) -> Path:
        """The daemon's own log."""
        return self.state / "daemon.log"

    @property
    def memory(self) -> Path:
        """The saved state of every service."""
        return self.state / "state.pickle"

    @property
    def metrics(self) -> Path:
        """What was measured, of every region."""
        return self.state / "metrics.pickle"

    @property
    def objects(self) -> Path:
        """The bodies of S3 objects, each file called by its sha256."""
        return self.state / "objects"

    @property
    def processes(self) -> Path:
        """The ledger of child processes, one file each."""
        return self.state / "processes"

    @property
    def instances(self) -> Path:
        """A folder per EC2 instance."""
        return self.state / "instances"

    @property
    def databases(self) -> Path:
        """A folder per RDS instance and snapshot."""
        return self.state / "databases"

    @property
    def shims(self) -> Path:
        """The commands that instances find on their PATH."""
        return self.state / "shims"

    @property
    def cache(self) -> Path:
        """Download caches that instances share."""
        return self.state / "cache"


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file; empty when the file is missing or torn."""
    try:
        value = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Replace a JSON file atomically; only the owner may read it."""
    write_bytes(path, json.dumps(value).encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Replace a file atomically, or leave it as it was; only the owner may read it."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        temporary.replace(path)
    except OSError:
        temporary.unlink()
        raise
