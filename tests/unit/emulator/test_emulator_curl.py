"""The stand-in for curl does what the instance scripts ask of it, with curl's exit codes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from hivemind.emulator.shims.curl import main


class Echo(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status = 500 if self.path == "/broken" else 200
        self.send_response(status)
        self.end_headers()
        self.wfile.write(f"{self.command} {self.headers.get('X-Token', '-')}".encode())

    do_PUT = do_GET

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("arguments", "code", "printed"),
    [
        (["-sf", "-X", "PUT", "-H", "X-Token: t", "/"], 0, "PUT t"),
        (["-sfX", "PUT", "/"], 0, "PUT -"),
        (["-s", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "5", "/"], 0, "200"),
        (["-s", "-o", "/dev/null", "-w", "%{http_code}", "/broken"], 0, "500"),
        (["-sf", "/broken"], 22, ""),
        (["-s", "/broken"], 0, "GET -"),
        (["--compressed", "/"], 2, ""),
        (["-sk", "/"], 2, ""),
        ([], 2, ""),
    ],
)
def test_what_the_scripts_ask(
    url: str, capfd: pytest.CaptureFixture[str], arguments: list[str], code: int, printed: str
) -> None:
    asked = [f"{url}{word}" if word in ("/", "/broken") else word for word in arguments]
    assert (main(asked), capfd.readouterr().out) == (code, printed)


def test_nobody_there_is_000_and_exit_7(capfd: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    assert main(["-s", "-w", "%{http_code}", f"http://127.0.0.1:{port}/"]) == 7
    assert capfd.readouterr().out == "000"


def test_the_body_goes_to_a_file(url: str, tmp_path: Path) -> None:
    assert main(["-sfL", "-o", str(tmp_path / "body"), f"{url}/"]) == 0
    assert (tmp_path / "body").read_text() == "GET -"
