"""Digests that say whether something is what it was: an application's files, and this very program."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from hivemind.host.listing import application_files


def contents(root: Path) -> str:
    """The sha256 over every application file: path, executable bit, and content or where a link points."""
    told = hashlib.sha256()
    for path in application_files(root).files:
        at = root / path
        if at.is_symlink():
            said, content = "link", str(at.readlink()).encode()
        else:
            said, content = ("x" if at.stat().st_mode & 0o100 else "-"), at.read_bytes()
        told.update(f"{path}\0{said}\0{len(content)}\0".encode(errors="surrogateescape"))
        told.update(content)
    return told.hexdigest()


@lru_cache(maxsize=1)
def program() -> str:
    """The sha256 over this program's files as they lie there, so that one that was changed is another one."""
    top = Path(__file__).parents[1]
    told = hashlib.sha256()
    for file in sorted(top.rglob("*.py")):
        found = file.stat()
        told.update(f"{file.relative_to(top)}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
    return told.hexdigest()
