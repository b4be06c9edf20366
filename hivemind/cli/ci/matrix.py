"""`hivemind ci matrix`: many specs over many runners."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from hivemind.cli.ci.options import Place

MOST = 256
"""Jobs that a matrix may make: https://docs.github.com/en/actions/reference/limits"""
Shards = Annotated[
    int,
    typer.Option("--shards", metavar="N", min=1, max=MOST, help="Over so many runners, or as many as there are specs."),
]


def matrix(place: Place = Path(), shards: Shards = 10) -> None:
    """Print a matrix for GitHub Actions, so that each job runs `hivemind plan FOLDER --shard ${{ matrix.shard }}`.

    It is the output `matrix` of the step, too.
    """
    from hivemind import wiring
    from hivemind.agents.review import specs_in

    count = min(shards, len(specs_in(place)))
    made = json.dumps({"shard": [f"{number}/{count}" for number in range(1, count + 1)]})
    typer.echo(made)
    wiring.runner().give("matrix", made)
