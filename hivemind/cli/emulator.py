"""`hivemind emulator`: start, stop and look at the local cloud."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from hivemind.cli.options import Json
from hivemind.wiring import home

if TYPE_CHECKING:
    from hivemind.emulator.daemon import Status

emulator = typer.Typer(
    help="Start, stop and see the local cloud.\n\nAn AWS endpoint on this machine with real processes behind it.",
    no_args_is_help=True,
)


Runtimes = Literal["exact", "nearest"]


@emulator.command()
def start(
    port: Annotated[
        int | None, typer.Option(help="Listen on this port; by default the one used last.", min=1, max=65535)
    ] = None,
    runtimes: Annotated[
        Runtimes | None, typer.Option(help="Whether another minor version of a language may stand in.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Start it; what ran runs again."""
    from hivemind.emulator import daemon

    _show(daemon.start(home(), port=port, runtimes=runtimes, by="person"), as_json)


@emulator.command()
def stop(as_json: Json = False) -> None:
    """Stop it; nothing is lost."""
    from hivemind.emulator import daemon

    _show(daemon.stop(home()), as_json)


@emulator.command()
def status(as_json: Json = False) -> None:
    """Say whether it runs, and where."""
    from hivemind.emulator import daemon

    _show(daemon.status(home()), as_json)


def _show(found: Status, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({**asdict(found), "state_dir": str(found.state_dir)}, indent=2))
        return
    if not found.running:
        typer.echo(f"The local cloud is not running. Its state is in {found.state_dir}.")
        return
    typer.echo(f"The local cloud runs at {found.endpoint} (process {found.pid}, state in {found.state_dir}).")
    typer.echo("Any AWS client can use it:")
    typer.echo(f"  export AWS_ENDPOINT_URL={found.endpoint} AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1")
    typer.echo("  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local")
