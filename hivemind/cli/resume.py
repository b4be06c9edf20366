"""`hivemind resume`: go on with a run that was killed or interrupted, by the very plan that was approved for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from hivemind.cli.options import Directory, Env, Target, resolve
from hivemind.model.spec import LOCAL

if TYPE_CHECKING:
    from hivemind.agents.hive import Hive


def resume(target: Target = None, env: Env = LOCAL, directory: Directory = None) -> None:
    """Go on with a run that was cut off.

    It follows the plan that was approved then, whatever the sources say now; `hivemind apply` would plan anew.
    """
    from hivemind import wiring
    from hivemind.agents import conductor
    from hivemind.agents.project import read_project
    from hivemind.cli.apply import draw, show_outputs

    project = read_project(resolve(target, directory))
    environment = project.environment(env)
    hive = wiring.hive(project, environment)
    plan = conductor.cut_off(hive)
    if plan is None:
        typer.echo(_nothing_to_resume(hive))
        return
    typer.echo(f"{plan.deployment}  going on: {plan.headline}")
    draw(plan, conductor.resume(plan, hive, wiring.bundles(project, {}, ())))
    if plan.transition == "destroy":
        typer.echo(f"{hive.deployment} is gone.")
    else:
        show_outputs(project, environment.name, hive)


def _nothing_to_resume(hive: Hive) -> str:
    from hivemind.apply.journal import fold

    state = fold(hive.store.entries())
    if state is None:
        return f"{hive.deployment}: nothing was ever begun."
    if state.ending == "failed":
        return f"{hive.deployment}: the last run failed and was put back. Fix the cause, then run `hivemind apply`."
    return f"{hive.deployment}: nothing to resume, the last run came to its end."
