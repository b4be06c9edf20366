"""Other people's command lines, each in a virtual environment of its own: they pin versions that conflict.

Made once under a cache directory outside the repository, and used again as long as the wanted version is there.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hivemind-tests" / "clients"
"""Found out when this is imported, since every test has a home of its own."""
PATIENCE = 600


class NotToBeHad(Exception):
    """The package cannot be installed here; the reason is the message."""


@dataclass(frozen=True)
class Client:
    """One command line and how it is told to do what every one can: each is a list of commands, words apart."""

    package: str
    program: str
    template: str
    create: tuple[str, ...]
    update: tuple[str, ...]
    delete: tuple[str, ...]
    failing: int
    """Its exit code when an update fails."""
    files: Mapping[str, str]
    """What else it wants in the folder that it works in."""

    def executable(self) -> Path:
        """The program, installed if it is not; raises NotToBeHad."""
        home = CACHE / f"{self.package.replace('==', '-')}-py{sys.version_info.major}.{sys.version_info.minor}"
        done = home / "complete"
        if not done.exists():
            venv.create(home, with_pip=True, clear=True)
            _install(home, self.package)
            done.touch()
        return home / "bin" / self.program


def _install(home: Path, package: str) -> None:
    command = [str(home / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", package]
    try:
        made = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        raise NotToBeHad(f"pip did not get {package} in {PATIENCE} s") from None
    if made.returncode:
        said = made.stderr.strip().splitlines() or ["it says nothing"]
        raise NotToBeHad(f"pip cannot get {package}: {said[-1]}")


SAM = "deploy --stack-name client --template-file t.yaml --region us-east-1 --no-confirm-changeset --resolve-s3"

CLIENTS = {
    "aws": Client(
        package="awscli==1.*",
        program="aws",
        template="t.yaml",
        create=("cloudformation deploy --stack-name client --template-file t.yaml",),
        update=("cloudformation deploy --stack-name client --template-file t.yaml",),
        delete=(
            "cloudformation delete-stack --stack-name client",
            "cloudformation wait stack-delete-complete --stack-name client",
        ),
        failing=255,
        files={},
    ),
    "sceptre": Client(
        package="sceptre==4.*",
        program="sceptre",
        template="templates/t.yaml",
        create=("launch -y client.yaml",),
        update=("update -y client.yaml",),
        delete=("delete -y client.yaml",),
        failing=1,
        files={
            "config/config.yaml": "project_code: own\nregion: us-east-1\n",
            "config/client.yaml": "stack_name: client\ntemplate: {path: t.yaml, type: file}\n",
        },
    ),
    "sam": Client(
        package="aws-sam-cli==1.*",
        program="sam",
        template="t.yaml",
        create=(SAM,),
        update=(SAM,),
        delete=("delete --stack-name client --region us-east-1 --no-prompts",),
        failing=1,
        files={},
    ),
}
