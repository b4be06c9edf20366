"""Every example is inferred, deployed on the local cloud until it is healthy, asked, and taken down again."""

from __future__ import annotations

import json
import shutil
import subprocess
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest
from scenario.terminal import Terminal, ask

pytestmark = pytest.mark.slow
EXAMPLES = Path(__file__).parents[2] / "examples"
RUBYGEMS = "https://rubygems.org/versions"


@dataclass(frozen=True)
class Example:
    """An application, what it answers at its root, and what this machine must have to run it."""

    name: str
    says: str
    runtime: str = ""
    health: str = "/healthz"
    registry: str = ""
    """One that is not reachable from everywhere."""


SHORT = (Example("fastify-notes", '{"notes":[]}', "node --version"),)
"""One in another language, in every `make test`; guestbook has a scenario of its own."""

LONG = (
    Example("static-site", "Plain files", health="/"),
    Example("express-hello", "Hello from release 1", "node --version"),
    Example("fastapi-notes", '{"notes":[]}'),
    Example("django-polls", "Is this deployed?"),
    Example("streamlit-hello", "<title>Streamlit", health="/_stcore/health"),
    Example("aiohttp-echo", "You say nothing"),
    Example("next-hello", "Hello from Next.js", "node --version"),
    Example("vite-page", "Built once, served as files", "node --version", "/"),
    Example("node-web-worker", "The web half of two services", "node --version"),
    Example("go-hello", "Hello from Go", "go version"),
    Example("rust-hello", "Hello from Rust", "cargo --version"),
    Example("java-hello", "Hello from Java", "javac -version"),
    Example("php-hello", "Hello from PHP", "php --version"),
    Example("ruby-hello", "Hello from Ruby", "ruby --version", registry=RUBYGEMS),
)


@pytest.mark.parametrize("example", SHORT, ids=lambda one: one.name)
def test_an_example_runs(example: Example, hivemind: Terminal, tmp_path: Path) -> None:
    _skip_unless_possible(example)
    _runs(example, hivemind, Path(shutil.copytree(EXAMPLES / example.name, tmp_path / example.name)))


@pytest.mark.proof
@pytest.mark.parametrize("example", LONG, ids=lambda one: one.name)
def test_every_example_runs(example: Example, hivemind: Terminal, tmp_path: Path) -> None:
    _skip_unless_possible(example)
    _runs(example, hivemind, Path(shutil.copytree(EXAMPLES / example.name, tmp_path / example.name)))


@pytest.mark.fast
def test_every_example_is_deployed_by_a_test() -> None:
    elsewhere = {"guestbook"}
    folders = {spec.parent.name for spec in EXAMPLES.glob("*/hivemind.yaml")}
    assert folders == {example.name for example in (*SHORT, *LONG)} | elsewhere


def _runs(example: Example, hivemind: Terminal, app: Path) -> None:
    said = hivemind("apply", app, "--yes")
    assert said.code == 0, said.out + said.err
    url = said.last_line.removeprefix("URL: ")
    status, body = ask(url)
    assert (status, example.says in body) == (200, True), body
    assert ask(f"{url}{example.health}")[0] == 200
    assert json.loads(hivemind("plan", app, "--json").out)["transition"] == "none"
    said = hivemind("destroy", app, "--yes")
    assert said.code == 0, said.out + said.err
    assert hivemind.processes() == []


def _skip_unless_possible(example: Example) -> None:
    if example.runtime and (why := _cannot_run(example.runtime.split())):
        pytest.skip(why)
    if example.registry and (why := _cannot_reach(example.registry)):
        pytest.skip(why)


def _cannot_run(command: list[str]) -> str:
    try:
        code = subprocess.run(command, capture_output=True, timeout=30).returncode
    except OSError:
        code = 127
    return "" if code == 0 else f"no {command[0]} that runs for a fresh home; `make runtimes` installs Debian's"


def _cannot_reach(url: str) -> str:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=10):
            return ""
    except (urllib.error.URLError, OSError) as problem:
        return f"{url} cannot be reached: {problem}"
