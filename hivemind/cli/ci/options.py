"""The arguments that these verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Place = Annotated[
    Path, typer.Argument(metavar="PATH", help="Where the specs are. Default: everywhere in the current folder.")
]
Envs = Annotated[
    list[str] | None,
    typer.Option("--env", "-e", metavar="ENV", help="Which environments, each in turn. Default: all on AWS."),
]
