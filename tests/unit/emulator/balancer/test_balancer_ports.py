"""Ports: known before there is a listener, the same after a restart, given back when nobody has them."""

from __future__ import annotations

import socket
from pathlib import Path

from hivemind.emulator.balancer.addresses import Ports
from hivemind.emulator.ports import PortPool


def ports(folder: Path) -> Ports:
    return Ports(folder / "ports.json", PortPool())


def test_a_load_balancer_has_its_port_before_its_first_listener(tmp_path: Path) -> None:
    mine = ports(tmp_path)

    before = mine.settle({"lb": ()})["lb"]

    assert mine.settle({"lb": ("first",)}) == {"lb": before, "first": before}


def test_each_further_listener_has_its_own(tmp_path: Path) -> None:
    got = ports(tmp_path).settle({"lb": ("first", "second"), "other": ("third",)})

    assert got["first"] == got["lb"]
    assert got["third"] == got["other"]
    assert len({got["first"], got["second"], got["third"]}) == 3


def test_the_next_listener_takes_the_port_of_the_first_that_was_deleted(tmp_path: Path) -> None:
    mine = ports(tmp_path)
    before = mine.settle({"lb": ("first", "second")})

    after = mine.settle({"lb": ("second", "third")})

    assert after["second"] == before["second"]
    assert after["third"] == before["lb"]


def test_they_survive_a_restart(tmp_path: Path) -> None:
    before = ports(tmp_path).settle({"lb": ("first", "second")})

    assert ports(tmp_path).settle({"lb": ("first", "second")}) == before


def test_a_port_that_was_taken_meanwhile_is_replaced(tmp_path: Path) -> None:
    before = ports(tmp_path).settle({"lb": ("first", "second")})
    with socket.create_server(("127.0.0.1", before["lb"])):
        after = ports(tmp_path).settle({"lb": ("first", "second")})

    assert after["lb"] != before["lb"]
    assert after["first"] == after["lb"]
    assert after["second"] == before["second"]


def test_a_port_that_turns_out_to_be_taken_is_replaced(tmp_path: Path) -> None:
    mine = ports(tmp_path)
    before = mine.settle({"lb": ("first", "second")})

    mine.replace(before["lb"])

    after = mine.settle({"lb": ("first", "second")})
    assert after["lb"] == after["first"] != before["lb"]
    assert after["second"] == before["second"]


def test_what_is_gone_gives_its_port_back(tmp_path: Path) -> None:
    pool = PortPool()
    mine = Ports(tmp_path / "ports.json", pool)
    port = mine.settle({"lb": ("first",)})["lb"]

    assert mine.settle({}) == {}
    assert pool.claim(port) == port


def test_a_torn_file_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "ports.json").write_text("{")

    assert set(ports(tmp_path).settle({"lb": ()})) == {"lb"}
