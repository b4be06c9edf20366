"""What apply relies on of a deployment's memory, in a list and in files."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes.store import FakeStore

from hivemind.errors import RefusedError
from hivemind.model.release import ReleaseRecord
from hivemind.model.run import RunFinished, RunStarted
from hivemind.ports import Store
from hivemind.state.files import FileStore


@pytest.fixture(params=["fake", "files"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return FakeStore() if request.param == "fake" else FileStore(tmp_path / "shop" / "local")


def started(number: int) -> RunStarted:
    return RunStarted(at=f"t{number}", operation=f"op{number}", plan="p", transition="create", who="Ada ☃\n")


def release(digest: str) -> ReleaseRecord:
    return ReleaseRecord(
        digest=digest, commit=None, deployment="shop:local", template_hashes={"web": "h"}, colours={"web": "blue"},
        migrated=True, who="ada", when="now", verdict="live", plan="p",
    )  # fmt: skip


def test_nothing_is_remembered_at_first(store: Store) -> None:
    assert (store.entries(), store.releases()) == ((), ())


def test_entries_come_oldest_first_and_as_they_were(store: Store) -> None:
    written = (started(1), started(2), RunFinished(at="t3", operation="op2", verdict="applied"))
    for entry in written:
        store.append(entry)
    assert store.entries() == written


def test_releases_come_newest_first_the_same_one_as_often_as_it_was_deployed(store: Store) -> None:
    for digest in ("a", "b", "a"):
        store.record(release(digest))
    assert store.releases() == (release("a"), release("b"), release("a"))


def test_one_holder_at_a_time_who_is_named_and_the_next_one_after_it(store: Store) -> None:
    with store.lease("ada", "apply the plan"):
        with pytest.raises(RefusedError) as refused, store.lease("bob", "destroy"):
            raise AssertionError("two hold the lease")
        assert "ada" in str(refused.value)
        assert "apply the plan" in str(refused.value)
        assert refused.value.hint
    with store.lease("bob", "destroy"):
        store.append(started(1))
    assert store.entries() == (started(1),)


def test_a_run_that_fails_frees_the_lease(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.lease("ada", "apply"):
        raise ZeroDivisionError
    with store.lease("bob", "apply"):
        pass


def test_plans_are_kept_by_their_digest_until_they_are_forgotten(store: Store) -> None:
    assert store.kept_plan("a") is None
    store.forget_plans(frozenset())
    for digest in ("a", "b", "c"):
        store.keep_plan(digest, f"plan {digest} ☃\n")
    store.keep_plan("a", "plan a again\n")
    store.forget_plans(frozenset({"a", "c", "never kept"}))
    assert [store.kept_plan(digest) for digest in ("a", "b", "c")] == ["plan a again\n", None, "plan c ☃\n"]


def test_what_is_archived_is_out_of_the_way_of_the_next_start(store: Store) -> None:
    store.archive()
    store.append(started(1))
    store.record(release("a"))
    store.keep_plan("p", "plan")
    store.archive()
    assert (store.entries(), store.releases(), store.kept_plan("p")) == ((), (), None)
    store.append(started(2))
    assert store.entries() == (started(2),)
