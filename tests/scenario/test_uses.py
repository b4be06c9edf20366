"""One deployment is given the address of another, in an order that follows from that."""

from __future__ import annotations

from pathlib import Path

import pytest
from scenario import tiny_app
from scenario.terminal import Terminal, ask

pytestmark = [pytest.mark.slow, pytest.mark.proof]
FRONT = """\
name: front
app: {runtime: python@3.12, install: ["true"], start: python server.py, health: /, uses: {API_URL: tiny/Url}}
database: {engine: none}
environments:
  local: {transition: {bake: 2s}, emulator: {runtimes: nearest}}
"""
REFUSED = 4


def test_a_deployment_is_told_where_another_is_reached(hivemind: Terminal, tmp_path: Path) -> None:
    front = tiny_app.write(tmp_path / "front")
    server = (front / "server.py").read_text().replace('b"ok"', 'os.environ["API_URL"].encode()')
    (front / "server.py").write_text(server)
    (front / "hivemind.yaml").write_text(FRONT)
    early = hivemind("apply", front, "--yes")
    assert early.code == REFUSED
    assert "tiny:local has no output `Url`: it does not stand" in early.err
    address = hivemind("apply", tiny_app.write(tmp_path / "tiny"), "--yes").last_line.removeprefix("URL: ")
    url = hivemind("apply", front, "--yes").last_line.removeprefix("URL: ")
    assert ask(url) == (200, address)
    assert "no changes" in hivemind("plan", front).out
