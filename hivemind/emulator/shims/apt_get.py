"""`apt-get install`, as Debian and Ubuntu have it; see `provide` for what stands for a runtime.

An image comes without package lists, so nothing is found before `update`; and nobody is there to say yes.
https://manpages.debian.org/trixie/apt/apt-get.8.en.html
"""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from hivemind.emulator.shims.apt_packages import COMMANDS, NOTHING_TO_DO, recognise
from hivemind.emulator.shims.languages import Wanted
from hivemind.emulator.shims.provide import advice, provide, put

HARMLESS = ("upgrade", "dist-upgrade", "clean", "autoclean", "autoremove", "check")
WITH_VALUE = ("-o", "--option", "-t", "--target-release", "-c", "--config-file")
ERROR = 100


def main(arguments: list[str]) -> int:
    """`apt-get [options] update` and `install PACKAGE...`; other verbs that change nothing here succeed."""
    options, words = _parted(arguments)
    verb = words[0] if words else ""
    if verb == "update":
        _lists().mkdir(parents=True, exist_ok=True)
        return 0
    if verb in HARMLESS:
        return 0
    if verb != "install":
        return _say([f"E: Invalid operation {verb}"], ERROR)
    if not any(option in ("--yes", "--assume-yes") or _is_yes(option) for option in options):
        return _say(["Do you want to continue? [Y/n] Abort."], 1)
    return _install(words[1:])


def _install(names: list[str]) -> int:
    system = os.environ["EMULATOR_SYSTEM"]
    listed = _lists().exists()
    wanted = {name: recognise(name, system) for name in names}
    brought = {name: COMMANDS[system].get(name) for name in names}
    unknown = [n for n in names if not listed or not (wanted[n] or brought[n] or n in NOTHING_TO_DO)]
    if unknown:
        return _refuse(unknown, [])
    missing = [name for name, package in wanted.items() if package and not provide(name, package)]
    if missing:
        return _refuse(missing, [package for name in missing if (package := wanted[name])])
    for command in filter(None, brought.values()):
        put(command, shlex.quote(f"{os.environ['EMULATOR_SHIMS']}/packaged/{command}"))
    return 0


def _refuse(names: list[str], packages: list[Wanted]) -> int:
    return _say([*(f"E: Unable to locate package {name}" for name in names), *advice(packages)], ERROR)


def _parted(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Options and words; some options take the next word."""
    options: list[str] = []
    words: list[str] = []
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        (options if word.startswith("-") else words).append(word)
        if word in WITH_VALUE and rest:
            rest.pop(0)
    return options, words


def _is_yes(option: str) -> bool:
    """`-y`, also among other letters, and `-qq`, which implies it."""
    letters = "" if option.startswith("--") or "=" in option else option[1:]
    return "y" in letters or letters.count("q") > 1


def _lists() -> Path:
    return Path(os.environ["INSTANCE_ROOT"]) / "var/lib/apt/lists"


def _say(lines: list[str], code: int) -> int:
    print("\n".join(lines), file=sys.stderr)  # noqa: T201
    return code
