"""The arguments that verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hivemind.errors import UsageError

Target = Annotated[
    Path | None,
    typer.Argument(metavar="PATH", help="The application's folder, or a spec file. Default: the current folder."),
]
Env = Annotated[str, typer.Option("--env", "-e", help="Which environment of the spec.", show_default=True)]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on stdout; all else goes to stderr.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")]
Directory = Annotated[
    Path | None, typer.Option("-C", metavar="DIR", help="Act as if started in DIR.", exists=False, show_default=False)
]


def resolve(target: Path | None, directory: Path | None) -> Path:
    """Where a verb works: PATH as seen from DIR."""
    if directory is not None and not directory.is_dir():
        raise UsageError("there is no such folder", where=str(directory), hint="Give -C a folder that exists.")
    return (directory or Path()) / (target or Path())
