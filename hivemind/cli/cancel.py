"""`hivemind cancel`: have a run stop and go its way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from hivemind.cli.options import Directory, Env, Target, Yes, resolve
from hivemind.model.spec import LOCAL

if TYPE_CHECKING:
    from hivemind.agents.project import Project
    from hivemind.apply.journal import RunState
    from hivemind.model.plan import Plan
    from hivemind.model.spec import EnvironmentSpec

FAILED = 1


def cancel(target: Target = None, env: Env = LOCAL, yes: Yes = False, directory: Directory = None) -> None:
    """Stop the run that goes on, and wait until it has gone its way back; or go back from one that was cut off.

    A step that changes a stack or migrates the database is let come to its end first.
    """
    from hivemind import wiring
    from hivemind.agents import cancel as cancelling
    from hivemind.agents import conductor
    from hivemind.agents.project import read_project
    from hivemind.cli.apply import confirm

    project = read_project(resolve(target, directory))
    environment = project.environment(env)
    store = wiring.store(project.spec.name, environment)
    name = f"{project.spec.name}:{environment.name}"
    if state := cancelling.going_on(store):
        confirm(f"Stop the {state.transition} of {name} that {state.who} began at {state.since}?", yes)
        _ask(state, project, environment)
    elif plan := conductor.cut_off(store):
        confirm(f"Go back from the {plan.transition} of {name} that was cut off?", yes)
        _go_back(plan, project, environment)
    else:
        typer.echo(f"{name}: nothing to cancel, no run goes on and none was cut off")


def _ask(state: RunState, project: Project, environment: EnvironmentSpec) -> None:
    from hivemind import wiring
    from hivemind.agents import cancel as cancelling

    hive = wiring.hive(project, environment)
    hive.store.ask_to_stop(state.operation, hive.who)
    typer.echo(f"{hive.deployment}: asked to stop; waiting for its end …", err=True)
    match cancelling.ended(state.operation, hive.store, hive.clock):
        case "stopped":
            typer.echo(f"{hive.deployment}: stopped; `hivemind status` says what serves")
        case "too late":
            typer.echo(f"{hive.deployment}: too late, the run came to its end", err=True)
            raise typer.Exit(FAILED)
        case "cut off":
            typer.echo(f"{hive.deployment}: the run was cut off; run `hivemind cancel` again to go back", err=True)
            raise typer.Exit(FAILED)


def _go_back(plan: Plan, project: Project, environment: EnvironmentSpec) -> None:
    from hivemind import wiring
    from hivemind.agents import cancel as cancelling
    from hivemind.cli.apply import draw

    hive = wiring.hive(project, environment)
    draw(plan, cancelling.go_back(plan, hive, wiring.bundles(project, {}, ())))
    typer.echo(f"{hive.deployment}: stopped; `hivemind status` says what serves")
