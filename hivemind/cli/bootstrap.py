"""`hivemind bootstrap`: what a team sets up once in its AWS account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hivemind.cli.options import Directory, Env, Target, Yes, resolve
from hivemind.errors import UsageError
from hivemind.model.spec import LOCAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hivemind.agents.project import Project
    from hivemind.model.spec import EnvironmentSpec
    from hivemind.model.template import Template

LACKING = 1
GitHub = Annotated[
    str | None,
    typer.Option(
        "--github",
        metavar="OWNER/REPO",
        help="Make the roles of its workflows, too; OWNER@ID/REPO@ID for one created since July 2026.",
    ),
]
Branch = Annotated[str, typer.Option("--branch", metavar="NAME", help="What is merged into it is applied.")]


def bootstrap(
    target: Target = None,
    env: Env = LOCAL,
    github: GitHub = None,
    branch: Branch = "main",
    existing_provider: Annotated[
        bool, typer.Option("--existing-provider", help="The account has GitHub's identity provider already.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Name the permissions that the credentials in use lack, and do nothing.")
    ] = False,
    show: Annotated[bool, typer.Option("--print", help="Print the templates and do nothing.")] = False,
    yes: Yes = False,
    directory: Directory = None,
) -> None:
    """Make the bucket that an environment's `state` names and that of releases, and the roles of workflows.

    Once for a team. Buckets are encrypted, private, over TLS only; that of the state keeps older versions for 90 days
    and stays when its stack goes. The roles are for one repository's workflows: one looks, one per environment acts.
    """
    from hivemind.agents.project import read_project

    project = read_project(resolve(target, directory))
    environment = project.environment(env)
    if environment.is_local:
        raise UsageError(
            "the local environment is remembered on this machine", hint="Name an environment on AWS: -e ENV."
        )
    if check:
        _check(project, environment)
        return
    templates = _buckets(environment)
    if github is not None:
        templates += _roles(project, github, branch, existing_provider=existing_provider)
    if show:
        typer.echo("---\n".join(template.body for template in templates), nl=False)
        return
    _bring_about(templates, project, environment, yes=yes)


def _check(project: Project, environment: EnvironmentSpec) -> None:
    """Tell which statements are to be added to the role in use; exits with 1 when some are."""
    import json

    from hivemind import wiring
    from hivemind.policy.permissions import missing
    from hivemind.render.github_roles import needed

    inventory = wiring.hive(project, environment).observatory.inventory
    held, caller = inventory.permissions(), inventory.caller()
    if held is None:
        raise UsageError(
            "only a role's policies are read",
            where=caller.arn,
            hint="Act as the role that is to apply, as its workflow does, and run it again.",
        )
    lacking = list(missing(needed(project.spec, environment, caller.account), held))
    if not lacking:
        typer.echo(f"{caller.arn} may do all that {project.spec.name}:{environment.name} needs.")
        return
    typer.echo(f"{caller.arn} lacks what {project.spec.name}:{environment.name} needs; add to its policy:", err=True)
    typer.echo(json.dumps(lacking, indent=2))
    raise typer.Exit(LACKING)


def _buckets(environment: EnvironmentSpec) -> list[Template]:
    """Those of what is remembered and of releases; the second comes about with a first release, too."""
    from hivemind import wiring
    from hivemind.render.bootstrap import bootstrap
    from hivemind.render.state_bucket import state_bucket

    return [bootstrap(), state_bucket(wiring.state_address(environment))]


def _roles(project: Project, github: str, branch: str, *, existing_provider: bool) -> list[Template]:
    from hivemind.agents.review import environments
    from hivemind.render.github_roles import provider, repository, roles

    repo = repository(github)
    if repo is None:
        raise UsageError(
            f"`{github}` is no repository",
            where="--github",
            hint="Write OWNER/REPO, or OWNER@ID/REPO@ID; `gh api repos/OWNER/REPO -q .owner.id,.id` tells both.",
        )
    made = [] if existing_provider else [provider()]
    return [*made, roles(project.spec, environments(project, ()), repo, branch)]


def _bring_about(templates: Sequence[Template], project: Project, environment: EnvironmentSpec, *, yes: bool) -> None:
    from hivemind import wiring
    from hivemind.agents.bootstrap import bootstrap as brought_about
    from hivemind.cli.apply import confirm

    names = ", ".join(template.stack for template in templates)
    confirm(f"Bring about {names} in {environment.region}?", yes)
    hive = wiring.hive(project, environment)
    for template in templates:
        changed = brought_about(template, hive.cloud.stacks, hive.clock)
        typer.echo(f"{template.stack}: {'ready' if changed else 'ready already, nothing changed'}.")
        found = hive.cloud.stacks.find(template.stack)
        for name, value in (found.outputs if found else {}).items():
            typer.echo(f"  {name:<24} {value}")
