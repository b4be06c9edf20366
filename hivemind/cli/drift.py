"""`hivemind drift`: what was changed beside HiveMind, and the ways on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hivemind.cli.options import Directory, Env, Json, Target, Yes, resolve
from hivemind.errors import UsageError
from hivemind.model.spec import LOCAL

if TYPE_CHECKING:
    from hivemind.agents.drift import Adoption
    from hivemind.agents.hive import Hive
    from hivemind.agents.project import Project
    from hivemind.model.drift import Drift
    from hivemind.model.spec import EnvironmentSpec

FOUND = 1


def drift(
    target: Target = None,
    env: Env = LOCAL,
    revert: Annotated[bool, typer.Option("--revert", help="Have it back as the templates say.")] = False,
    adopt: Annotated[bool, typer.Option("--adopt", help="Have the spec say what is there.")] = False,
    yes: Yes = False,
    as_json: Json = False,
    directory: Directory = None,
) -> None:
    """Find what was changed beside HiveMind; exits with 1 when something was.

    With --revert it is put back through its stack. With --adopt the spec is edited, comments stay, and the next plan
    shows that nothing else would change.
    """
    from hivemind import wiring
    from hivemind.agents import drift as drifting
    from hivemind.agents.project import read_project

    if sum((revert, adopt, as_json)) > 1:
        raise UsageError("--revert, --adopt and --json exclude each other", hint="Give one of them, or none.")
    project = read_project(resolve(target, directory))
    environment = project.environment(env)
    hive = wiring.hive(project, environment)
    found = drifting.drift(project, environment, hive)
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        show(found)
    if revert and found.resources:
        _revert(found, project, environment, hive, yes=yes)
    elif adopt and found.resources:
        _adopt(found, project, environment, yes=yes)
    elif found.resources:
        raise typer.Exit(FOUND)


def show(found: Drift) -> None:
    """Print what has drifted, and the ways on."""
    from hivemind.cli.show import STYLES, console
    from hivemind.plan.drift import drift_lines

    out = console()
    for line in drift_lines(found):
        out.print("  " * line.indent + line.text, style=STYLES[line.style])


def _revert(found: Drift, project: Project, environment: EnvironmentSpec, hive: Hive, *, yes: bool) -> None:
    from hivemind.agents import drift as drifting
    from hivemind.cli.apply import confirm

    confirm(f"Put {len(found.resources)} back as the templates say?", yes)
    drifting.revert(found, project, environment, hive)
    left = drifting.drift(project, environment, hive)
    show(left)
    if left.resources:
        raise typer.Exit(FOUND)


def _adopt(found: Drift, project: Project, environment: EnvironmentSpec, *, yes: bool) -> None:
    from hivemind.agents import drift as drifting
    from hivemind.agents.project import proposed
    from hivemind.cli.apply import confirm
    from hivemind.cli.proposal import Proposal
    from hivemind.spec.edit import with_values
    from hivemind.spec.load import text_of

    text = text_of(project.file)
    made = drifting.adoption(found, environment, lambda edit: proposed(project.file, with_values(text, edit)))
    _say_left(made)
    if not made.edit:
        if not made.left:
            typer.echo(
                f"{project.file} says so already. Next: hivemind plan {project.file.parent} -e {environment.name}"
            )
        raise typer.Exit(FOUND)
    proposal = Proposal(project.file, with_values(text, made.edit), text)
    proposal.show()
    confirm(f"Have {project.file} say so?", yes)
    proposal.write()
    typer.echo(f"Wrote {project.file}. Next: hivemind plan {project.file.parent} -e {environment.name}")
    if made.left:
        raise typer.Exit(FOUND)


def _say_left(made: Adoption) -> None:
    for each in made.left:
        what = ", ".join(drift.path for drift in each.properties) or "that it is gone"
        typer.echo(
            f"No key of the spec says {what} of {each.stack}/{each.logical_id}: --revert puts it back.", err=True
        )
