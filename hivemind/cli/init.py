"""`hivemind init`: write a commented spec."""

from __future__ import annotations

from pathlib import Path

import typer

from hivemind.cli.options import Directory, Target, resolve
from hivemind.errors import InferenceError, UsageError
from hivemind.model.findings import Findings


def init(target: Target = None, directory: Directory = None) -> None:
    """Write a commented hivemind.yaml.

    It stands in the application's folder; an existing one is left as it is.
    """
    from hivemind.agents.project import SPEC_FILE

    folder = resolve(target, directory)
    if not folder.is_dir():
        raise UsageError(
            "there is no such folder", where=str(folder), hint="Name the folder that holds your application."
        )
    file = folder / SPEC_FILE
    if file.exists():
        typer.echo(f"{file} is there already; it was left as it is.")
    else:
        file.write_text(first_spec(folder))
        typer.echo(f"Wrote {file}.")
    typer.echo(f"Next: hivemind plan {folder}")


def first_spec(folder: Path) -> str:
    """The text of a first spec for the application in a folder."""
    from hivemind.spec.starter import deployment_name, starter

    name = deployment_name(folder.resolve().name)
    return starter(name, _look(folder, name))


def _look(folder: Path, name: str) -> Findings | None:
    """What can be told about the application now; nothing is no reason not to write a spec."""
    from hivemind.infer.infer import infer
    from hivemind.infer.tree import Tree
    from hivemind.spec.parse import parse

    try:
        return infer(Tree(folder), parse(f"name: {name}\n", "hivemind.yaml"))
    except InferenceError as error:
        typer.secho(f"note: {error}", fg="yellow", err=True)
        typer.secho(f"  hint: {error.hint}", err=True)
        return None
