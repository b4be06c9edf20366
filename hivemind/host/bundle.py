"""The source bundle: an archive of the application that is the same, byte for byte, wherever it is made.

Fixed order, times, owners and modes; only the executable bit of a file survives. Its sha256 is the release's name.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from hivemind.errors import UsageError
from hivemind.host.listing import Listing, application_files
from hivemind.model.release import Release

RELEASE_FOLDER = ".hivemind-release"
SIZE_LIMIT = 512 * 1024 * 1024
"""Bytes of application files in one bundle; more than this is a build product or data, not source."""


class SourceBundles:
    """Bundles of one project, kept under `cache`; `extra` is what HiveMind adds under `.hivemind-release/`."""

    def __init__(self, root: Path, cache: Path, *, extra: Mapping[str, str], migrates: tuple[str, ...]) -> None:
        self._root = root
        self._cache = cache
        self._extra = extra
        self._migrates = migrates

    def make(self) -> Release:
        """Bundle the files; raises UsageError for a link that leaves the project or a bundle over the limit."""
        listing = application_files(self._root)
        uncommitted: list[str] = []
        archive = self._archive(listing, uncommitted)
        digest = hashlib.sha256(archive).hexdigest()
        self._keep(digest, archive)
        return Release(
            digest=digest,
            files=len(listing.files),
            size=len(archive),
            commit=listing.commit,
            uncommitted=tuple(uncommitted),
            migrates=self._migrates,
        )

    def path(self, digest: str) -> Path | None:
        """The bundle's file, if this machine has it."""
        path = self._cache / f"{digest}.tar.gz"
        return path if path.is_file() else None

    def _archive(self, listing: Listing, uncommitted: list[str]) -> bytes:
        raw = io.BytesIO()
        total = 0
        with (
            gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, compresslevel=6) as packed,
            tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
        ):
            for path in listing.files:
                entry, content = _entry(self._root, path)
                total += len(content)
                if total > SIZE_LIMIT:
                    raise UsageError(
                        f"the application's files exceed {SIZE_LIMIT // 2**20} MiB",
                        where=path,
                        hint="Add data and build products to .gitignore; a release holds source only.",
                    )
                if listing.commit and _blob_id(content, entry) != listing.committed.get(path):
                    uncommitted.append(path)
                tar.addfile(entry, io.BytesIO(content))
            for entry, content in self._extras():
                tar.addfile(entry, io.BytesIO(content))
        return raw.getvalue()

    def _extras(self) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
        for path in sorted(self._extra):
            content = self._extra[path].encode()
            yield _info(f"{RELEASE_FOLDER}/{path}", len(content), executable=content.startswith(b"#!")), content

    def _keep(self, digest: str, archive: bytes) -> None:
        path = self._cache / f"{digest}.tar.gz"
        if path.is_file():
            return
        self._cache.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_suffix(f".{os.getpid()}")
        partial.write_bytes(archive)
        partial.replace(path)


def _entry(root: Path, path: str) -> tuple[tarfile.TarInfo, bytes]:
    at = root / path
    if at.is_symlink():
        return _link(path, str(at.readlink()))
    try:
        content = at.read_bytes()
    except PermissionError as error:
        raise UsageError(
            "the file may not be read",
            where=path,
            hint="Make it readable, or add it to .gitignore if it is no part of the application.",
        ) from error
    return _info(path, len(content), executable=bool(at.stat().st_mode & 0o100)), content


def _link(path: str, target: str) -> tuple[tarfile.TarInfo, bytes]:
    reached = os.path.normpath(PurePosixPath(path).parent / target)
    if target.startswith("/") or reached.startswith(".."):
        raise UsageError(
            f"the link points outside the project, to {target}",
            where=path,
            hint="Replace the link by the file it stands for, or add it to .gitignore.",
        )
    entry = _info(path, 0, executable=True)
    entry.type, entry.linkname = tarfile.SYMTYPE, target
    return entry, b""


def _info(path: str, size: int, *, executable: bool) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(path)
    entry.size = size
    entry.mode = 0o755 if executable else 0o644
    return entry


def _blob_id(content: bytes, entry: tarfile.TarInfo) -> str:
    """The id git gives this content, so that it can be compared with the commit's without running git."""
    data = entry.linkname.encode() if entry.issym() else content
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
