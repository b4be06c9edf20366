"""The public face where no daemon runs, and the files it keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivemind.emulator import daemon
from hivemind.emulator.home import Home, read_json, write_json
from hivemind.emulator.ledger import Ledger
from hivemind.emulator.ports import FIRST, LAST, PortPool, is_free
from hivemind.emulator.processes import Process, alive, identify
from hivemind.errors import EmulatorError


def test_an_untouched_home_has_no_cloud_and_stays_untouched(tmp_path: Path) -> None:
    home = tmp_path / "home"
    seen = daemon.status(home)
    assert (seen.running, seen.endpoint, seen.pid, seen.runtimes) == (False, "", None, "exact")
    assert daemon.empty(home)
    assert not daemon.stop(home).running
    assert not home.exists()


def test_runtimes_are_remembered(tmp_path: Path) -> None:
    daemon.configure(tmp_path, runtimes="nearest")
    assert daemon.status(tmp_path).runtimes == "nearest"


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "home"
    blocked.write_text("a file where a folder should be")
    with pytest.raises(EmulatorError) as refused:
        daemon.start(blocked)
    assert "HIVEMIND_HOME" in refused.value.hint
    assert str(blocked) in str(refused.value)


def test_what_the_cloud_held_is_known_while_it_does_not_run(tmp_path: Path) -> None:
    at = Home.under(tmp_path)
    at.state.mkdir()
    write_json(at.summary, {"stacks": 1, "instances": 0, "databases": 0})
    assert not daemon.empty(tmp_path)


def test_a_card_without_a_living_daemon_counts_for_nothing(tmp_path: Path) -> None:
    at = Home.under(tmp_path)
    at.state.mkdir()
    at.lock.touch()
    write_json(at.card, {"pid": 1, "endpoint": "http://127.0.0.1:1", "started_by": "person"})
    assert not daemon.status(tmp_path).running


def test_torn_json_reads_as_nothing(tmp_path: Path) -> None:
    torn = tmp_path / "torn.json"
    torn.write_text('{"a": ')
    assert read_json(torn) == {}
    assert read_json(tmp_path / "missing.json") == {}


def test_written_files_are_the_owners_alone(tmp_path: Path) -> None:
    write_json(tmp_path / "secret.json", {"a": 1})
    assert (tmp_path / "secret.json").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret.json"]


def test_ports_are_handed_out_once() -> None:
    pool = PortPool()
    ports = [pool.claim() for _ in range(20)]
    assert len(set(ports)) == 20
    assert all(FIRST <= port <= LAST and is_free(port) for port in ports)
    pool.release(ports[0])
    assert pool.claim(ports[0]) == ports[0]
    assert pool.claim(ports[0]) != ports[0]


def test_a_reused_pid_is_another_process(tmp_path: Path) -> None:
    import os

    me = identify(os.getpid())
    assert me is not None
    assert alive(me)
    impostor = Process(me.pid, "0")
    assert not alive(impostor)
    ledger = Ledger(tmp_path)
    write_json(tmp_path / f"{me.pid}.json", {"pid": me.pid, "started": "0", "what": "somebody else's"})
    assert ledger.end_all() == 0
    assert list(tmp_path.iterdir()) == []
