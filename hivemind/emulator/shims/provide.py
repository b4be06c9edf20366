"""A package that stands for a program of this machine: found, and put into the instance's /usr/bin.

What is on the PATH may lie (a version manager's shim exists and exits 127), so every candidate is run. A missing minor
version is refused as the package manager refuses an unknown package, unless the settings say `nearest`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from hivemind.emulator.shims.languages import Wanted
from hivemind.emulator.shims.runtimes import Found, choose, survey

INSTALL = "install it on this machine (`make runtimes` in the repository of HiveMind installs what Debian has)"
SETTING = "environments.local.emulator.runtimes: nearest"


def provide(name: str, package: Wanted) -> bool:
    """Put wrappers for a package's commands into the instance's /usr/bin; False when nothing here will do."""
    chosen = choose(package.version, _available(package), nearest=_nearest())
    if chosen is None:
        return False
    if package.version and chosen.version[: len(package.version)] != package.version:
        shown = ".".join(map(str, chosen.version))
        print(f"local cloud: {package.runtime.name} {shown} stands in for {name} (runtimes: nearest)")  # noqa: T201
    for command, line in package.runtime.commands(package.version, chosen.path).items():
        put(command, line)
    return True


def put(command: str, line: str) -> None:
    """A command of the instance's own that runs a line of shell, given its arguments."""
    wrapper = Path(os.environ["INSTANCE_ROOT"]) / "usr/bin" / command
    wrapper.parent.mkdir(parents=True, exist_ok=True)
    wrapper.write_text(f'#!/bin/sh\nexec {line} "$@"\n')
    wrapper.chmod(0o755)


def advice(missing: list[Wanted]) -> Iterator[str]:
    """What this machine has of the runtimes that are missing, a line each, and how to go on."""
    for runtime in dict.fromkeys(package.runtime for package in missing):
        versions = sorted({found.version[:2] for found in _available(Wanted(runtime, ()))})
        have = ", ".join(".".join(map(str, version)) for version in versions) or "none"
        how = f"to let the nearest version stand in, set {SETTING}" if versions else INSTALL
        yield f"local cloud: this machine has {runtime.name}: {have}; {how}"


def _available(package: Wanted) -> list[Found]:
    home, path = Path(os.environ.get("EMULATOR_HOST_HOME", "/")), os.environ.get("EMULATOR_HOST_PATH", os.defpath)
    return survey(package.runtime, package.version, path, home)


def _nearest() -> bool:
    try:
        settings = json.loads(Path(os.environ["EMULATOR_SETTINGS"]).read_text())
    except (OSError, ValueError, KeyError):
        return False
    return bool(settings.get("runtimes") == "nearest")
