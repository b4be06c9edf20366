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


ON_AWS = """\
name: tiny
app: {runtime: python@3.12, install: ["true"], start: python server.py, health: /}
database: {engine: none}
environments:
  staging: {state: s3://acme-hivemind/team, boundary: BOUNDARY, transition: {bake: 2s}}
"""


def write_for_aws(folder: Path, body: str, *, boundary: bool = False) -> Path:
    """The application with a spec for AWS, its state in s3://acme-hivemind/team."""
    write(folder, body=body)
    (folder / "hivemind.yaml").write_text(ON_AWS.replace("BOUNDARY", str(boundary).lower()))
    return folder


def write(folder: Path, instances: int = 1, body: str = "ok") -> Path:
    """The application with its spec, in a folder; written again, with another number of instances or another answer."""
    folder.mkdir(exist_ok=True)
    (folder / "server.py").write_text(SERVER.replace("BODY", body))
    (folder / "hivemind.yaml").write_text(SPEC.format(instances=instances))
    return folder
