"""A deployment on the fake cloud led by the real Conductor: releases, bad ones, scaling, rollback, kills, destroy."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from fakes.plans import DEPLOYMENT, SERVICE_STACK, bootstrap_template, foundation_template, service_template
from fakes.stage import Stage

from hivemind.agents import conductor
from hivemind.agents.hive import Hive
from hivemind.agents.observe import observe
from hivemind.agents.project import Project
from hivemind.agents.rollback import plan_rollback
from hivemind.errors import StepError
from hivemind.model.findings import Findings, ServiceFindings
from hivemind.model.live import COLOURS, LiveService
from hivemind.model.names import BOOTSTRAP, BOOTSTRAP_STACK, TAG_RELEASE, for_colour, foundation_stack
from hivemind.model.plan import Plan
from hivemind.model.release import Release
from hivemind.model.run import RunEvent
from hivemind.model.spec import EnvironmentSpec, ServiceSpec, Spec, TransitionSpec
from hivemind.model.template import FOUNDATION, Template
from hivemind.plan.desired import Desired
from hivemind.ports import Answered

NAME, ENV = DEPLOYMENT.split(":")
WEB = ServiceFindings(name="web", kind="web", path=".", language="python", start="run", health_path="/healthz")
FINDINGS = Findings(services=(WEB,))
BAKE = 4

Fault = Literal["", "build", "migration", "crash", "probe", "users"]
"""What is wrong with a release: where on its way it is found out."""


class Killed(BaseException):
    """kill -9: nothing in the program can catch it."""


class Lifecycle:
    """What a team wants of its deployment, and the commands that bring it about."""

    def __init__(self, folder: Path) -> None:
        self.stage = Stage(folder)
        self.release = ""
        self.instances = 1
        self.canary = False
        self.rolling = False
        self.broken: list[str] = []
        """What users or the database would have to complain of, in words."""
        self.serves = False
        """Whether a release has served, and was not asked to go."""
        self.led = ""
        """The transition of the plan that was led last, be it that there was nothing to do."""
        self.led_release = ""
        """The release of that plan."""
        self.is_own = True
        """Whether that plan was the last command's: one that died before it began leaves `resume` an earlier one."""
        self._planned = ""
        self._folder = folder
        self._databases: list[tuple[str, str]] = []
        self.stage.clock._on_wait = self._tick
        self._kill_after = -1
        self.stage.store.before_append = self.stage.store.after_append = self._count

    @property
    def hive(self) -> Hive:
        return Hive(
            deployment=DEPLOYMENT,
            observatory=self.stage.cloud.looking(),
            cloud=self.stage.cloud.acting(),
            store=self.stage.store,
            probe=self.stage.probe,
            clock=self.stage.clock,
            who="ada@test",
        )

    @property
    def desired(self) -> Desired:
        """What the sources and the spec say now."""
        return Desired(
            spec=self._project.spec,
            environment=self._environment,
            findings=FINDINGS,
            templates=(
                Template(part=BOOTSTRAP, stack=BOOTSTRAP_STACK, body=bootstrap_template()),
                Template(part=FOUNDATION, stack=foundation_stack(NAME, ENV), body=foundation_template()),
                Template(part="web", stack=SERVICE_STACK, body=sized(service_template(), self.instances)),
            ),
            rolling=self.rolling,
            release=Release(digest=self.release, files=1, size=64, migrates=("web",)),
        )

    def planned(self) -> Plan:
        return conductor.plan_live(self.desired, self.hive, {})

    def apply(self) -> bool:
        """Whether it ends well, as the exit code says."""
        return self._run(self.planned())

    def rollback(self) -> bool:
        return self._run(plan_rollback(None, self._project, self._environment, self.hive))

    def resume(self) -> bool:
        """Likewise; where there is nothing to go on with, nothing has come to an end."""
        plan = conductor.cut_off(self.stage.store)
        return plan is not None and self._ends_well(plan, conductor.resume(plan, self.hive, self.stage.bundles))

    def destroy(self) -> bool:
        self.serves = False
        return self._run(conductor.plan_destroy(self._project, self._environment, self.hive))

    @contextmanager
    def wrong(self, fault: Fault) -> Iterator[None]:
        """While this is so, whatever is released is bad in that way."""
        faults, world = self.stage.world.faults, self.stage.world
        faults.builder = "build" if fault == "build" else ""
        faults.migration = "fails" if fault == "migration" else ""
        faults.crash = fault == "crash"
        self.stage.probe.answers = [500] if fault == "probe" else [200]
        if fault == "users":
            new = [arn for arn, states in world.targets.items() if bool(states) == self.rolling]
            world.answered = {arn: Answered(requests=100, errors=50) for arn in new}
        try:
            yield
        finally:
            faults.builder, faults.migration, faults.crash = "", "", False
            self.stage.probe.answers, world.answered = [200], {}

    @contextmanager
    def killed(self, after: int) -> Iterator[None]:
        """Dies after so many moments at the journal, two to each entry: right before it is written and right after."""
        self._kill_after = after
        try:
            yield
        except Killed:
            self.stage.store.holder = None
        finally:
            self._kill_after = -1

    @property
    def service(self) -> LiveService:
        return observe(self._project.spec, ENV, self.stage.cloud.looking()).services.get("web", LiveService())

    def twice_migrated(self) -> list[tuple[str, str]]:
        """Releases that migrated one database more than once."""
        return [what for what, times in Counter(self._databases).items() if times > 1]

    def left_over(self) -> list[str]:
        """Machines and targets beside those of the release that serves; builders that work are none."""
        held = {f"{SERVICE_STACK}-{for_colour(c, 'Group')}" for c in self.service.releases}
        machines = [m for m in self.stage.world.machines.values() if m.group and m.state != "terminated"]
        releases = set(self.service.releases.values())
        alien = (m.group.rpartition("-")[0] not in held or m.tags[TAG_RELEASE] not in releases for m in machines)
        return [m.id for m, is_alien in zip(machines, alien, strict=True) if is_alien]

    @property
    def _environment(self) -> EnvironmentSpec:
        steps = (10, 50) if self.canary else ()
        transition = TransitionSpec(strategy="canary" if self.canary else "blue_green", steps=steps, bake_seconds=BAKE)
        return EnvironmentSpec(name=ENV, instances=self.instances, transition=transition)

    @property
    def _project(self) -> Project:
        environments = {ENV: self._environment}
        spec = Spec(name=NAME, services=(ServiceSpec(name="web"),), environments=environments)
        return Project(Path("hivemind.yaml"), Path(), spec)

    def _run(self, plan: Plan) -> bool:
        self._planned = plan.digest
        if plan.transition == "none":
            self._lead(plan)
            return True
        for digest in {plan.release.digest} if plan.release else ():
            (self._folder / f"{digest}.tar.gz").write_text(digest)
        return self._ends_well(plan, conductor.apply(plan, self._project, self.hive, self.stage.bundles))

    def _lead(self, plan: Plan) -> None:
        self.led, self.led_release = plan.transition, plan.release.digest if plan.release else ""
        self.is_own = plan.digest == self._planned

    def _ends_well(self, plan: Plan, events: Iterator[RunEvent]) -> bool:
        self._lead(plan)
        try:
            for _ in events:
                pass
        except StepError:
            return False
        self.serves = bool(self.service.serving)
        return True

    def _count(self, _: object) -> None:
        if self._kill_after == 0:
            raise Killed
        self._kill_after -= 1

    def _tick(self) -> None:
        self.stage.cloud.tick()
        self._note_migrations()
        if self.serves:
            self.broken += self._complaints()

    def _note_migrations(self) -> None:
        stacks = self.stage.cloud.stacks.stacks
        for digest in self.stage.world.migrated[len(self._databases) :]:
            database = stacks[foundation_stack(NAME, ENV)].resources["Database"]
            self._databases.append((digest, database.physical_id))

    def _complaints(self) -> Iterator[str]:
        weights = self.stage.weights()
        if sum(weights.values()) != 100:
            yield f"weights {weights}"
        stack = self.stage.cloud.stacks.stacks[SERVICE_STACK]
        for colour in COLOURS:
            states = self.stage.world.targets[stack.resources[for_colour(colour, "Targets")].physical_id]
            if weights[colour] and "healthy" not in states.values():
                yield f"{weights[colour]} per cent of the users on {colour}, where nothing is healthy: {states}"


def sized(body: str, least: int) -> str:
    """A service template whose groups have at least so many instances."""
    template = json.loads(body)
    for colour in COLOURS:
        template["Resources"][for_colour(colour, "Group")]["Properties"]["MinSize"] = least
    return json.dumps(template, indent=1)
