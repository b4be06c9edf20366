"""From a committed spec to a live application with a database, and back to nothing, on the local cloud."""

from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from scenario.terminal import Said, Terminal, ask

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("main-job")]
EXAMPLE = Path(__file__).parents[2] / "examples" / "guestbook"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path_factory.mktemp("code") / "guestbook"))


@pytest.fixture(scope="module")
def applied(hivemind: Terminal, app: Path) -> Said:
    """The first apply; every test of this module looks at what it left."""
    said = hivemind("apply", app, "--yes")
    assert said.code == 0, said.out + said.err
    return said


@pytest.fixture(scope="module")
def url(applied: Said) -> str:
    assert applied.last_line.startswith("URL: http://")
    return applied.last_line.removeprefix("URL: ")


def test_the_application_reads_and_writes_its_database_through_the_load_balancer(url: str) -> None:
    status, _ = ask(f"{url}/api/entries", {"name": "Ada", "message": "hello"})
    assert status == 201
    _, page = ask(url)
    assert "Ada" in page
    _, entries = ask(f"{url}/api/entries")
    assert [e["name"] for e in json.loads(entries)["entries"]] == ["Ada"]


def test_progress_names_the_steps_and_the_stack_events(applied: Said) -> None:
    for words in ("CREATE_COMPLETE", "RDS::DBInstance", "Outputs:"):
        assert words in applied.out


def test_planning_again_says_that_nothing_changes(hivemind: Terminal, app: Path, applied: Said) -> None:
    said = hivemind("plan", app, "--detailed-exitcode")
    assert (said.code, "no changes" in said.out.lower()) == (0, True), said.out + said.err


def test_applying_again_changes_nothing_and_tells_the_url(hivemind: Terminal, app: Path, url: str) -> None:
    said = hivemind("apply", app, "--yes")
    assert (said.code, said.last_line) == (0, f"URL: {url}")


def test_a_changed_release_is_refused_and_nothing_happens(hivemind: Terminal, app: Path, url: str) -> None:
    code = app / "app.py"
    before = code.read_text()
    code.write_text(before.replace('RELEASE = "1"', 'RELEASE = "2"'))
    try:
        said = hivemind("apply", app, "--yes")
    finally:
        code.write_text(before)
    assert said.code == 4
    assert "hint:" in said.err
    assert json.loads(ask(f"{url}/api/entries")[1])["release"] == "1"


def test_the_local_cloud_survives_its_own_restart(hivemind: Terminal, url: str) -> None:
    assert hivemind("emulator", "stop").code == 0
    assert hivemind.processes() == []
    assert hivemind("emulator", "start").code == 0
    _await(url)
    assert "Ada" in ask(url)[1]


@pytest.fixture(scope="module")
def destroyed(hivemind: Terminal, app: Path, url: str) -> Said:
    # Started by itself, as by the apply: what a person started is not stopped by a destroy.
    hivemind("emulator", "stop")
    return hivemind("destroy", app, "--yes")


def test_destroy_leaves_no_process_no_port_and_no_stack(
    hivemind: Terminal, app: Path, destroyed: Said, url: str
) -> None:
    assert destroyed.code == 0, destroyed.out + destroyed.err
    assert hivemind.processes() == []
    with socket.socket() as knock:
        knock.settimeout(1)
        assert knock.connect_ex((urlsplit(url).hostname or "", urlsplit(url).port or 0)) != 0
    assert hivemind.emulator()["running"] is False
    said = hivemind("plan", app, "--json")
    plan = json.loads(said.out)
    assert plan["transition"] == "create"
    assert all(change["action"] == "add" for change in plan["changes"])


def _await(url: str) -> None:
    """The application answers again within a bounded number of tries, each of which waits for the load balancer."""
    import time
    import urllib.error

    end = time.monotonic() + 60
    while True:
        try:
            ask(f"{url}/healthz")
        except (urllib.error.URLError, OSError):
            assert time.monotonic() < end, "the application did not come back"
            time.sleep(0.2)
        else:
            return
