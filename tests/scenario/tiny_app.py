"""A web application of the standard library alone, whose deployment installs nothing."""

from __future__ import annotations

from pathlib import Path

SERVER = """\
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 75

    def do_GET(self):
        body = b"BODY"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
"""
SPEC = """\
name: tiny
app: {{runtime: python@3.12, install: ["true"], start: python server.py, health: /}}
database: {{engine: none}}
environments:
  local: {{instances: {instances}, transition: {{bake: 2s}}, emulator: {{runtimes: nearest}}}}
"""


def write(folder: Path, instances: int = 1, body: str = "ok") -> Path:
    """The application with its spec, in a folder; written again, with another number of instances or another answer."""
    folder.mkdir(exist_ok=True)
    (folder / "server.py").write_text(SERVER.replace("BODY", body))
    (folder / "hivemind.yaml").write_text(SPEC.format(instances=instances))
    return folder
