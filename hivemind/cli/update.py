"""`hivemind update`: a new release of what stands, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hivemind.cli.options import Allow, AllowInterruption, Directory, Env, Target, Yes, allowed, resolve
from hivemind.errors import RefusedError, UsageError
from hivemind.model.spec import LOCAL
from hivemind.model.step import UpdateStack
from hivemind.model.template import FOUNDATION

if TYPE_CHECKING:
    from hivemind.agents.project import Project
    from hivemind.cli.apply import Consent
    from hivemind.model.plan import Plan


Version = Annotated[
    str | None,
    typer.Option(
        "--version",
        metavar="VERSION",
        help="A branch, tag or commit of the repository, or a release by its digest. Default: the folder as it is.",
    ),
]
Rolling = Annotated[
    bool,
    typer.Option("--rolling", help="Replace the instances one after another, not by a second set beside them."),
]


def update(
    target: Target = None,
    version: Version = None,
    env: Env = LOCAL,
    rolling: Rolling = False,
    yes: Yes = False,
    allow_interruption: AllowInterruption = False,
    allow: Allow = None,
    directory: Directory = None,
) -> None:
    """Release a new version of what stands, and change nothing else.

    VERSION is taken from the repository without touching the folder; a release that `hivemind status` lists comes back
    as it was kept. Refused where more than the release would change: that is for `hivemind apply`.
    """
    from hivemind import wiring
    from hivemind.agents.project import read_project
    from hivemind.cli.apply import Consent

    project = read_project(resolve(target, directory))
    environment = project.environment(env)
    consent = Consent(yes, allowed(allow_interruption, allow))
    if version is None:
        _release(project, env, consent, rolling=rolling)
    elif _is_kept(version, project, env):
        from hivemind.cli.rollback import rollback

        if rolling:
            raise UsageError(f"{version} was kept, and comes back beside what runs", hint="Leave --rolling out.")
        rollback(target, to=version, env=environment.name, yes=yes, directory=directory)
    else:
        with wiring.checkout(project, version) as file:
            _release(read_project(file), env, consent, rolling=rolling)


def _release(project: Project, env: str, consent: Consent, *, rolling: bool) -> None:
    from hivemind.cli.apply import carry_through
    from hivemind.cli.planning import make_plan

    environment = project.environment(env)
    plan, bundles = make_plan(project, environment, offline=False, rolling=rolling)
    require_release_alone(plan)
    carry_through(plan, project, bundles, consent)


def require_release_alone(plan: Plan) -> None:
    """Refuse a plan that does more, or other, than release what stands anew."""
    if plan.transition in ("create", "upgrade"):
        verb = "hivemind apply" if plan.transition == "create" else "hivemind upgrade"
        said = "it does not stand complete yet" if plan.transition == "create" else "it becomes a production one"
        raise RefusedError(f"this is no update: {said}", where=plan.deployment, hint=f"`{verb}` shows what it takes.")
    changed = [step.stack for step in plan.steps if isinstance(step, UpdateStack) and step.part == FOUNDATION]
    if changed or plan.transition == "in_place":
        what = f"{changed[0]} changes" if changed else "what changes is no release"
        raise RefusedError(
            f"more than the release would change: {what}",
            where=plan.deployment,
            hint="Look at it with `hivemind plan`; `hivemind apply` does it.",
        )


def _is_kept(version: str, project: Project, env: str) -> bool:
    """Whether a release that went live here is meant, by how its digest or its commit begins."""
    from hivemind import wiring
    from hivemind.plan.rollback import is_meant

    records = wiring.store(project.spec.name, project.environment(env)).releases()
    return any(record.verdict == "live" and is_meant(record, version) for record in records)
