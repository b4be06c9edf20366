"""`hivemind doctor`: what is stuck in a deployment, and the way out of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from hivemind.cli.options import Directory, Env, Json, Target, resolve
from hivemind.model.spec import LOCAL

if TYPE_CHECKING:
    from hivemind.model.symptom import Diagnosis

FOUND = 1
STYLES = {"error": ("✗", "red"), "warning": ("!", "yellow"), "info": ("·", "cyan")}


def doctor(target: Target = None, env: Env = LOCAL, as_json: Json = False, directory: Directory = None) -> None:
    """Find what is stuck and name the way out of it; exits with 1 when something is.

    It only looks: what it names is for you to run.
    """
    from hivemind import wiring
    from hivemind.agents import doctor as looking
    from hivemind.agents.project import read_project
    from hivemind.cli.show import console

    project = read_project(resolve(target, directory))
    environment = project.environment(env)
    found = looking.diagnose(project, environment, wiring.hive(project, environment))
    if as_json:
        typer.echo(looking.to_json(found))
    else:
        out = console()
        for text, style in lines(found, local=environment.is_local):
            out.print(text, style=style)
    if not found.well:
        raise typer.Exit(FOUND)


def lines(found: Diagnosis, *, local: bool) -> Iterator[tuple[str, str]]:
    """The diagnosis in lines, each with its style."""
    if found.well:
        yield f"{found.deployment} is well.", "green"
    for symptom in found.symptoms:
        mark, style = STYLES[symptom.severity]
        yield f"{mark} {symptom.where}: {symptom.what}", style
        yield f"    → {symptom.way_out}", "bold"
        if symptom.note:
            yield f"      {symptom.note}", "dim"
    if local and any(symptom.way_out.startswith("aws ") for symptom in found.symptoms):
        yield "`aws` reaches the local cloud with the variables that `hivemind emulator status` prints.", "cyan"
