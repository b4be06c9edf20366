"""Puts the shims into a folder for instances' PATH: a line of shell each, around a module of this package."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from hivemind.emulator.instances.environment import SYSTEM_PATH

PROGRAMS = {
    "amazon-cloudwatch-agent-ctl": "cloudwatch_agent",
    "shutdown": "shutdown",
    "systemctl": "systemctl",
    "unit-supervisor": "supervisor",
}
"""What every machine has, and the module of this package that stands for it."""

OF_SYSTEM = {
    "al2023": {"aws": "aws", "cfn-signal": "cfn_signal", "dnf": "dnf", "yum": "dnf"},
    "debian": {"apt-get": "apt_get"},
    "ubuntu": {"apt-get": "apt_get", "snap": "snap"},
}
"""What a machine has by its image, in a folder of that name."""

PACKAGED = {"aws": "aws"}
"""What a package may bring, in the folder `packaged`."""

TOLERATED = (
    "chgrp", "chown", "groupadd", "hostnamectl", "loginctl", "restorecon", "setcap", "setenforce", "sysctl",
    "timedatectl", "useradd", "usermod",
)  # fmt: skip
"""Commands about users, owners and the kernel: an instance has one user here, so they do nothing and succeed."""
AS_ANOTHER_USER = """\
while [ $# -gt 0 ]; do
  case "$1" in --) shift; break;; -u|-g) shift 2;; -*) shift;; *) break;; esac
done
exec "$@\""""
"""There is one user only, so the command simply runs; options end at the first word that is none, or at `--`."""

SCRIPTS = {
    "poweroff": "exec shutdown -h now",
    "halt": "exec shutdown -h now",
    "reboot": "exec shutdown -r now",
    "runuser": AS_ANOTHER_USER,
    "sudo": AS_ANOTHER_USER,
}


def install_shims(folder: Path) -> None:
    """Write every shim, executable; what is there is replaced."""
    programs = PROGRAMS if shutil.which("curl") else {**PROGRAMS, "curl": "curl"}
    scripts = _programs(programs) | dict.fromkeys(TOLERATED, "exit 0") | SCRIPTS
    _write(folder, scripts | {"python3": f'exec {shlex.quote(sys.executable)} "$@"'})
    _write(folder / "packaged", _programs(PACKAGED))
    for system, has in OF_SYSTEM.items():
        others = {name for programs in OF_SYSTEM.values() for name in programs} - has.keys()
        _write(folder / system, _programs(has) | _hidden(others))


def _hidden(names: Iterable[str]) -> dict[str, str]:
    """Programs of this machine that an image does not have, put out of sight."""
    absent = "echo '{0}: command not found' >&2; exit 127"
    path = os.pathsep.join(SYSTEM_PATH)
    return {name: absent.format(name) for name in names if shutil.which(name, path=path)}


def _programs(programs: Mapping[str, str]) -> dict[str, str]:
    root = Path(__file__).parents[3]
    return {name: _python(module, root) for name, module in programs.items()}


def _write(folder: Path, scripts: Mapping[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, script in scripts.items():
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)


def _python(module: str, root: Path) -> str:
    """Start fast and alone: no site packages, no PYTHON* variables, nothing from the current folder."""
    code = (
        f"import sys; sys.path.append({str(root)!r}); "
        f"from hivemind.emulator.shims.{module} import main; sys.exit(main(sys.argv[1:]))"
    )
    return f'exec {shlex.quote(sys.executable)} -S -E -P -c {shlex.quote(code)} "$@"'
