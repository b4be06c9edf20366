"""From a committed spec to a live application with a database, and back to nothing, on the local cloud."""

from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from scenario.terminal import Terminal, ask

pytestmark = pytest.mark.slow
EXAMPLE = Path(__file__).parents[2] / "examples" / "guestbook"


def test_the_whole_life_of_a_deployment(hivemind: Terminal, tmp_path: Path) -> None:
    app = Path(shutil.copytree(EXAMPLE, tmp_path / "guestbook"))
    url = _created(hivemind, app)
    _reads_and_writes_its_database(url)
    _nothing_changes_when_asked_again(hivemind, app, url)
    _a_changed_release_takes_over(hivemind, app, url)
    _the_local_cloud_survives_its_own_restart(hivemind, url)
    _destroy_leaves_nothing(hivemind, app, url)


def _created(hivemind: Terminal, app: Path) -> str:
    said = hivemind("apply", app, "--yes")
    assert said.code == 0, said.out + said.err
    for words in ("CREATE_COMPLETE", "RDS::DBInstance", "Outputs:"):
        assert words in said.out
    assert said.last_line.startswith("URL: http://")
    return said.last_line.removeprefix("URL: ")


def _reads_and_writes_its_database(url: str) -> None:
    assert ask(f"{url}/api/entries", {"name": "Ada", "message": "hello"})[0] == 201
    assert "Ada" in ask(url)[1]
    assert [entry["name"] for entry in json.loads(ask(f"{url}/api/entries")[1])["entries"]] == ["Ada"]


def _nothing_changes_when_asked_again(hivemind: Terminal, app: Path, url: str) -> None:
    said = hivemind("plan", app, "--detailed-exitcode")
    assert (said.code, "no changes" in said.out) == (0, True), said.out + said.err
    said = hivemind("apply", app, "--yes")
    assert (said.code, said.last_line) == (0, f"URL: {url}")


def _a_changed_release_takes_over(hivemind: Terminal, app: Path, url: str) -> None:
    code = app / "app.py"
    code.write_text(code.read_text().replace('RELEASE = "1"', 'RELEASE = "2"'))
    said = hivemind("apply", app, "--yes")
    assert (said.code, said.last_line) == (0, f"URL: {url}"), said.out + said.err
    told = json.loads(ask(f"{url}/api/entries")[1])
    assert (told["release"], [entry["name"] for entry in told["entries"]]) == ("2", ["Ada"])


def _the_local_cloud_survives_its_own_restart(hivemind: Terminal, url: str) -> None:
    """Stopped, and started again by the first command that needs it."""
    assert hivemind("emulator", "stop").code == 0
    assert hivemind.processes() == []
    assert hivemind("emulator", "start").code == 0
    _await(url)
    assert "Ada" in ask(url)[1]
    hivemind("emulator", "stop")


def _destroy_leaves_nothing(hivemind: Terminal, app: Path, url: str) -> None:
    said = hivemind("destroy", app, "--yes")
    assert said.code == 0, said.out + said.err
    assert hivemind.processes() == []
    assert hivemind.emulator()["running"] is False
    with socket.socket() as knock:
        knock.settimeout(1)
        assert knock.connect_ex((urlsplit(url).hostname or "", urlsplit(url).port or 0)) != 0
    plan = json.loads(hivemind("plan", app, "--json").out)
    assert plan["transition"] == "create"
    assert all(change["action"] == "add" for change in plan["changes"])
    hivemind("emulator", "stop")


@pytest.mark.proof
def test_an_application_that_does_not_start_leaves_base_and_database_and_a_way_on(
    hivemind: Terminal, tmp_path: Path
) -> None:
    app = Path(shutil.copytree(EXAMPLE, tmp_path / "guestbook"))
    spec, code = app / "hivemind.yaml", app / "app.py"
    spec.write_text(spec.read_text().replace("name: guestbook", "name: teapot"))
    good = code.read_text()
    code.write_text(good + "\nraise RuntimeError('no teapot')\n")
    said = hivemind("apply", app, "--yes")
    assert said.code == 1
    assert "RuntimeError: no teapot" in said.err
    assert "hivemind destroy" in said.err
    assert "Traceback (most recent call last):\n  File" not in said.err.split("|")[0]
    plan = json.loads(hivemind("plan", app, "--json").out)
    base = [change["action"] for change in plan["changes"] if change["stack"] == "teapot-local-foundation"]
    assert set(base) <= {"modify"}, "the base was not kept"
    code.write_text(good)
    said = hivemind("apply", app, "--yes")
    assert said.code == 0, said.out + said.err
    assert ask(f"{said.last_line.removeprefix('URL: ')}/healthz")[0] == 200
    assert hivemind("destroy", app, "--yes").code == 0
    assert hivemind.processes() == []


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
