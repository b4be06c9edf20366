"""`hivemind validate`: is the spec well-formed?"""

from __future__ import annotations

import typer

from hivemind.cli.options import Directory, Target, resolve


def validate(target: Target = None, directory: Directory = None) -> None:
    """Check the spec: every problem at once."""
    from hivemind.agents.project import read_project

    project = read_project(resolve(target, directory))
    environments = ", ".join(project.spec.environments)
    typer.echo(f"{project.file}: valid ({project.spec.name}; environments: {environments})")
