"""Source bundles that exist by name."""

from __future__ import annotations

from pathlib import Path

from hivemind.model.release import Release


class FakeBundles:
    """Has the bundles it was given; their content is their digest."""

    def __init__(self, folder: Path, *digests: str) -> None:
        self._folder = folder
        for digest in digests:
            (folder / f"{digest}.tar.gz").write_text(digest)

    def make(self) -> Release:
        digests = sorted(path.name.removesuffix(".tar.gz") for path in self._folder.glob("*.tar.gz"))
        return Release(digest=digests[0], files=1, size=64)

    def path(self, digest: str) -> Path | None:
        path = self._folder / f"{digest}.tar.gz"
        return path if path.exists() else None
