"""`hivemind ci comment`: tell a pull request from a fork what a job without rights has planned."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hivemind.errors import RefusedError, UsageError

MOST_BYTES = 64_000_000
File = Annotated[Path, typer.Argument(metavar="FILE", help="What `ci plan --out FILE` wrote.")]


def comment(file: File) -> int:
    """Tell a pull request what a job without rights has planned.

    Runs in a workflow for `workflow_run`, from the default branch. The file may be from anybody: it is read as data,
    nothing in it is taken for a review, and it goes to the pull request whose commit the run was for.
    """
    from hivemind import wiring
    from hivemind.agents.review import unprivileged
    from hivemind.cli.ci.plan import tell
    from hivemind.model.event import PlannedElsewhere

    event, forge = wiring.event(), wiring.forge()
    if not isinstance(event, PlannedElsewhere):
        raise UsageError("no other run has planned anything", hint="Run it in a workflow for `workflow_run`.")
    pull = forge.proposed(event.head, event.branch)
    if pull is None:
        typer.echo("The pull request has moved on; its newer run will tell.")
        return 0
    tell(pull, unprivileged(_read(file), str(file)), forge)
    return 0


def _read(file: Path) -> str:
    """What the other job left, which may be anything or nothing."""
    try:
        with file.open("rb") as opened:
            found = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(
            f"the file cannot be read: {error.strerror}", where=str(file), hint="Look at the run that was to write it."
        ) from error
    if len(found) > MOST_BYTES:
        raise RefusedError("this is too large to be plans", where=str(file), hint="Look at the run that wrote it.")
    return found.decode("utf-8", errors="replace")
