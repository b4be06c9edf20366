"""`hivemind resume`: go on with a run that was killed or interrupted, by the very plan that was approved for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from hivemind.cli.options import Directory, Env, Target, resolve
from hivemind.model.spec import LOCAL

if TYPE_CHECKING:
    from hivemind.ports import StoreReader


def resume(target: Target = None, env: Env = LOCAL, directory: Directory = None) -> None:
    """Go on with a run that was cut off.

    It follows the plan that was approved then, whatever the sources say now; `hivemind apply` would plan anew.
    """
    from hivemind import wiring
    from hivemind.agents import conductor
    from hivemind.agents.project import read_project
    from hivemind.cli.apply import draw, show_outputs
    from hivemind.cli.destroy import rest

    project = read_project(resolve(target, directory))
    environment = project.environment(env)
    store = wiring.store(project.spec.name, environment)
    plan = conductor.cut_off(store)
    if plan is None:
        typer.echo(f"{project.spec.name}:{environment.name}: {_nothing_to_resume(store)}")
        return
    typer.echo(f"{plan.deployment}  going on: {plan.headline}")
    hive = wiring.hive(project, environment)
    draw(plan, conductor.resume(plan, hive, wiring.bundles(project, {}, ())))
    if plan.transition == "destroy":
        typer.echo(f"{hive.deployment} is gone.")
        rest(environment)
    else:
        show_outputs(project, environment.name, hive)


def _nothing_to_resume(store: StoreReader) -> str:
    from hivemind.apply.journal import fold

    state = fold(store.entries())
    if state is None:
        return "nothing to resume, nothing was ever begun"
    if state.ending == "failed":
        return "nothing to resume, the last run failed and ended; fix the cause, then run `hivemind apply`"
    return "nothing to resume, the last run came to its end"
