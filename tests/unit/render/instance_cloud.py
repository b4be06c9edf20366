"""A toy cloud that runs user data for real: machines are folders, objects are files (see `instance_shims`)."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from instance_shims import SHIMS
from render_cases import of_type, rendered, service

from hivemind.model.spec import SecretRef
from hivemind.render.release import release_files

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
SECRET = {"username": "app", "password": "p/w d", "host": "db", "port": 5432, "dbname": "app"}
SERVER = """
import http.server, os, sys
print("starting", os.environ["DATABASE_URL"].partition("://")[0], os.environ["PGSSLMODE"], flush=True)
assert os.environ["STRIPE_KEY"] == "sk'1 $x", os.environ["STRIPE_KEY"]
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int(os.environ.get("STATUS", "200")) if self.path == "/healthz" else 404)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""
FILES = {"server.py": SERVER, "migrate.py": "import os\nopen('migrated', 'a').write(os.environ['DATABASE_URL'])\n"}


def web(**differing: Any) -> Any:
    """A service that runs on this very Python, in a virtual environment without pip, which is quick to make."""
    usual: dict[str, Any] = {
        "runtime": PYTHON,
        "install": (
            f"python{PYTHON} -m venv --without-pip .venv",
            """printf '#!%s/.venv/bin/python\\n%s\\n' "$PWD" 'import runpy, sys; runpy.run_path(sys.argv[1])' > tool""",
            "mv tool .venv/bin",
            "chmod +x .venv/bin/tool",
        ),
        "build": ('echo "level $LOG_LEVEL" > built.txt',),
        "start": "python server.py",
        "migrate": "python migrate.py",
    }
    return service(**{**usual, "env": {"LOG_LEVEL": "a b", "STRIPE_KEY": SecretRef(secret="stripe")}, **differing})


class Cloud:
    """A toy cloud in a folder; every machine of it has a root of its own."""

    def __init__(self, folder: Path, imds: str, chosen: Any) -> None:
        self.folder, self.imds = folder, imds
        self.parts = rendered(chosen)
        bundle = self._bundle(release_files(chosen.spec, chosen.findings))
        self.release = hashlib.sha256(bundle).hexdigest()
        self.prefix = folder / "s3" / "bucket" / "guestbook" / "local"
        (self.prefix / "bundles").mkdir(parents=True)
        self.bundle = self.prefix / "bundles" / f"{self.release}.tar.gz"
        self.bundle.write_bytes(bundle)
        (folder / "bin").mkdir()
        for name, text in SHIMS.items():
            (folder / "bin" / name).write_text(f"#!{sys.executable}\n{text}")
            (folder / "bin" / name).chmod(0o755)
        (folder / "secrets").mkdir()
        (folder / "secrets" / "database").write_text(json.dumps(SECRET))
        (folder / "secrets" / "stripe").write_text("sk'1 $x")

    def _bundle(self, release: Mapping[str, str]) -> bytes:
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w:gz") as tar:
            extra = {f".hivemind-release/{name}": content for name, content in release.items()}
            for name, content in {**FILES, **extra}.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(content.encode())
                entry.mode = 0o755 if content.startswith("#!") else 0o644
                tar.addfile(entry, io.BytesIO(content.encode()))
        return archive.getvalue()

    def run(
        self, script: str, root: str, values: Mapping[str, str], **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run user data on a machine, as cloud-init does: substituted, as root, in an environment of almost nothing."""
        values = {"ArtifactBucket": "bucket", "AWS::Region": "us-east-1", "DatabaseSecret": "database", **values}
        text = re.sub(r"\$\{([^!}]+)\}", lambda found: values[found[1]], script).replace("${!", "${")
        at = self.folder / root
        (at / "var/lib/cloud/data").mkdir(parents=True, exist_ok=True)
        (at / "var/lib/cloud/data/instance-id").write_text("i-0123\n")
        env = {
            "PATH": f"{at}/usr/bin:{self.folder}/bin:/usr/local/bin:/usr/bin:/bin",
            "INSTANCE_ROOT": str(at),
            "TOY": str(self.folder),
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": f"{self.imds}/{self.release}/",
            **environment,
        }
        file = self.folder / "user-data"
        file.write_text(text)
        return subprocess.run(
            ["bash", str(file)], cwd=at, env=env, capture_output=True, text=True, timeout=60, check=False
        )

    def build(self, root: str = "builder") -> subprocess.CompletedProcess[str]:
        """Start a builder and wait until it has shut itself down."""
        data = of_type(self.parts["foundation"], "EC2::LaunchTemplate")["BuilderTemplate"]["LaunchTemplateData"]
        return self.run(data["UserData"]["Fn::Base64"]["Fn::Sub"], root, {"BuilderLogs": "logs"})

    def start(
        self, part: str = "web", checksum: str | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Start a blue instance and wait until its user data ends."""
        data = of_type(self.parts[part], "EC2::LaunchTemplate")["BlueTemplate"]["LaunchTemplateData"]
        values = {
            "BlueRelease": self.release,
            "BlueChecksum": checksum or self.json(f"built/{self.release}.json")["checksum"],
            "AWS::StackName": "guestbook-local-web",
            "LogGroup": "logs",
        }
        port = {"INSTANCE_PORT": str(free_port())}
        return self.run(data["UserData"]["Fn::Base64"]["Fn::Sub"], "app", values, **{**port, **environment})

    def json(self, key: str) -> Any:
        return json.loads((self.prefix / key).read_text())

    def calls(self, program: str) -> list[str]:
        lines = (self.folder / "calls").read_text().splitlines() if (self.folder / "calls").exists() else []
        return [line.partition(" ")[2] for line in lines if line.partition(" ")[0] == program]

    def close(self) -> None:
        with suppress(FileNotFoundError, ProcessLookupError):
            os.killpg(int((self.folder / "supervisor").read_text()), signal.SIGKILL)


class Metadata(BaseHTTPRequestHandler):
    """IMDSv2 at `/<release>/latest/..`; refuses what comes without a token."""

    def do_PUT(self) -> None:
        self._answer(200 if self.path.endswith("/latest/api/token") else 404, "token-1")

    def do_GET(self) -> None:
        release, path = self.path.split("/", 2)[1:]
        known = {"instance-id": "i-0123", "tags/instance/hivemind:release": release}
        found = known.get(path.removeprefix("latest/meta-data/"))
        authorised = self.headers.get("X-aws-ec2-metadata-token") == "token-1"
        self._answer((200 if found else 404) if authorised else 401, found or "")

    def _answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        pass


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
