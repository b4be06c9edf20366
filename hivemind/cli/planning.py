"""From a project to its plan, as every verb that plans makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hivemind.agents.project import Project
    from hivemind.infer.lock import Pinning
    from hivemind.model.plan import Plan
    from hivemind.model.spec import EnvironmentSpec
    from hivemind.ports import Bundles


def make_plan(
    project: Project, environment: EnvironmentSpec, *, offline: bool, pinning: Pinning = "update", rolling: bool = False
) -> tuple[Plan, Bundles]:
    """The plan for one environment, with the bundles that its release comes from."""
    from hivemind import wiring
    from hivemind.agents import conductor
    from hivemind.agents.uses import supplied, used

    if used(project):
        elsewhere = None if offline else wiring.hive(project, environment).observatory.stacks
        project = supplied(project, environment, elsewhere)
    findings = project.findings(pinning)
    migrates = tuple(service.name for service in findings.services if service.migrate)
    bundles = wiring.bundles(project, conductor.release_files(project, findings), migrates)
    desired = conductor.desire(project, environment, findings, bundles.make()).model_copy(update={"rolling": rolling})
    committed = wiring.generated(project, environment.name).committed()
    if offline:
        return conductor.plan_offline(desired, committed), bundles
    return conductor.plan_live(desired, wiring.hive(project, environment), committed), bundles
