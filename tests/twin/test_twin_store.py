"""What apply relies on of a deployment's memory: in a list, in files, in a fake bucket and a real one."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest
from fakes.state_bucket import FakeStateBucket
from fakes.store import FakeStore

from hivemind.aws.session import Session
from hivemind.aws.state_bucket import AwsStateBucket
from hivemind.errors import RefusedError
from hivemind.model.release import ReleaseRecord
from hivemind.model.run import RunFinished, RunStarted
from hivemind.ports import Store
from hivemind.state.files import FileStore
from hivemind.state.shared import SharedStore

NUMBERS = count(1)


@pytest.fixture(params=["fake", "files", "bucket", pytest.param("emulator", marks=pytest.mark.slow)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    match request.param:
        case "fake":
            return FakeStore()
        case "files":
            return FileStore(tmp_path / "shop" / "local")
        case "bucket":
            return SharedStore(FakeStateBucket(), "shop/staging")
    return SharedStore(state_bucket(request.getfixturevalue("emulator")), "shop/staging")


def state_bucket(endpoint: str) -> AwsStateBucket:
    """A new bucket of the local cloud, with a prefix."""
    session, name = Session("us-east-1", endpoint), f"state-{next(NUMBERS)}"
    session.client("s3").create_bucket(Bucket=name)
    return AwsStateBucket(session, f"s3://{name}/team/a")


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


def test_the_run_that_is_asked_to_stop_is_told_by_whom_and_no_other_is(store: Store) -> None:
    assert store.stop_asked("op1") is None
    store.ask_to_stop("op1", "bob")
    assert (store.stop_asked("op1"), store.stop_asked("op2")) == ("bob", None)
    store.ask_to_stop("op2", "eve")
    assert (store.stop_asked("op1"), store.stop_asked("op2")) == (None, "eve")


def test_who_holds_it_is_seen_while_they_do(store: Store) -> None:
    assert store.holder is None
    with store.lease("ada", "apply the plan"):
        seen = store.holder
        assert seen is not None
        assert (seen.who, seen.why, seen.alive) == ("ada", "apply the plan", True)
    assert store.holder is None
