"""The store on disk: whole, private, torn, altered, held."""

from __future__ import annotations

import json
import multiprocessing
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hivemind.errors import RefusedError
from hivemind.model.release import ReleaseRecord
from hivemind.model.run import RunFinished, RunStarted
from hivemind.state.files import FileStore

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "home" / "shop" / "local"


@pytest.fixture
def store(root: Path) -> FileStore:
    return FileStore(root, now=lambda: NOON)


def entry(number: int) -> RunStarted:
    return RunStarted(at=f"t{number}", operation=f"op{number}", plan="p", transition="create", who="Ada ☃\n\u2028")


def release(digest: str) -> ReleaseRecord:
    return ReleaseRecord(
        digest=digest, commit=None, deployment="shop:local", template_hashes={}, colours={"web": "blue"},
        migrated=False, who="ada", when="now", verdict="live", plan="p",
    )  # fmt: skip


def test_nothing_is_remembered_at_first(store: FileStore, root: Path) -> None:
    assert (store.entries(), store.releases(), store.torn()) == ((), (), ())
    assert not root.exists()


def test_entries_come_back_in_order_from_another_store(store: FileStore, root: Path) -> None:
    written = (entry(1), entry(2), RunFinished(at="t3", operation="op2", verdict="applied"))
    for each in written:
        store.append(each)
    assert FileStore(root).entries() == written


def test_releases_come_newest_first(store: FileStore) -> None:
    store.record(release("a"))
    store.record(release("b"))
    assert [record.digest for record in store.releases()] == ["b", "a"]


def test_files_are_private(store: FileStore, root: Path) -> None:
    store.append(entry(1))
    store.keep_plan("d1", "plan")
    with store.lease("ada", "apply"):
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (root, *root.rglob("*"))}
    assert modes == {"local": 0o700, "journal.jsonl": 0o600, "lock": 0o600, "plans": 0o700, "d1.json": 0o600}
    assert stat.S_IMODE(root.parent.stat().st_mode) == 0o700


def test_every_line_is_json_with_a_checksum(store: FileStore, root: Path) -> None:
    store.append(entry(1))
    line = json.loads((root / "journal.jsonl").read_text())
    assert set(line) == {"sum", "entry"}
    assert line["entry"]["operation"] == "op1"


@pytest.mark.parametrize("cut", [1, 2, 30, 150])
def test_a_line_cut_off_by_a_crash_is_left_out_named_and_put_aside(store: FileStore, root: Path, cut: int) -> None:
    store.append(entry(1))
    store.append(entry(2))
    path = root / "journal.jsonl"
    os.truncate(path, path.stat().st_size - cut)
    assert store.entries() == (entry(1),)
    assert store.torn() == (f"{path}:2",)
    store.append(entry(3))
    assert store.entries() == (entry(1), entry(3))
    assert store.torn() == ()
    assert (root / "journal.torn").read_bytes().startswith(b'{"sum":"')


def test_a_crash_at_the_very_first_line(store: FileStore, root: Path) -> None:
    root.mkdir(parents=True)
    (root / "journal.jsonl").write_bytes(b'{"sum"')
    assert store.entries() == ()
    store.append(entry(1))
    assert store.entries() == (entry(1),)


@pytest.mark.parametrize(
    ("damage", "line"),
    [
        (lambda lines: [lines[0].replace(b"create", b"delete"), *lines[1:]], 1),
        (lambda lines: [lines[0], lines[1].replace(b"op2", b"op9"), lines[2]], 2),
        (lambda lines: [lines[0], lines[2]], 2),
        (lambda lines: [lines[1], lines[0], lines[2]], 1),
        (lambda lines: [lines[0], b"not json", lines[2]], 2),
        (lambda lines: [lines[0], b"", *lines[1:]], 2),
        (lambda lines: [lines[0], b"\xff\xfe", *lines[1:]], 2),
        (lambda lines: [lines[0][:40], *lines[1:]], 1),
        (lambda lines: [*lines[:2], lines[2][:-9]], 3),
        (lambda lines: [*lines, lines[0]], 4),
    ],
)
def test_any_other_damage_is_refused_with_file_and_line(
    store: FileStore, root: Path, damage: object, line: int
) -> None:
    for number in (1, 2, 3):
        store.append(entry(number))
    path = root / "journal.jsonl"
    lines = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join(damage(lines)) + b"\n")  # type: ignore[operator]
    with pytest.raises(RefusedError, match="altered or damaged") as caught:
        store.entries()
    assert caught.value.where == f"{path}:{line}"
    assert str(path) in caught.value.hint


def test_entries_of_another_version_are_refused(store: FileStore, root: Path) -> None:
    store._journal.append('{"kind":"run-paused"}')
    with pytest.raises(RefusedError, match="another version"):
        store.entries()


