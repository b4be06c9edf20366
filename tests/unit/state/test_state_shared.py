"""State in a bucket: what others do meanwhile, what time frees, and what is altered is refused."""

from __future__ import annotations

import json
import time

import pytest
from fakes.state_bucket import FakeStateBucket
from hypothesis import given
from hypothesis import strategies as st

from hivemind.errors import CloudError, RefusedError
from hivemind.model.run import RunStarted
from hivemind.state import shared_chain
from hivemind.state.shared import SharedStore
from hivemind.state.shared_lease import MARGIN, SharedLease

LASTS = 60.0
LOCK = "shop/staging/lock"


def started(number: int) -> RunStarted:
    return RunStarted(at=f"t{number}", operation=f"op{number}", plan="p", transition="create", who="ada")


def store(bucket: FakeStateBucket) -> SharedStore:
    return SharedStore(bucket, "shop/staging", lasts=LASTS)


def required_until(lease: SharedLease, deadline: float) -> None:
    while time.monotonic() < deadline:
        lease.require()


def taken_by(bucket: FakeStateBucket, who: str) -> None:
    """Somebody has the lease, and never says again that they live."""
    words = {"who": who, "why": "apply", "since": "noon", "token": who, "lasts": LASTS}
    assert bucket.write(LOCK, json.dumps(words).encode(), None)


@pytest.mark.parametrize("seconds", [0, 1, LASTS - 1, LASTS, LASTS + MARGIN])
def test_a_dead_holder_holds_until_its_time_is_over(seconds: float) -> None:
    bucket = FakeStateBucket()
    taken_by(bucket, "ada")
    bucket.seconds = seconds
    with pytest.raises(RefusedError, match="ada holds this deployment since noon"), store(bucket).lease("bob", "apply"):
        raise AssertionError("two hold the lease")


def test_a_dead_holder_is_named_as_dead_and_makes_room_when_its_time_is_over() -> None:
    bucket = FakeStateBucket()
    taken_by(bucket, "ada")
    bucket.seconds = LASTS + MARGIN + 1
    seen = store(bucket).holder
    assert seen is not None
    assert (seen.who, seen.alive) == ("ada", False)
    with store(bucket).lease("bob", "apply"):
        pass


def test_of_two_that_find_it_free_one_is_refused_with_the_name_of_the_other() -> None:
    bucket = FakeStateBucket()
    bucket.before_write = lambda: taken_by(bucket, "eve")
    with pytest.raises(RefusedError, match="eve holds this deployment"), store(bucket).lease("bob", "apply"):
        raise AssertionError("two hold the lease")


@pytest.mark.parametrize("lost", [False, True])
def test_a_beat_renews_the_lease_even_after_one_whose_answer_was_lost(lost: bool) -> None:
    bucket = FakeStateBucket()
    lease = SharedLease(bucket, LOCK, lasts=0.2)
    with lease.held("ada", "apply", "noon"):
        bucket.mute, seen = lost, set()
        deadline = time.monotonic() + 5
        while len(seen) < 3 and time.monotonic() < deadline:
            seen.add(json.loads(bucket.objects[LOCK][0]).get("beat"))
        assert len(seen) == 3
        lease.require()
    assert bucket.objects[LOCK][0] == b""


def test_a_holder_whom_another_followed_is_told_at_its_next_beat() -> None:
    bucket = FakeStateBucket()
    lease = SharedLease(bucket, LOCK, lasts=0.2)
    with lease.held("ada", "apply", "noon"):
        bucket.delete(LOCK)
        taken_by(bucket, "bob")
        with pytest.raises(RefusedError, match="no longer holds"):
            required_until(lease, time.monotonic() + 5)
    assert b"bob" in bucket.objects[LOCK][0]


def test_who_lost_the_lease_to_another_writes_nothing_more() -> None:
    bucket = FakeStateBucket()
    ada, bob = store(bucket), store(bucket)
    lease = ada.lease("ada", "apply")
    lease.__enter__()
    ada.append(started(1))
    bucket.seconds = LASTS + MARGIN + 1
    with bob.lease("bob", "apply"):
        assert bob.entries() == (started(1),)
        bob.append(started(2))
        with pytest.raises(RefusedError, match="written to this deployment's memory meanwhile"):
            ada.append(started(3))
    assert store(bucket).entries() == (started(1), started(2))
    lease.__exit__(None, None, None)


