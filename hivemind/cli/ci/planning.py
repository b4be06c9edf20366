"""The plans of all that a change touches."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hivemind.errors import HiveMindError
from hivemind.model.review import Planned

if TYPE_CHECKING:
    from hivemind.agents.project import Project
    from hivemind.infer.lock import Pinning


@dataclass(frozen=True)
class Job:
    """One spec to be planned for some of its environments; `top` is its repository."""

    file: Path
    top: Path
    environments: tuple[str, ...]
    offline: bool


def plan_touched(
    place: Path, environments: Collection[str], changed: Collection[str] | None, *, offline: bool
) -> tuple[Planned, ...]:
    """What the specs at a place come to that a change of these paths touches; all of them where it is not known."""
    from hivemind import wiring
    from hivemind.agents.review import specs_in, touched
    from hivemind.agents.uses import in_order

    top = wiring.top(place)
    files = in_order(touched(specs_in(place), top, changed))
    jobs = [Job(file, top, tuple(environments), offline) for file in files]
    return tuple(planned for found in wiring.spread(look, jobs) for planned in found)


def look(job: Job) -> tuple[Planned, ...]:
    """One spec's environments, planned; what is wrong with the spec is told once for all of them."""
    from hivemind.agents.project import read_project
    from hivemind.agents.review import environments, problems, relative

    name = relative(job.file, job.top)
    try:
        project = read_project(job.file)
    except HiveMindError as error:
        return (Planned(file=name, deployment=name, problems=problems(error, name, job.top)),)
    wanted = environments(project, job.environments)
    return tuple(_planned(job, project, name, environment.name) for environment in wanted)


def pinning_in(project: Project) -> Pinning:
    """In a repository's workflow the lock that is committed holds; without one, what is found now."""
    return "locked" if project.lock_file.exists() else "update"


def _planned(job: Job, project: Project, name: str, environment: str) -> Planned:
    from hivemind import wiring
    from hivemind.agents.review import not_current, problems
    from hivemind.cli.planning import make_plan
    from hivemind.model.names import BOOTSTRAP, deployment_id

    deployment = deployment_id(project.spec.name, environment)
    try:
        plan, _ = make_plan(project, project.environment(environment), offline=job.offline, pinning=pinning_in(project))
    except HiveMindError as error:
        return Planned(file=name, deployment=deployment, problems=problems(error, name, job.top))
    templates = wiring.generated(project, environment)
    ours = {part: body for part, body in plan.templates.items() if part != BOOTSTRAP}
    stale = templates.stale(ours) if templates.committed() else ()
    return Planned(file=name, deployment=deployment, plan=plan, problems=not_current(stale, deployment, name))
