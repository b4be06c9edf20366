"""kill -9 at every step of every transition, on a deployment of its own that people use all the while.

`hivemind` is killed as it tells that a step begins, for every step in turn; then `hivemind resume` or `hivemind apply`
goes on, by turns, and must end where a run that nobody disturbed ends: what was asked for serves, one colour holds a
release, nothing is left over, each release has migrated once, and no request of a user has failed while releases came
and went.
"""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import boto3
from scenario.counted_app import CANARY, CountedApp
from scenario.terminal import Said, Terminal, ask
from scenario.users import Users

STEP = re.compile(r"… (\d+)/(\d+) ")
WAYS_ON = ("resume", "apply")


@dataclass
class Deployment:
    """The application, where it is deployed, and how it is brought before and through a transition."""

    app: CountedApp
    hivemind: Terminal
    url: str = ""
    releases: int = 0

    def write(self, release: int, **changed: Any) -> None:
        self.app.write(f"release {release}", **changed)
        self.releases = max(release, self.releases)

    def run(self, *arguments: str) -> Said:
        """A verb that must go through."""
        verb, *rest = arguments
        said = self.hivemind(verb, self.app.folder, *rest)
        assert said.code == 0, f"hivemind {' '.join(arguments)}\n{said.out}{said.err}"
        if said.out and said.last_line.startswith("URL: "):
            self.url = said.last_line.removeprefix("URL: ")
        return said

    def killed(self, number: int, verb: str) -> int:
        """Kill a verb as it begins its step of that number; returns how many there are."""
        said = self.hivemind.stopped(signal.SIGKILL, f"… {number}/", verb, self.app.folder, "--yes")
        assert said.code == -signal.SIGKILL
        found = STEP.search(said.out)
        assert found
        return int(found[2])

    def settled(self, instances: int) -> None:
        """The application of the sources serves, and nothing else is there."""
        assert ask(self.url) == (200, (self.app.folder / "release").read_text())
        plan = json.loads(self.hivemind("plan", self.app.folder, "--json").out)
        assert plan["transition"] == "none", plan["headline"]
        (service,) = json.loads(self.run("status", "--json").out)["services"]
        full, empty = sorted(service["colours"], key=lambda colour: not colour["release"])
        assert (full["share"], full["healthy"], full["targets"]) == (100, instances, instances), service
        assert (empty["release"], empty["share"], empty["targets"]) == (None, 0, 0), service
        assert len(list(self._machines())) == instances

    def _machines(self) -> Iterator[str]:
        keys = {"region_name": "us-east-1", "aws_access_key_id": "local", "aws_secret_access_key": "local"}
        cloud = boto3.client("ec2", endpoint_url=self.hivemind.emulator()["endpoint"], **keys)
        alive = [{"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]}]
        for reservation in cloud.describe_instances(Filters=alive)["Reservations"]:
            yield from (instance["InstanceId"] for instance in reservation["Instances"])


@dataclass(frozen=True)
class Transition:
    """How the sources become what the transition is to bring about, and what stands in its end."""

    prepare: Callable[[Deployment], None]
    verb: str = "apply"
    instances: int = 1


def next_release(deployment: Deployment) -> None:
    deployment.write(deployment.releases + 1)


def next_canary(deployment: Deployment) -> None:
    deployment.write(deployment.releases + 1, transition=CANARY)


def the_other_of_two(deployment: Deployment) -> None:
    """Whichever serves, the way back leads to the other one; the sources say the same, for `apply` to go on by."""
    if deployment.releases == 1:
        deployment.write(2)
        deployment.run("apply", "--yes")
    serves = ask(deployment.url)[1]
    deployment.write(1 if serves == "release 2\n" else 2)


def production(deployment: Deployment) -> None:
    """From a new stage-1, each time."""
    deployment.run("destroy", "--yes")
    deployment.app.log.unlink()
    deployment.write(1)
    deployment.run("apply", "--yes")
    deployment.write(1, stage="production", instances=2)


def converges(deployment: Deployment, transition: Transition) -> str:
    """Kills it at each of its steps and goes on; how many those were, and how many requests of users went through."""
    asked = 0
    for number in count(1):
        transition.prepare(deployment)
        with Users(deployment.url) as users:
            total = deployment.killed(number, transition.verb)
            goes_on(deployment, number)
        deployment.settled(transition.instances)
        assert users.result.failed == 0, (number, users.result.outcomes)
        asked += users.result.requests
        if number == total:
            break
    assert set(deployment.app.migrations().values()) == {1}
    return f"{total} of {total} kills converged, 0 of {asked} requests failed"


def goes_on(deployment: Deployment, number: int) -> None:
    """By `resume` and `apply` in turns."""
    way_on = WAYS_ON[(number - 1) % 2]
    deployment.run(way_on, *(["--yes"] if way_on == "apply" else []))
