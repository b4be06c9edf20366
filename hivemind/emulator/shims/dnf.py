"""`dnf install`: a runtime package is satisfied by a program of this machine that really is that version.

What is on the PATH may lie (a version manager's shim exists and exits 127), so every candidate is run. A missing minor
version is refused as dnf refuses an unknown package, unless the settings say `nearest`.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from hivemind.emulator.shims.packages import NOTHING_TO_DO, Wanted, recognise
from hivemind.emulator.shims.runtimes import Found, choose, survey

SETTING = "environments.local.emulator.runtimes: nearest"
HARMLESS = ("update", "upgrade", "makecache", "clean", "check-update", "config-manager", "module")


def main(arguments: list[str]) -> int:
    """`dnf [options] install PACKAGE...`; other verbs that change nothing here succeed."""
    words = [word for word in arguments if not word.startswith("-")]
    if not words or words[0] in HARMLESS:
        print("Nothing to do.")  # noqa: T201
        return 0
    if words[0] not in ("install", "reinstall"):
        print(f"No such command: {words[0]}.", file=sys.stderr)  # noqa: T201
        return 1
    wanted = {name: recognise(name) for name in words[1:]}
    unknown = [name for name, package in wanted.items() if package is None and name not in NOTHING_TO_DO]
    missing = [name for name, package in wanted.items() if package and not _provide(name, package)]
    if unknown or missing:
        return _refuse(unknown + missing, [package for name in missing if (package := wanted[name])])
    print("Complete!")  # noqa: T201
    return 0


def _provide(name: str, package: Wanted) -> bool:
    """Put wrappers for a package's commands into the instance's /usr/bin; False when nothing here will do."""
    found = _available(package)
    chosen = choose(package.version, found, nearest=_nearest())
    if chosen is None:
        return False
    if package.version and chosen.version[: len(package.version)] != package.version:
        shown = ".".join(map(str, chosen.version))
        print(f"local cloud: {package.runtime.name} {shown} stands in for {name} (runtimes: nearest)")  # noqa: T201
    folder = Path(os.environ["INSTANCE_ROOT"]) / "usr/bin"
    folder.mkdir(parents=True, exist_ok=True)
    for command, line in package.runtime.commands(package.version, chosen.path).items():
        wrapper = folder / command
        wrapper.write_text(f'#!/bin/sh\nexec {line} "$@"\n')
        wrapper.chmod(0o755)
    return True


def _available(package: Wanted) -> list[Found]:
    home, path = Path(os.environ.get("EMULATOR_HOST_HOME", "/")), os.environ.get("EMULATOR_HOST_PATH", os.defpath)
    return survey(package.runtime, package.version, path, home)


def _nearest() -> bool:
    try:
        settings = json.loads(Path(os.environ["EMULATOR_SETTINGS"]).read_text())
    except (OSError, ValueError, KeyError):
        return False
    return bool(settings.get("runtimes") == "nearest")


def _refuse(names: list[str], packages: list[Wanted]) -> int:
    for name in names:
        print(f"No match for argument: {name}", file=sys.stderr)  # noqa: T201
    print(f"Error: Unable to find a match: {' '.join(names)}", file=sys.stderr)  # noqa: T201
    for runtime in dict.fromkeys(package.runtime for package in packages):
        versions = sorted({found.version[:2] for found in _available(Wanted(runtime, ()))})
        have = ", ".join(".".join(map(str, version)) for version in versions) or "none"
        print(  # noqa: T201
            f"local cloud: this machine has {runtime.name}: {have}; to let the nearest version stand in, set {SETTING}",
            file=sys.stderr,
        )
    return 1
