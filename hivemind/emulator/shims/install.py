"""Puts the shims into a folder for instances' PATH: a line of shell each, around a module of this package."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

PROGRAMS = {
    "aws": "aws",
    "amazon-cloudwatch-agent-ctl": "cloudwatch_agent",
    "cfn-signal": "cfn_signal",
    "dnf": "dnf",
    "yum": "dnf",
    "shutdown": "shutdown",
    "systemctl": "systemctl",
    "unit-supervisor": "supervisor",
}
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
    folder.mkdir(parents=True, exist_ok=True)
    root = Path(__file__).parents[3]
    programs = PROGRAMS if shutil.which("curl") else {**PROGRAMS, "curl": "curl"}
    scripts = {name: _python(module, root) for name, module in programs.items()}
    scripts.update(dict.fromkeys(TOLERATED, "exit 0"))
    scripts.update(SCRIPTS)
    scripts["python3"] = f'exec {shlex.quote(sys.executable)} "$@"'
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