def test_who_let_go_late_does_not_free_what_another_holds() -> None:
    bucket = FakeStateBucket()
    lease = store(bucket).lease("ada", "apply")
    lease.__enter__()
    bucket.seconds = LASTS + MARGIN + 1
    with store(bucket).lease("bob", "apply"):
        lease.__exit__(None, None, None)
        seen = store(bucket).holder
        assert seen is not None
        assert seen.who == "bob"


def test_a_holder_that_could_not_say_for_long_that_it_lives_counts_itself_out() -> None:
    bucket, seconds = FakeStateBucket(), 0.0
    lease = SharedLease(bucket, "lock", LASTS, now=lambda: seconds)
    with lease.held("ada", "apply", "noon"):
        seconds = LASTS - 1
        lease.require()
        seconds = LASTS + 1
        with pytest.raises(RefusedError, match="no longer holds"):
            lease.require()


@pytest.mark.parametrize("content", [b"{", b"[]", b"7", b"\xff", b'{"lasts": "long"}', b"{}"])
def test_words_that_nobody_here_wrote_hold_everybody_off_until_they_are_old(content: bytes) -> None:
    bucket = FakeStateBucket()
    bucket.write(LOCK, content, None)
    with pytest.raises(RefusedError, match="somebody holds"), store(bucket).lease("bob", "apply"):
        raise AssertionError("two hold the lease")
    bucket.seconds = LASTS + MARGIN + 1
    with store(bucket).lease("bob", "apply"):
        pass


@pytest.mark.parametrize(
    "act",
    [
        lambda store: store.entries(),
        lambda store: store.releases(),
        lambda store: store.append(started(1)),
        lambda store: store.holder,
        lambda store: store.stop_asked("op"),
        lambda store: store.lease("ada", "apply").__enter__(),
    ],
)
def test_a_bucket_that_does_not_answer_stops_everything(act) -> None:  # type: ignore[no-untyped-def]
    bucket = FakeStateBucket()
    bucket.away = True
    with pytest.raises(CloudError):
        act(store(bucket))


def test_a_long_journal_is_many_objects_and_reads_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_chain, "LARGE", 400)
    bucket = FakeStateBucket()
    for number in range(20):
        store(bucket).append(started(number))
    assert len(bucket.keys("shop/staging/0001/journal/")) > 5
    assert store(bucket).entries() == tuple(started(number) for number in range(20))


@given(st.data())
def test_a_flipped_byte_of_the_journal_is_refused(data: st.DataObject) -> None:
    bucket, key = FakeStateBucket(), "shop/staging/0001/journal/000001.jsonl"
    for number in range(3):
        store(bucket).append(started(number))
    content, version, age = bucket.objects[key]
    at = data.draw(st.integers(0, len(content) - 2))
    flipped = content[at] ^ (1 << data.draw(st.integers(0, 7)))
    bucket.objects[key] = (content[:at] + bytes([flipped]) + content[at + 1 :], version, age)
    with pytest.raises(RefusedError, match="altered or damaged"):
        store(bucket).entries()


def test_a_missing_object_in_the_middle_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_chain, "LARGE", 1)
    bucket = FakeStateBucket()
    for number in range(3):
        store(bucket).append(started(number))
    bucket.delete("shop/staging/0001/journal/000002.jsonl")
    with pytest.raises(RefusedError, match="altered or damaged"):
        store(bucket).entries()


def test_a_destroyed_deployment_begins_anew_and_its_past_stays() -> None:
    bucket = FakeStateBucket()
    first = store(bucket)
    with first.lease("ada", "destroy"):
        first.append(started(1))
        first.archive()
        first.archive()
        first.append(started(2))
    assert store(bucket).entries() == (started(2),)
    assert bucket.keys("shop/staging/0001/journal/") == ("shop/staging/0001/journal/000001.jsonl",)
