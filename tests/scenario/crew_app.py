"""Two web services and a worker of one repository, whose worker tells outside of the cloud which release works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scenario.counted_app import SERVER

WORKER = """\
import os, signal, time
from pathlib import Path

RELEASE = Path(__file__).with_name("release").read_text().strip()
over = []
signal.signal(signal.SIGTERM, lambda *_: over.append(True))
while not over:
    with Path(os.environ["DIARY"], "diary").open("a") as diary:
        diary.write(f"{RELEASE}\\n")
    time.sleep(0.1)
"""
COMMANDS = {"web": "python server.py web", "api": "python server.py api", "worker": "python worker.py"}
SPEC = """\
name: crew
services:
{services}
database: {{engine: none}}
environments:
  local: {{instances: {instances}, transition: {{bake: 1s}}, emulator: {{runtimes: nearest}}}}
"""
SERVICE = '  {name}: {{kind: {kind}, runtime: python@3.12, install: ["true"], start: {start}, {more}}}'


@dataclass(frozen=True)
class CrewApp:
    """Its folder, and the folder of the worker's diary."""

    folder: Path
    diary: Path

    def write(
        self,
        release: str,
        *,
        services: tuple[str, ...] = ("web", "api", "worker"),
        instances: int = 1,
        trouble: Mapping[str, str] | None = None,
    ) -> None:
        """The sources of a release and the spec; `trouble` is code by file, run before all else."""
        self.folder.mkdir(exist_ok=True)
        self.diary.mkdir(exist_ok=True)
        trouble = trouble or {}
        for name, code in {"server.py": SERVER, "worker.py": WORKER}.items():
            (self.folder / name).write_text(f"{trouble.get(name, '')}\n{code}")
        (self.folder / "release").write_text(f"{release}\n")
        said = "\n".join(self._service(name) for name in services)
        (self.folder / "hivemind.yaml").write_text(SPEC.format(services=said, instances=instances))

    def entries(self) -> list[str]:
        """What the workers have noted: their release, at every beat."""
        file = self.diary / "diary"
        return file.read_text().splitlines() if file.exists() else []

    def at_work(self) -> str:
        """The release of the last entry, once another entry has come: somebody is at work."""
        from time import monotonic, sleep

        before, deadline = len(self.entries()), monotonic() + 10
        while len(self.entries()) == before and monotonic() < deadline:
            sleep(0.05)
        assert len(self.entries()) > before, "nobody works"
        return self.entries()[-1]

    def _service(self, name: str) -> str:
        is_worker = name == "worker"
        kind, more = ("worker", f"env: {{DIARY: {self.diary}}}") if is_worker else ("web", "health: /")
        return SERVICE.format(name=name, kind=kind, start=COMMANDS[name], more=more)
