"""Logs stay bounded, and nobody who writes one has to open it again."""

from __future__ import annotations

from pathlib import Path

from hivemind.emulator.home import Home
from hivemind.emulator.log_files import trim


def test_a_log_that_grew_too_large_is_put_aside_under_its_writer(tmp_path: Path) -> None:
    home = Home(tmp_path)
    small, large = home.databases / "db-1" / "server.log", home.log
    small.parent.mkdir(parents=True)
    small.write_text("few words\n")
    with large.open("a") as writer:
        writer.write("x" * 200)
        writer.flush()
        trim(home, largest=100)
        writer.write("after\n")
    assert large.read_text() == "after\n"
    assert large.with_name("daemon.log.1").read_text() == "x" * 200
    assert small.read_text() == "few words\n"
    trim(home, largest=3)
    assert large.with_name("daemon.log.1").read_text() == "after\n"
    assert small.with_name("server.log.1").read_text() == "few words\n"


def test_where_there_is_nothing_nothing_is_trimmed(tmp_path: Path) -> None:
    trim(Home(tmp_path / "none"))
    assert not (tmp_path / "none").exists()
