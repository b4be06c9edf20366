"""A cloud, a clock, a store and a machine with bundles, ready to apply plans on."""

from __future__ import annotations

from pathlib import Path

from fakes.bundles import FakeBundles
from fakes.clock import FakeClock
from fakes.cloud import FakeCloud
from fakes.plans import DIGEST, FOUNDATION_STACK, NEXT_DIGEST, SERVICE_STACK
from fakes.probe import FakeProbe
from fakes.store import FakeStore
from fakes.world import Machine

from hivemind.apply.acting import Acting
from hivemind.apply.executor import run
from hivemind.apply.journal import new_operation
from hivemind.errors import StepError
from hivemind.model.live import Colour
from hivemind.model.names import TAG_RELEASE, for_colour
from hivemind.model.plan import Plan
from hivemind.model.run import Done, Failed, RunEvent


class Stage:
    """Applies plans, each time as a run of its own, and answers what has become of the world."""

    def __init__(self, folder: Path) -> None:
        self.cloud = FakeCloud()
        self.world = self.cloud.world
        self.store = FakeStore()
        self.clock = FakeClock(self.cloud.tick)
        self.world.now = self.clock.now
        self.probe = FakeProbe()
        self.bundles = FakeBundles(folder, DIGEST, NEXT_DIGEST)
        self.error: StepError | None = None

    def acting(self, plan: Plan) -> Acting:
        return Acting(
            plan=plan,
            operation=new_operation(),
            who="ada@test",
            cloud=self.cloud.acting(),
            store=self.store,
            bundles=self.bundles,
            probe=self.probe,
            clock=self.clock,
        )

    def apply(self, plan: Plan) -> list[RunEvent]:
        """Run the plan to its end; `error` is what it raised."""
        told: list[RunEvent] = []
        self.error = None
        try:
            for event in run(self.acting(plan)):
                told.append(event)
        except StepError as error:
            self.error = error
        return told

    def succeed(self, plan: Plan) -> list[RunEvent]:
        told = self.apply(plan)
        assert self.error is None, (self.error, self.error and self.error.evidence)
        return told

    def fail(self, plan: Plan) -> StepError:
        self.apply(plan)
        assert self.error is not None
        return self.error

    def done(self, phase: str = "steps") -> list[str]:
        """The kinds of the steps of the last run that were done, in order."""
        return [self._kind(entry) for entry in self._last_run() if isinstance(entry, Done) and entry.phase == phase]

    def failed(self, phase: str = "steps") -> list[str]:
        return [self._kind(entry) for entry in self._last_run() if isinstance(entry, Failed) and entry.phase == phase]

    def holds(self, colour: Colour) -> str:
        """The release in a colour of the service, by the stack."""
        return self.cloud.stacks.stacks[SERVICE_STACK].parameters[for_colour(colour, "Release")]

    def machines(self, colour: Colour) -> int:
        """Machines of a colour that are alive."""
        group = f"{SERVICE_STACK}-{for_colour(colour, 'Group')}-"
        return sum(m.group.startswith(group) and m.state != "terminated" for m in self.world.machines.values())

    def weights(self) -> dict[str, int]:
        """Observed weight per colour."""
        stack = self.cloud.stacks.find(SERVICE_STACK)
        assert stack is not None
        rule = stack.resource("ForwardRule")
        assert rule is not None
        return {
            arn.split("-")[3].removesuffix("Targets").lower(): w
            for arn, w in self.world.rules[rule.physical_id].items()
        }

    def summary(self) -> dict[str, object]:
        """The end state that must not depend on the way there."""
        stacks = self.cloud.stacks.stacks
        return {
            "stacks": {name: stack.status.endswith("COMPLETE") for name, stack in sorted(stacks.items())},
            "blue": (self.holds("blue"), self.machines("blue")) if SERVICE_STACK in stacks else None,
            "green": (self.holds("green"), self.machines("green")) if SERVICE_STACK in stacks else None,
            "run": sorted({m.tags[TAG_RELEASE] for m in self.world.machines.values() if self._serves(m)}),
            "weights": self.weights() if SERVICE_STACK in stacks else None,
            "protected": stacks[FOUNDATION_STACK].parameters["Protect"] if FOUNDATION_STACK in stacks else None,
            "migrations": self.world.migrations,
            "colours_added": self.world.colours_added,
            "released": [(r.digest, dict(r.colours)) for r in self.store.records if r.verdict == "live"],
        }

    def _serves(self, machine: Machine) -> bool:
        return bool(machine.group) and machine.state != "terminated"

    def _last_run(self) -> list[object]:
        operation = self.store.journal[-1].operation
        return [entry for entry in self.store.journal if entry.operation == operation]

    def _kind(self, entry: object) -> str:
        assert isinstance(entry, Done | Failed)
        began = [
            e
            for e in self._last_run()
            if e.__class__.__name__ == "Began" and (e.phase, e.index) == (entry.phase, entry.index)  # type: ignore[attr-defined]
        ]
        return str(began[-1].step.kind)  # type: ignore[attr-defined]
