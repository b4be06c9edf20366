"""Log files become log events, line by whole line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hivemind.emulator.logs import Shipper


class Logs:
    """The logs service, as far as the shipper uses it."""

    def __init__(self) -> None:
        self.groups: dict[str, dict[str, list[str]]] = {}

    def ensure_log_group(self, name: str) -> None:
        self.groups.setdefault(name, {})

    def ensure_log_stream(self, group: str, stream: str) -> None:
        self.groups[group].setdefault(stream, [])

    def put_log_events(self, group: str, stream: str, events: list[dict[str, Any]]) -> None:
        self.groups[group][stream] += [event["message"] for event in events]


def shipper(logs: Logs) -> Shipper:
    return Shipper(lambda _region: logs, lambda: None)


def entry(path: Path, stream: str = "{instance_id}") -> dict[str, str]:
    return {"file_path": str(path), "log_group_name": "/app", "log_stream_name": stream}


def test_whole_lines_are_shipped_once(tmp_path: Path) -> None:
    logs, file = Logs(), tmp_path / "a.log"
    ships = shipper(logs)
    ships.register("i-1", "us-east-1", [entry(file)])
    file.write_text("one\ntwo\nhal")
    ships.ship(ships.tails)
    ships.ship(ships.tails)
    assert logs.groups == {"/app": {"i-1": ["one", "two"]}}
    file.write_text("one\ntwo\nhalf\n")
    ships.ship(ships.tails)
    assert logs.groups["/app"]["i-1"] == ["one", "two", "half"]


def test_a_file_that_starts_anew_is_read_from_its_start(tmp_path: Path) -> None:
    logs, file = Logs(), tmp_path / "a.log"
    ships = shipper(logs)
    ships.register("i-1", "us-east-1", [entry(file)])
    file.write_text("a long first line\n")
    ships.ship(ships.tails)
    file.write_text("new\n")
    ships.ship(ships.tails)
    assert logs.groups["/app"]["i-1"] == ["a long first line", "new"]


def test_registering_again_does_not_ship_again(tmp_path: Path) -> None:
    logs, file = Logs(), tmp_path / "a.log"
    file.write_text("one\n")
    ships = shipper(logs)
    for _ in range(2):
        ships.register("i-1", "us-east-1", [entry(file)])
        ships.ship(ships.tails)
    assert logs.groups["/app"]["i-1"] == ["one"]


def test_forgetting_ships_the_rest_of_that_instance_only(tmp_path: Path) -> None:
    logs, mine, others = Logs(), tmp_path / "a.log", tmp_path / "b.log"
    ships = shipper(logs)
    ships.register("i-1", "us-east-1", [entry(mine)])
    ships.register("i-2", "us-east-1", [entry(others)])
    mine.write_text("last words\n")
    ships.forget("i-1")
    assert logs.groups["/app"] == {"i-1": ["last words"]}
    assert [tail.instance for tail in ships.tails] == ["i-2"]


def test_a_group_that_was_deleted_is_not_made_again(tmp_path: Path) -> None:
    logs, file = Logs(), tmp_path / "a.log"
    ships = shipper(logs)
    ships.register("i-1", "us-east-1", [entry(file)])
    logs.groups.clear()
    file.write_text("one\n")
    ships.ship(ships.tails)
    assert logs.groups == {}
