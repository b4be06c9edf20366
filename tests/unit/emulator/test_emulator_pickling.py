"""The cloud's memory: what plain pickle cannot hold, and large bodies beside it."""

from __future__ import annotations

import hashlib
import pickle
import threading
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from hivemind.emulator import pickling


class Counted(defaultdict[str, list[int]]):
    """A defaultdict with a constructor of its own, as moto has."""

    def __init__(self, owner: str) -> None:
        super().__init__(list)
        self.owner = owner


class Stored:
    """An object with its body in a buffer, as moto's S3 keys."""

    def __init__(self, body: bytes) -> None:
        self._value_buffer = body

    def __getstate__(self) -> dict[str, Any]:
        return {"value": self._value_buffer, "name": "k"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.name = state["name"]
        self._value_buffer = state["value"]


def again(value: Any, bodies: Path) -> Any:
    return pickle.loads(pickling.dumps(value, bodies)[0])


def test_locks_and_threads_come_back_fresh(tmp_path: Path) -> None:
    held = threading.Lock()
    held.acquire()
    back = again({"lock": held, "rlock": threading.RLock(), "event": threading.Event()}, tmp_path)
    assert back["lock"].acquire(blocking=False)
    assert back["rlock"].acquire(blocking=False)
    assert isinstance(back["event"], threading.Event)


def test_a_defaultdict_of_its_own_kind_keeps_items_factory_and_attributes(tmp_path: Path) -> None:
    counted = Counted("us")
    counted["a"].append(1)
    back = again(counted, tmp_path)
    assert (type(back), back.owner, dict(back)) == (Counted, "us", {"a": [1]})
    assert back["new"] == []


def test_what_refers_to_the_same_still_does(tmp_path: Path) -> None:
    shared = [1]
    back = again({"a": shared, "b": {"c": shared}}, tmp_path)
    assert back["a"] is back["b"]["c"]


def test_a_private_key_survives(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    assert again(key, tmp_path).private_numbers() == key.private_numbers()


def test_bodies_are_files_written_once_and_not_part_of_the_pickle(tmp_path: Path) -> None:
    body = b"x" * 1_000_000
    stored = Stored(body)
    content, written = pickling.dumps([stored, Stored(body)], tmp_path)
    digest = hashlib.sha256(body).hexdigest()
    assert written == {digest}
    assert len(content) < 2000
    before = (tmp_path / digest).stat().st_mtime_ns
    pickling.dumps([stored], tmp_path)
    assert (tmp_path / digest).stat().st_mtime_ns == before
    assert pickle.loads(content)[0]._value_buffer == body


def test_what_cannot_be_kept_says_so(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="cannot pickle"):
        pickling.dumps((n for n in range(3)), tmp_path)
