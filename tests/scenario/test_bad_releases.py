"""Twenty bad releases, one after the other, on one deployment that people use all the while.

Whatever is wrong with a release: no request of a user fails, the release before serves on, the command ends with 1 and
one line that says what is wrong, the evidence is shown and kept, and the next good release goes through.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from scenario.terminal import Said, Terminal, ask
from scenario.users import Users

from hivemind.model.run import Done, Failed
from hivemind.state.files import FileStore

pytestmark = [pytest.mark.proof]
SERVER = """\
import os, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RELEASE = "good"
calls = 0


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 75

    def do_GET(self):
        status = 200
        #HANDLER
        body = RELEASE.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128


#START
Server(("", int(os.environ["PORT"])), Handler).serve_forever()
"""
SPEC = """\
name: table
app:
  runtime: python@3.12
  install: {install}
  build: {build}
  start: {start}
  health: /
  {more}
database: {{engine: none}}
environments:
  local: {{instances: 1, transition: {{bake: {bake}s}}, emulator: {{runtimes: nearest}}}}
"""


@dataclass(frozen=True)
class Bad:
    """A release: what of the sources and the spec is other than in a good one, and what must be said of it."""

    said: str
    start_code: str = ""
    handler: str = ""
    spec: dict[str, str] = field(default_factory=dict)
    bake: int = 2


TABLE = {
    "crashes at its start": Bad("crashed", "raise RuntimeError('no luck')"),
    "does not parse": Bad("crashed", "def ("),
    "imports what is not there": Bad("crashed", "import not_there"),
    "listens on another port": Bad("nothing answers on port", "os.environ['PORT'] = '18999'"),
    "never listens": Bad("nothing answers on port", "time.sleep(3600)"),
    "ends at once, with 0": Bad("crashed", "sys.exit(0)"),
    "answers 500 to the health check": Bad("/ answers 500", handler="status = 500"),
    "answers 404 to the health check": Bad("/ answers 404", handler="status = 404"),
    "is too slow to be healthy": Bad("nothing answers", handler="time.sleep(8)"),
    "eats all memory": Bad("crashed", "hog = [b'x' * (1 << 24) for _ in range(1 << 10)]"),
    "is killed": Bad("crashed", "os.kill(os.getpid(), 9)"),
    "lacks a variable": Bad("crashed", "os.environ['STRIPE_KEY']"),
    "names a secret that is not there": Bad(
        "no-such-secret", spec={"more": "env: {STRIPE_KEY: {secret: no-such-secret}}"}
    ),
    "has a start command that is not there": Bad("crashed", spec={"start": "no-such-command"}),
    "fails to install": Bad("failed to install", spec={"install": '["exit 3"]'}),
    "fails to build": Bad("failed to build", spec={"build": '["false"]'}),
    "fails to migrate": Bad("migration", spec={"more": 'migrate: "exit 4"'}),
    "fills the disk": Bad("crashed", "raise OSError(28, 'No space left on device')"),
    "answers 5xx once it is used": Bad(
        "does not do well", handler="global calls; calls += 1; status = 200 if calls < 40 else 503"
    ),
    "becomes ten times slower once it is used": Bad(
        "does not do well", handler="global calls; calls += 1; time.sleep(0 if calls < 20 else 0.9)"
    ),
}


class Deployment:
    """The application, deployed once for the whole table."""

    def __init__(self, folder: Path, hivemind: Terminal) -> None:
        self._folder, self.hivemind = folder, hivemind
        self._number = 0
        folder.mkdir()

    def release(self, bad: Bad | None = None) -> str:
        """Write a release, each with a body of its own; returns that."""
        self._number += 1
        body = f"release {self._number}"
        text = SERVER.replace('"good"', f'"{body}"')
        text = text.replace("#START", bad.start_code if bad else "").replace("#HANDLER", bad.handler if bad else "")
        (self._folder / "server.py").write_text(text)
        said = {"install": '["true"]', "build": "[]", "start": "python server.py", "more": "", "bake": "1"}
        said |= {**bad.spec, "bake": str(bad.bake)} if bad else {}
        (self._folder / "hivemind.yaml").write_text(SPEC.format_map(said))
        return body

    def apply(self) -> Said:
        return self.hivemind("apply", self._folder, "--yes")

    def releases(self) -> list[dict[str, Any]]:
        """As `status` lists them, newest first."""
        found: list[dict[str, Any]] = json.loads(self.hivemind("status", self._folder, "--json").out)["releases"]
        return found


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with _home(tmp_path_factory) as hivemind:
        made = Deployment(tmp_path_factory.mktemp("table") / "app", hivemind)
        made.release()
        said = made.apply()
        assert said.code == 0, said.out + said.err
        yield made


@pytest.mark.parametrize("case", TABLE)
def test_a_bad_release_hurts_nobody(deployment: Deployment, case: str) -> None:
    bad = TABLE[case]
    good = deployment.release()
    said = deployment.apply()
    assert said.code == 0, said.out + said.err
    url = said.last_line.removeprefix("URL: ")
    assert ask(url) == (200, good)
    deployment.release(bad)
    with Users(url) as users:
        said = deployment.apply()
        assert ask(url) == (200, good), said.out + said.err
    assert said.code == 1, said.out + said.err
    assert bad.said in said.err, said.out + said.err
    assert "hint:" in said.err
    assert users.result.requests > 0
    assert users.result.failed == 0, users.result.outcomes
    assert _saved(deployment), said.out + said.err


def test_and_the_next_good_release_goes_through(deployment: Deployment) -> None:
    failed, *before = deployment.releases()
    assert (failed["verdict"], failed["serves"], before[0]["serves"]) == ("failed", False, True)
    good = deployment.release()
    said = deployment.apply()
    assert said.code == 0, said.out + said.err
    assert ask(said.last_line.removeprefix("URL: ")) == (200, good)


def _saved(deployment: Deployment) -> tuple[str, ...]:
    """The lines that the journal keeps of why the last run failed."""
    entries = FileStore(deployment.hivemind.home / "deployments" / "table" / "local").entries()
    last = [entry for entry in entries if entry.operation == entries[-1].operation]
    failed = [line for entry in last if isinstance(entry, Failed) for line in entry.evidence]
    gone_back = [entry for entry in last if isinstance(entry, Done) and entry.phase == "recovery"]
    return (*failed, *(text for entry in gone_back for text in entry.result.values()))


@contextmanager
def _home(factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    hivemind = Terminal(factory.mktemp("home") / "home")
    try:
        yield hivemind
    finally:
        hivemind("emulator", "stop")
        assert hivemind.processes() == []
