"""A web application that answers with its release's name, and whose migration leaves a line outside of the cloud."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

# It keeps its connections for longer than the load balancer does, and says its arguments before its release.
SERVER = """\
import asyncio, os, sys
from pathlib import Path

BODY = " ".join([*sys.argv[1:], Path(__file__).with_name("release").read_text()]).encode()


class App(asyncio.Protocol):
    timer = None

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        if self.timer:
            self.timer.cancel()
        self.transport.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n%b" % (len(BODY), BODY))
        self.timer = asyncio.get_running_loop().call_later(75, self.transport.close)


async def main():
    server = await asyncio.get_running_loop().create_server(App, "", int(os.environ["PORT"]))
    await server.serve_forever()


asyncio.run(main())
"""
SPEC = """\
name: counted
app:
  runtime: python@3.12
  install: ["true"]
  migrate: cat release >> {log}
  start: python server.py
  health: /
  port: {port}
database: {{engine: none}}
environments:
  local:
    stage: {stage}
    instances: {instances}
    transition: {transition}
    emulator: {{runtimes: nearest}}
"""
AT_ONCE = "{strategy: blue_green, bake: 1s}"
CANARY = "{strategy: canary, steps: [10, 50], bake: 1s}"
PORT = 8000


@dataclass(frozen=True)
class CountedApp:
    """Its folder, and the file where migrations are counted."""

    folder: Path
    log: Path

    def write(
        self, release: str, *, stage: str = "stage-1", instances: int = 1, transition: str = AT_ONCE, port: int = PORT
    ) -> None:
        """The sources of a release and the spec."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / "server.py").write_text(SERVER)
        (self.folder / "release").write_text(f"{release}\n")
        spec = SPEC.format(log=self.log, stage=stage, instances=instances, transition=transition, port=port)
        (self.folder / "hivemind.yaml").write_text(spec)

    def migrations(self) -> Counter[str]:
        """How often each release has migrated."""
        return Counter(self.log.read_text().splitlines() if self.log.exists() else ())
