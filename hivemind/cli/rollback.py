"""`hivemind rollback`: go back to an earlier release, by a plan like any other."""

from __future__ import annotations

from typing import Annotated

import typer

from hivemind.cli.options import Directory, Env, Target, Yes, resolve
from hivemind.errors import UsageError
from hivemind.model.spec import LOCAL


def rollback(
    target: Target = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="RELEASE", help="Its number in `hivemind status`, or how its digest or commit begins."
        ),
    ] = None,
    env: Env = LOCAL,
    force: Annotated[bool, typer.Option("--force", help="Go back even across a one-way migration.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Take all of it down, as `hivemind destroy` does.")] = False,
    yes: Yes = False,
    directory: Directory = None,
) -> None:
    """Go back to an earlier release: the one before, or the one that --to names.

    Its code, template, parameters and environment come back together; the database stays as it is. What is kept of it
    in the cloud decides and not the sources, so this cannot be planned offline.
    """
    from hivemind import wiring
    from hivemind.agents.project import read_project
    from hivemind.agents.rollback import plan_rollback
    from hivemind.cli.apply import confirm, execute, require_applicable, show_outputs
    from hivemind.cli.destroy import destroy
    from hivemind.cli.show import show_plan

    if everything:
        _require_alone(to, force)
        destroy(target, env, yes, directory)
        return
    project = read_project(resolve(target, directory))
    environment = project.environment(env)
    hive = wiring.hive(project, environment)
    plan = plan_rollback(to, project, environment, hive, force=force)
    show_plan(plan, then=False)
    typer.echo()
    require_applicable(plan)
    confirm(f"Roll {plan.deployment} back like this?", yes)
    execute(plan, project, hive, wiring.bundles(project, {}, ()))
    show_outputs(project, environment.name, hive)


def _require_alone(to: str | None, force: bool) -> None:
    if to or force:
        raise UsageError("--all takes everything down: no release is gone back to", hint="Leave --to and --force out.")
