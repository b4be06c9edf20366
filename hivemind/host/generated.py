"""The rendered templates as they are committed: `generated/<name>/<env>/<part>.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


class GeneratedTemplates:
    """The `generated/` folder of a repository, for one deployment."""

    def __init__(self, top: Path, name: str, env: str) -> None:
        self.folder = top / "generated" / name / env

    def committed(self) -> Mapping[str, str]:
        """Body by part as the folder has it now; empty when nothing was rendered yet."""
        return {path.stem: path.read_text() for path in sorted(self.folder.glob("*.yaml"))}

    def stale(self, rendered: Mapping[str, str]) -> tuple[str, ...]:
        """The parts whose committed text is not what would be rendered now, sorted."""
        committed = self.committed()
        return tuple(sorted(part for part in {*committed, *rendered} if committed.get(part) != rendered.get(part)))

    def write(self, rendered: Mapping[str, str]) -> tuple[str, ...]:
        """Make the folder hold exactly these bodies; returns the parts whose file was written or removed."""
        changed = self.stale(rendered)
        self.folder.mkdir(parents=True, exist_ok=True)
        for part in changed:
            file = self.folder / f"{part}.yaml"
            if part in rendered:
                file.write_text(rendered[part])
            else:
                file.unlink()
        return changed