def test_an_unwritable_home_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RefusedError, match="cannot be used") as caught:
        FileStore(tmp_path / "file" / "shop").append(entry(1))
    assert "HIVEMIND_HOME" in caught.value.hint


def test_a_held_deployment_names_its_holder(store: FileStore, root: Path) -> None:
    with store.lease("ada@host", "apply"):
        with pytest.raises(RefusedError) as caught, FileStore(root).lease("bob", "destroy"):
            pytest.fail("two hold it")
        assert "ada@host holds this deployment since 2026-03-01T12:00:00+00:00 (apply, process " in str(caught.value)
        assert str(os.getpid()) in caught.value.message
        assert caught.value.exit_code == 4
    with FileStore(root).lease("bob", "destroy"):
        pass


def test_who_holds_it_is_told_while_it_is_held_and_looking_takes_nothing(store: FileStore, root: Path) -> None:
    assert store.holder is None
    assert not root.exists()
    with store.lease("ada@host", "apply create"):
        found = FileStore(root).holder
        assert found
        assert (found.who, found.why, found.process, found.alive) == (
            "ada@host", "apply create", str(os.getpid()), True,
        )  # fmt: skip
    assert store.holder is None


@pytest.mark.parametrize("process", ["this", "0", "unknown", ""])
def test_a_lock_that_nobody_holds_is_dead_whatever_process_has_its_number(
    store: FileStore, root: Path, process: str
) -> None:
    root.mkdir(parents=True)
    (root / "lock").write_text(json.dumps({"who": "ada", "pid": str(os.getpid()) if process == "this" else process}))
    assert store.holder
    assert not store.holder.alive


@pytest.mark.parametrize("text", ["", "not json", "[]"])
def test_a_lock_that_says_nothing_is_nobodys(store: FileStore, root: Path, text: str) -> None:
    root.mkdir(parents=True)
    (root / "lock").write_text(text)
    assert store.holder is None


def test_a_lease_is_freed_by_an_error(store: FileStore) -> None:
    with pytest.raises(ZeroDivisionError), store.lease("ada", "apply"):
        raise ZeroDivisionError
    assert store.holder is None
    with store.lease("bob", "apply"):
        pass


def _hold_and_die(root: str, ready: object) -> None:
    lease = FileStore(Path(root)).lease("dead", "apply")
    lease.__enter__()
    ready.set()  # type: ignore[attr-defined]
    os.kill(os.getpid(), 9)


@pytest.mark.slow
def test_a_killed_holder_holds_nobody_off(store: FileStore, root: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=_hold_and_die, args=(str(root), ready))
    process.start()
    process.join(20)
    assert process.exitcode == -9
    assert json.loads((root / "lock").read_text())["who"] == "dead"
    assert store.holder
    assert (store.holder.who, store.holder.why, store.holder.alive) == ("dead", "apply", False)
    assert store.holder.process == str(process.pid)
    with store.lease("ada", "apply"):
        assert json.loads((root / "lock").read_text())["who"] == "ada"


def test_archive_puts_everything_aside_and_starts_clean(store: FileStore, root: Path) -> None:
    store.append(entry(1))
    store.record(release("a"))
    store.keep_plan("d1", "plan")
    with store.lease("ada", "destroy"):
        store.archive()
    assert (store.entries(), store.releases()) == ((), ())
    aside = root / "archive" / "20260301T120000.000000Z"
    assert sorted(path.name for path in aside.iterdir()) == ["journal.jsonl", "plans", "releases.jsonl"]
    assert (aside / "plans" / "d1.json").read_text() == "plan"
    store.append(entry(2))
    assert store.entries() == (entry(2),)


def test_a_run_is_asked_to_stop_by_its_operation_alone(store: FileStore, root: Path) -> None:
    assert store.stop_asked("op1") is None
    with store.lease("ada", "apply"):
        FileStore(root).ask_to_stop("op1", "bob@host")
        assert (store.stop_asked("op1"), store.stop_asked("op2")) == ("bob@host", None)
        FileStore(root).ask_to_stop("op2", "eve")
        assert (store.stop_asked("op1"), store.stop_asked("op2")) == (None, "eve")
    assert stat.S_IMODE((root / "stop.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "[]", "{", '{"who": "bob"}', "null"])
def test_what_is_no_request_asks_nothing(store: FileStore, root: Path, text: str) -> None:
    root.mkdir(parents=True)
    (root / "stop.json").write_text(text)
    assert store.stop_asked("op1") is None


def test_archive_of_nothing_is_nothing(store: FileStore, root: Path) -> None:
    store.archive()
    assert not root.exists()
