"""Which program of this machine stands for a runtime: every candidate is run, since what is there may lie."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hivemind.emulator.shims.languages import Runtime, Version

MANAGERS = (
    ".pyenv/versions/*/bin", ".nvm/versions/node/*/bin", ".rbenv/versions/*/bin", ".asdf/installs/*/*/bin",
    ".local/share/mise/installs/*/*/bin", ".local/share/uv/python/*/bin", ".volta/bin", ".goenv/versions/*/bin",
    ".rustup/toolchains/*/bin", ".sdkman/candidates/java/*/bin", ".dotnet",
)  # fmt: skip
"""Where version managers keep what their shims stand for, under the home folder."""

ELSEWHERE = ("usr/lib/jvm/*/bin", "usr/lib/go-*/bin", "usr/local/go/bin")
"""Where further versions lie that are not on the PATH."""
SHIMS = ("shims", ".cargo/bin")
"""How folders end that hold a version manager's stand-ins."""

ASK_PYTHON = (
    "import sys, ensurepip, venv; print('Python', '.'.join(map(str, sys.version_info[:3])));"
    "print(getattr(sys, '_base_executable', sys.executable))"
)
"""A Python without ensurepip cannot make the environment that a build needs."""


@dataclass(frozen=True)
class Found:
    """A program that runs: its version and the file that it really is."""

    version: Version
    path: Path


def candidates(runtime: Runtime, version: Version, path: str, home: Path) -> Iterator[Path]:
    """Programs that might be the runtime, likeliest first: exactly named ones, and version managers' shims last."""
    names = [name.format(v=".".join(map(str, version))) for name in runtime.programs if version or "{v}" not in name]
    folders = [Path(folder) for folder in path.split(os.pathsep) if folder]
    for pattern in MANAGERS:
        folders += sorted(home.glob(pattern), reverse=True)
    for pattern in ELSEWHERE:
        folders += sorted(Path("/").glob(pattern), reverse=True)
    ordered = dict.fromkeys(sorted(folders, key=lambda folder: str(folder).endswith(SHIMS)))
    for name in names:
        for folder in ordered:
            if os.access(folder / name, os.X_OK) and (folder / name).is_file():
                yield folder / name


def survey(runtime: Runtime, version: Version, path: str, home: Path) -> list[Found]:
    """What this machine really has, up to the first that is the wanted version; one program per folder."""
    found: list[Found] = []
    settled: set[Path] = set()
    for candidate in candidates(runtime, version, path, home):
        real = None if candidate.parent in settled else probe(runtime, candidate)
        if real is not None:
            settled.add(candidate.parent)
            found.append(real)
            if version and real.version[: len(version)] == version:
                break
    return found


def probe(runtime: Runtime, candidate: Path) -> Found | None:
    """Run a candidate and ask its version; None when it does not answer as the runtime does."""
    asks = ("-I", "-c", ASK_PYTHON) if runtime.name == "python" else runtime.asks
    try:
        done = subprocess.run(
            [candidate, *asks], capture_output=True, text=True, timeout=10, stdin=subprocess.DEVNULL, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    text = done.stdout or done.stderr
    number = re.search(runtime.tells, text)
    if done.returncode != 0 or number is None:
        return None
    real = Path(text.splitlines()[-1]) if runtime.name == "python" else candidate.resolve()
    return Found(tuple(int(part) for part in number.groups() if part), real)


def choose(version: Version, found: Iterable[Found], *, nearest: bool) -> Found | None:
    """The first of the wanted version; with `nearest` the closest of the same major, the newer of two as close."""
    choices = list(found)
    for choice in choices:
        if choice.version[: len(version)] == version:
            return choice
    if not nearest:
        return None
    alike = [choice for choice in choices if len(version) < 2 or choice.version[0] == version[0]]
    return min(alike, key=lambda choice: _distance(version, choice.version), default=None)


def _distance(wanted: Version, have: Version) -> tuple[int, int]:
    """How far a version is away in its last wanted part, and the newer first."""
    part = len(wanted) - 1
    return abs(have[part] - wanted[part]), -have[part]
