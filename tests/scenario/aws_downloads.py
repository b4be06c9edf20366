"""Stand-ins for what an instance downloads from AWS's own servers: the CloudWatch agent, the SSM agent, the RDS CA.

Only the bytes are stand-ins. Names are resolved, HTTPS is spoken and packages are installed by the machine's own
programs: its hosts file sends the names here, and its CA store trusts this server's certificate.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.scenario.debian_machine import Machine

ADDRESS = "127.61.62.63"
AGENTS = {
    "/debian/amd64/latest/amazon-cloudwatch-agent.deb": "amazon-cloudwatch-agent",
    "/amazon-ssm-us-east-1/latest/debian_amd64/amazon-ssm-agent.deb": "amazon-ssm-agent",
}
AUTHORITY = "/global/global-bundle.pem"
NAMES = (
    "amazoncloudwatch-agent-us-east-1.s3.us-east-1.amazonaws.com",
    "s3.us-east-1.amazonaws.com",
    "truststore.pki.rds.amazonaws.com",
)
CONTROL = """\
#!/bin/sh
echo "$@" > /opt/aws/agent.called
for word; do case "$word" in file:*) cp "${word#file:}" /opt/aws/agent.json;; esac; done
"""


def prepare(machine: Machine) -> Mapping[str, bytes]:
    """Have a machine trust and find the stand-in; returns its files by path, made by the machine's own tools."""
    names = ",".join(f"DNS:{name}" for name in NAMES)
    machine.chroot(
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=stand-in", "-days", "2",
        "-addext", f"subjectAltName={names}",
        "-keyout", "/tmp/key.pem", "-out", "/usr/local/share/ca-certificates/stand-in.crt",
    )  # fmt: skip
    machine.chroot("update-ca-certificates")
    machine.write("etc/hosts", f"127.0.0.1 localhost\n{ADDRESS} {' '.join(NAMES)}\n")
    made = {path: _package(machine, name) for path, name in AGENTS.items()}
    return made | {AUTHORITY: (machine.root / "usr/local/share/ca-certificates/stand-in.crt").read_bytes()}


def _package(machine: Machine, name: str) -> bytes:
    """A package that brings the agent's control program and nothing else."""
    folder = f"tmp/{name}"
    control = f"Package: {name}\nVersion: 1.0\nArchitecture: amd64\nMaintainer: nobody\nDescription: a stand-in\n"
    machine.write(f"{folder}/DEBIAN/control", control)
    if name == "amazon-cloudwatch-agent":
        machine.write(f"{folder}/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl", CONTROL)
        machine.chroot("chmod", "-R", "755", f"/{folder}/opt")
    machine.chroot("dpkg-deb", "--build", f"/{folder}", f"/{folder}.deb")
    return (machine.root / f"{folder}.deb").read_bytes()


@contextmanager
def serving(machine: Machine, files: Mapping[str, bytes], asked: list[str]) -> Iterator[None]:
    """Serve the files with the certificate that `machine` made; `asked` takes the paths that were asked for."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = files.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = machine.root / "usr/local/share/ca-certificates/stand-in.crt"
    context.load_cert_chain(certificate, machine.root / "tmp/key.pem")
    with ThreadingHTTPServer((ADDRESS, 443), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()
