"""Eight at once reach for one deployment: one acts, seven are told who does, since when and why."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes.racer import Racer

from hivemind.state.files import FileStore

pytestmark = pytest.mark.proof
RACERS, ROUNDS = 8, 50
REFUSED = 4
HELD = re.compile(r"^(.+) holds this deployment since (.+) \((.+), process (\d+)\)$")
RACER = """\
import json, os, sys
from pathlib import Path
from hivemind.errors import RefusedError
from hivemind.model.run import RunFinished, RunStarted
from hivemind.state.files import FileStore

me, store = sys.argv[2], FileStore(Path(sys.argv[1]))
for line in sys.stdin:
    try:
        with store.lease(f"{me}@test", f"apply of {me}"):
            store.append(RunStarted(at="t", operation=f"{line.strip()}-{me}", plan="p", transition="create", who=me))
            print(json.dumps({"acts": os.getpid()}), flush=True)
            sys.stdin.readline()
            store.append(RunFinished(at="t", operation=f"{line.strip()}-{me}", verdict="applied"))
        print(json.dumps({"left": True}), flush=True)
    except RefusedError as error:
        print(json.dumps({"refused": error.message, "code": error.exit_code}), flush=True)
"""


def test_of_eight_at_once_one_acts_and_seven_are_told_who(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    root, killed = tmp_path / "shop" / "local", 0
    racers = [Racer(f"racer-{number}", RACER, str(root)) for number in range(RACERS)]
    try:
        for number in range(ROUNDS):
            holder = _race(racers, number)
            if number % 5 == 4:
                os.kill(holder.process.pid, signal.SIGKILL)
                holder.process.communicate()
                racers[racers.index(holder)] = Racer(holder.name, RACER, str(root))
                killed += 1
            else:
                holder.tell("enough")
                assert holder.says() == {"left": True}
    finally:
        for racer in racers:
            racer.kill()
    store = FileStore(root)
    begun = [entry.operation for entry in store.entries() if entry.kind == "run-started"]
    assert len(begun) == len(set(begun)) == ROUNDS
    with store.lease("ada", "apply"):
        pass
    record_property("proved", f"{ROUNDS} rounds of {RACERS}: one acted in each; {killed} holders killed, each freed it")


def _race(racers: list[Racer], number: int) -> Racer:
    """All reach at once; returns the one that holds, after every other one has named it."""
    for racer in racers:
        racer.tell(str(number))
    said = {racer: racer.says() for racer in racers}
    (holder,) = (racer for racer, answer in said.items() if "acts" in answer)
    for racer in racers:
        if racer is holder:
            continue
        assert said[racer]["code"] == REFUSED
        found = HELD.match(str(said[racer]["refused"]))
        assert found, said[racer]
        who, since, why, process = found.groups()
        assert (who, why, process) == (f"{holder.name}@test", f"apply of {holder.name}", str(holder.process.pid))
        assert datetime.fromisoformat(since).tzinfo is UTC
    return holder
