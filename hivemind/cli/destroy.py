"""`hivemind destroy`: take an environment down, with a final snapshot, and prove that nothing is left."""

from __future__ import annotations

import typer

from hivemind.cli.options import Directory, Env, Target, Yes, resolve
from hivemind.errors import UsageError
from hivemind.model.spec import LOCAL, EnvironmentSpec


def destroy(target: Target = None, env: Env = LOCAL, yes: Yes = False, directory: Directory = None) -> None:
    """Delete one environment.

    Everything of it; the database leaves a final snapshot behind.
    """
    from hivemind import wiring
    from hivemind.agents import conductor
    from hivemind.agents.project import read_project
    from hivemind.cli.apply import execute, require_applicable
    from hivemind.cli.show import show_plan

    project = read_project(resolve(target, directory))
    environment = project.environment(env)
    hive = wiring.hive(project, environment)
    plan = conductor.plan_destroy(project, environment, hive)
    show_plan(plan, then=False)
    typer.echo()
    if plan.transition != "none":
        require_applicable(plan)
        _confirm(hive.deployment, yes)
        execute(plan, project, hive, wiring.bundles(project, {}, ()))
        typer.echo(f"{hive.deployment} is gone.")
    rest(environment)


def rest(environment: EnvironmentSpec) -> None:
    """Stop a local cloud that has nothing left in it, and say so."""
    from hivemind import wiring

    if environment.is_local and wiring.rest_local_cloud():
        typer.echo("Nothing else runs on the local cloud; it was stopped.")


def _confirm(deployment: str, yes: bool) -> None:
    """What cannot be undone asks for the name to be typed."""
    import sys

    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("nobody is there to confirm", hint="Add --yes to go ahead without being asked.")
    if typer.prompt(f"Type {deployment} to destroy it") != deployment:
        raise UsageError("that is not its name", hint="Nothing was destroyed.")
