"""Eight at once reach for one deployment in a bucket, 200 times: one holds it each time, and the dead make room."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from itertools import count

import pytest
from fakes.racer import Racer

from hivemind.aws.session import Session
from hivemind.aws.state_bucket import AwsStateBucket
from hivemind.errors import RefusedError
from hivemind.state.shared import SharedStore

pytestmark = [pytest.mark.slow, pytest.mark.proof]
RACERS, ROUNDS, KILLED = 8, 200, 5
LASTS = 1.0
NUMBERS = count(1)
RACER = """\
import json, sys
from hivemind.aws.session import Session
from hivemind.aws.state_bucket import AwsStateBucket
from hivemind.errors import RefusedError
from hivemind.state.shared import SharedStore

endpoint, address, me = sys.argv[1:4]
store = SharedStore(AwsStateBucket(Session("us-east-1", endpoint), address), "shop/staging")
for line in sys.stdin:
    try:
        with store.lease(me, f"round {line.strip()}"):
            print(json.dumps({"holds": me}), flush=True)
            sys.stdin.readline()
        print(json.dumps({"left": me}), flush=True)
    except RefusedError as error:
        print(json.dumps({"refused": error.message, "code": error.exit_code}), flush=True)
"""


@pytest.fixture
def bucket(emulator: str) -> tuple[str, str]:
    """The endpoint, and the address of a new bucket."""
    name = f"lease-{next(NUMBERS)}"
    Session("us-east-1", emulator).client("s3").create_bucket(Bucket=name)
    return emulator, f"s3://{name}/team"


def test_of_eight_at_once_exactly_one_holds_each_time(
    bucket: tuple[str, str], record_property: Callable[[str, object], None]
) -> None:
    racers = [Racer(f"racer-{number}", RACER, *bucket) for number in range(RACERS)]
    winners: set[str] = set()
    try:
        for number in range(ROUNDS):
            for racer in racers:
                racer.tell(str(number))
            said = {racer: racer.says() for racer in racers}
            (winner,) = (racer for racer, answer in said.items() if "holds" in answer)
            for racer, answer in said.items():
                if racer is not winner:
                    assert str(answer["refused"]).startswith(f"{winner.name} holds this deployment since"), answer
                    assert f"(round {number})" in str(answer["refused"])
                    assert answer["code"] == RefusedError.exit_code
            winner.tell("enough")
            assert winner.says() == {"left": winner.name}
            winners.add(winner.name)
    finally:
        for racer in racers:
            racer.kill()
    assert len(winners) > 1
    record_property("proved", f"{ROUNDS} rounds of {RACERS}: one held it in each, all others named it")


def test_a_killed_holder_is_followed_after_its_time_and_never_before(
    bucket: tuple[str, str], record_property: Callable[[str, object], None]
) -> None:
    endpoint, address = bucket
    store = SharedStore(AwsStateBucket(Session("us-east-1", endpoint), address), "shop/staging", lasts=LASTS)
    waited = []
    for number in range(KILLED):
        holder = Racer(f"holder-{number}", RACER, *bucket)
        try:
            holder.tell("dies")
            assert holder.says() == {"holds": holder.name}
        finally:
            holder.kill()
        shorten(address, endpoint)
        begun, told = time.monotonic(), refusals(store)
        waited.append(time.monotonic() - begun)
        assert told
        assert all(holder.name in message for message in told)
        assert waited[-1] > LASTS
    record_property("proved", f"{KILLED} killed holders: each held for {min(waited):.1f} s or more, then made room")


def refusals(store: SharedStore) -> list[str]:
    """Reaches for the lease until it has it; what it was told until then."""
    told = []
    while True:
        try:
            with store.lease("next", "apply"):
                return told
        except RefusedError as error:
            told.append(error.message)


def shorten(address: str, endpoint: str) -> None:
    """The dead holder's own words, with less time in them: a minute for each would be long."""
    bucket = AwsStateBucket(Session("us-east-1", endpoint), address)
    found = bucket.read("shop/staging/lock")
    assert found is not None
    words = {**json.loads(found.content), "lasts": LASTS}
    assert bucket.write("shop/staging/lock", json.dumps(words).encode(), found.version)
