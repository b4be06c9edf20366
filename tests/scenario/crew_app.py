"""Two web services and a worker of one repository, whose worker tells outside of the cloud when it works.

Each release of the worker holds a lock of its own while it lives, however it ends, and at every beat tries those of the
others: what it cannot have is another release at work beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SERVER = """\
import asyncio, os, sys
from pathlib import Path

BODY = Path(__file__).with_name("release").read_bytes()
#TROUBLE


class App(asyncio.Protocol):
    timer = None

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        if self.timer:
            self.timer.cancel()
        body = sys.argv[1].encode() + b" " + BODY
        self.transport.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n%b" % (len(body), body))
        self.timer = asyncio.get_running_loop().call_later(75, self.transport.close)


async def main():
    server = await asyncio.get_running_loop().create_server(App, "", int(os.environ["PORT"]))
    await server.serve_forever()


asyncio.run(main())
"""
WORKER = """\
import fcntl, os, signal, sys, time
from pathlib import Path

RELEASE = Path(__file__).with_name("release").read_text().strip()
DIARY = Path(os.environ["DIARY"])
over = []
signal.signal(signal.SIGTERM, lambda *_: over.append(True))
#TROUBLE


def note(what):
    with (DIARY / "diary").open("a") as diary:
        diary.write(f"{what} {RELEASE}\\n")


own = (DIARY / f"{RELEASE}.lock").open("w")
fcntl.flock(own, fcntl.LOCK_SH)
note("begins")
while not over:
    for path in DIARY.glob("*.lock"):
        if path.name != f"{RELEASE}.lock":
            with path.open() as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    note(f"met {path.stem}:")
    note("works")
    time.sleep(0.1)
time.sleep(0.5)  # the job in hand is brought to its end
note("ends")
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
        """The sources of a release and the spec; `trouble` is code by file."""
        self.folder.mkdir(exist_ok=True)
        self.diary.mkdir(exist_ok=True)
        trouble = trouble or {}
        for name, code in {"server.py": SERVER, "worker.py": WORKER}.items():
            (self.folder / name).write_text(code.replace("#TROUBLE", trouble.get(name, "")))
        (self.folder / "release").write_text(f"{release}\n")
        said = "\n".join(self._service(name) for name in services)
        (self.folder / "hivemind.yaml").write_text(SPEC.format(services=said, instances=instances))

    def entries(self) -> list[str]:
        """What the workers have noted, each with its release at the end."""
        file = self.diary / "diary"
        return file.read_text().splitlines() if file.exists() else []

    def at_work(self) -> str:
        """The release of the last entry, once another entry has come: somebody is at work."""
        from time import monotonic, sleep

        before, deadline = len(self.entries()), monotonic() + 10
        while len(self.entries()) == before and monotonic() < deadline:
            sleep(0.05)
        assert len(self.entries()) > before, "nobody works"
        return self.entries()[-1].split()[-1]

    def _service(self, name: str) -> str:
        is_worker = name == "worker"
        kind, more = ("worker", f"env: {{DIARY: {self.diary}}}") if is_worker else ("web", "health: /")
        return SERVICE.format(name=name, kind=kind, start=COMMANDS[name], more=more)
