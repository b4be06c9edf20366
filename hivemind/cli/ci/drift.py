"""`hivemind ci drift`: whether anything was changed beside HiveMind, for every spec of a repository."""

from __future__ import annotations

from pathlib import Path

import typer

from hivemind.cli.ci.options import Envs, Place
from hivemind.errors import HiveMindError

FOUND = 1


def drift(place: Place = Path(), env: Envs = None) -> int:
    """Look whether anything was changed beside HiveMind, in every spec here; exits with 1 when something was."""
    from hivemind import wiring
    from hivemind.agents.drift import drift as looked
    from hivemind.agents.project import read_project
    from hivemind.agents.review import environments, specs_in
    from hivemind.cli.drift import show

    code = 0
    for file in specs_in(place):
        try:
            project = read_project(file)
            for environment in environments(project, env or ()):
                found = looked(project, environment, wiring.hive(project, environment))
                with wiring.runner().quoting():
                    show(found)
                code = max(code, FOUND if found.resources else 0)
        except HiveMindError as error:
            typer.secho(f"{file}: {error}\n  hint: {error.hint}", err=True)
            code = max(code, error.exit_code)
    return code
