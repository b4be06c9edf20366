"""`dnf install`, as Amazon Linux has it; see `provide` for what stands for a runtime."""

from __future__ import annotations

import sys

from hivemind.emulator.shims.languages import Wanted
from hivemind.emulator.shims.packages import NOTHING_TO_DO, recognise
from hivemind.emulator.shims.provide import advice, provide

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
    missing = [name for name, package in wanted.items() if package and not provide(name, package)]
    if unknown or missing:
        return _refuse(unknown + missing, [package for name in missing if (package := wanted[name])])
    print("Complete!")  # noqa: T201
    return 0


def _refuse(names: list[str], packages: list[Wanted]) -> int:
    lines = [f"No match for argument: {name}" for name in names]
    lines += [f"Error: Unable to find a match: {' '.join(names)}", *advice(packages)]
    print("\n".join(lines), file=sys.stderr)  # noqa: T201
    return 1
