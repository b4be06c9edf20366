"""The Conductor: leads one deployment the whole way, from what is wanted and what is there to what is done.

    project ─findings→ templates ─┐
                                  ├─plan→ Plan ─apply→ events
    cloud ─observe→ Live ─────────┘

It only looks while planning. Applying observes once more and refuses a world that is not the one planned against.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from hivemind.agents.hive import Hive
from hivemind.agents.observe import observe
from hivemind.agents.project import Project
from hivemind.errors import RefusedError
from hivemind.model.findings import Findings
from hivemind.model.live import Live
from hivemind.model.machines import settled
from hivemind.model.plan import Plan
from hivemind.model.release import Release, ReleaseRecord
from hivemind.model.run import RunEvent
from hivemind.model.spec import EnvironmentSpec
from hivemind.model.template import Template
from hivemind.plan.history import taken
from hivemind.plan.planner import Desired, Previews
from hivemind.ports import Bundles, StoreReader

if TYPE_CHECKING:
    from hivemind.apply.entrance import Entrance


def render_environment(project: Project, environment: EnvironmentSpec, findings: Findings) -> tuple[Template, ...]:
    """The templates that are committed: the foundation first, then each service."""
    from hivemind.render.environment import render

    return render(project.spec, settled(environment, findings), findings)


def release_files(project: Project, findings: Findings) -> Mapping[str, str]:
    """What HiveMind adds to the application's files in a release."""
    from hivemind.render.release import release_files

    return release_files(project.spec, findings)


def desire(project: Project, environment: EnvironmentSpec, findings: Findings, release: Release) -> Desired:
    """What the spec asks for, as the planner takes it."""
    from hivemind.render.bootstrap import bootstrap

    templates = (bootstrap(), *render_environment(project, environment, findings))
    return Desired(
        spec=project.spec,
        environment=settled(environment, findings),
        findings=findings,
        templates=templates,
        release=release,
    )


def plan_offline(desired: Desired, committed: Mapping[str, str]) -> Plan:
    """Plan against the committed templates: no cloud, no credentials, no network."""
    return reviewed(desired, None, committed, {})


def plan_live(desired: Desired, hive: Hive, committed: Mapping[str, str]) -> Plan:
    """Plan against the cloud as it stands; all that is made is a change set per changed stack, read and deleted."""
    from hivemind.agents.previews import previews

    live = observe(desired.spec, desired.environment.name, hive.observatory)
    desired = remembering(desired, hive.store)
    return reviewed(desired, live, committed, previews(desired, live, hive.observatory.stacks))


def plan_destroy(project: Project, environment: EnvironmentSpec, hive: Hive) -> Plan:
    """Plan to take everything down; the last deployment of a local cloud takes the bootstrap stack with it."""
    from hivemind.plan.planner import plan_destroy

    others = set(hive.observatory.inventory.deployments()) - {hive.deployment}
    live = observe(project.spec, environment.name, hive.observatory)
    return plan_destroy(project.spec, environment, live, last_on_local=environment.is_local and not others)


def outputs(project: Project, environment: str, hive: Hive) -> Mapping[str, str]:
    """Every output of the environment's stacks; a service's are named `<service>.<output>`."""
    live = observe(project.spec, environment, hive.observatory)
    foundation = live.foundation.outputs if live.foundation else {}
    services = {
        f"{service}.{name}": value for service, stack in live.stacks.items() for name, value in stack.outputs.items()
    }
    return {**foundation, **services}


def apply(plan: Plan, project: Project, hive: Hive, bundles: Bundles) -> Iterator[RunEvent]:
    """Apply exactly this plan, telling what happens; raises RefusedError when the world has moved since."""
    from hivemind.apply.recording import record_abandoned
    from hivemind.plan.fingerprint import live_fingerprint
    from hivemind.plan.seal import to_json

    _, environment = plan.deployment.split(":")
    with hive.store.lease(hive.who, f"apply {plan.transition}"):
        if live_fingerprint(observe(project.spec, environment, hive.observatory)) != plan.live_fingerprint:
            raise RefusedError(
                f"{plan.deployment} has changed since it was planned",
                hint="Plan again and look at the difference: hivemind plan",
            )
        record_abandoned(plan, hive.store)
        hive.store.keep_plan(plan.digest, to_json(plan))
        yield from carry_out(plan, hive, bundles)


def cut_off(store: StoreReader) -> Plan | None:
    """The plan of the last run, if that was killed or interrupted; None when it came to an end of its own.

    Raises RefusedError when the plan is not there any more, or was altered.
    """
    from hivemind.apply.journal import fold
    from hivemind.plan.seal import open_plan

    state = fold(store.entries())
    if state is None or not state.cut_off:
        return None
    text = store.kept_plan(state.plan)
    plan = open_plan(text) if text else None
    if plan is None or plan.digest != state.plan:
        raise RefusedError(
            f"the plan of the run that {state.who} began at {state.since} was not kept",
            hint="`hivemind apply` plans anew from what stands, `hivemind destroy` removes it.",
        )
    return plan


def resume(plan: Plan, hive: Hive, bundles: Bundles) -> Iterator[RunEvent]:
    """Go on with the run of `plan` that was cut off, whatever the sources say now.

    Raises RefusedError when somebody else has gone on meanwhile.
    """
    from hivemind.apply.entrance import entrance
    from hivemind.apply.journal import fold

    with hive.store.lease(hive.who, f"resume {plan.transition}"):
        state = fold(hive.store.entries())
        if state is None or not state.cut_off or state.plan != plan.digest:
            raise RefusedError(
                f"another run of {plan.deployment} has begun meanwhile",
                hint="See what stands now: hivemind plan",
            )
        yield from carry_out(plan, hive, bundles, entrance(state, plan))


def carry_out(
    plan: Plan, hive: Hive, bundles: Bundles, at: Entrance | None = None, operation: str = ""
) -> Iterator[RunEvent]:
    """Run a plan from where it is entered; the caller holds the deployment."""
    from hivemind.apply.acting import Acting
    from hivemind.apply.entrance import FROM_THE_START
    from hivemind.apply.executor import run
    from hivemind.apply.journal import new_operation

    acting = Acting(
        plan=plan,
        operation=operation or new_operation(),
        who=hive.who,
        cloud=hive.cloud,
        store=hive.store,
        bundles=bundles,
        probe=hive.probe,
        clock=hive.clock,
    )
    yield from run(acting, at or FROM_THE_START)
    if plan.transition == "destroy":
        hive.store.archive()


def remembering(desired: Desired, store: StoreReader) -> Desired:
    """With what is remembered of the deployment: the releases that went live, and how long steps took."""
    return desired.model_copy(update={"recorded": recorded(store.releases()), "taken": taken(store.entries())})


def recorded(records: Iterable[ReleaseRecord]) -> tuple[str, ...]:
    """The releases that went live, as the planner takes them."""
    return tuple(record.digest for record in records if record.verdict == "live")


def reviewed(desired: Desired, live: Live | None, committed: Mapping[str, str], previews: Previews) -> Plan:
    """The plan with what Sheriff says of its templates."""
    from hivemind.plan.document import document
    from hivemind.plan.planner import plan
    from hivemind.plan.seal import seal
    from hivemind.policy.check import check, version

    documents = {template.part: document(template.body) for template in desired.templates}
    made = plan(desired, live, committed, check(documents), previews)
    return seal(made.model_copy(update={"rules": version()}))
