"""`hivemind status`: what serves, how well, and the releases that can be gone back to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from hivemind.cli.options import Directory, Env, Json, Target, resolve
from hivemind.model.spec import LOCAL

if TYPE_CHECKING:
    from hivemind.model.status import ColourStatus, ReleaseStatus, ServiceStatus, Status

Row = tuple[str, ...]
HEAD: Row = ("#", "release", "commit", "when (UTC)", "who", "migrated", "verdict", "")
DIGITS, COMMIT_DIGITS = 12, 8
MOST = 20
"""Releases that are shown; the others are for programs."""


def status(target: Target = None, env: Env = LOCAL, as_json: Json = False, directory: Directory = None) -> None:
    """Show what serves, how well, and the releases before it.

    Each release has the number that `hivemind rollback --to` takes.
    """
    from hivemind import wiring
    from hivemind.agents import status as looking
    from hivemind.agents.project import read_project
    from hivemind.cli.show import console

    project = read_project(resolve(target, directory))
    environment = project.environment(env)
    found = looking.status(project, environment, wiring.hive(project, environment))
    if as_json:
        typer.echo(looking.to_json(found))
        return
    out = console()
    for text, style in lines(found):
        out.print(text.rstrip(), style=style)


def lines(found: Status) -> Iterator[tuple[str, str]]:
    """The status in lines, each with its style."""
    yield f"{found.deployment}  {found.stage}  {found.url or 'no address'}", "bold"
    yield from _run(found)
    for service in found.services:
        yield from _service(service)
    if not found.services:
        yield "  nothing stands; `hivemind apply` deploys it", "cyan"
    yield "", ""
    yield from _releases(found.releases)


def _run(found: Status) -> Iterator[tuple[str, str]]:
    run = found.last_run
    if run is None or run.ending in ("applied", "failed"):
        return
    told = "was interrupted" if run.ending == "interrupted" else "runs, or was killed"
    since = f"the {run.transition.replace('_', '-')} that {run.who} began at {_time(run.since)}"
    yield f"  {since} {told}; `hivemind resume` goes on with it", "yellow"


def _service(service: ServiceStatus) -> Iterator[tuple[str, str]]:
    serves = f"release {service.serving[:DIGITS]}" if service.serving else "no release serves"
    odd = "" if service.stack_status.endswith("_COMPLETE") else f"  ({service.stack} is {service.stack_status})"
    yield f"  {service.name}: {serves}{odd}", "yellow" if odd or not service.serving else ""
    for colour in service.colours:
        well = colour.healthy == colour.targets
        style = "dim" if not colour.release else "green" if well else "yellow"
        yield f"    {colour.colour:<5}  {(colour.release or 'empty')[:DIGITS]:<12}{_traffic(colour)}", style


def _traffic(colour: ColourStatus) -> str:
    share = "" if colour.share is None else f"  {colour.share:>3} %"
    health = "" if colour.targets is None or not colour.release else f"  {colour.healthy} of {colour.targets} healthy"
    return share + health


def _releases(releases: tuple[ReleaseStatus, ...]) -> Iterator[tuple[str, str]]:
    if not releases:
        yield "No release yet.", "bold"
        return
    yield "Releases", "bold"
    shown = releases[:MOST]
    rows = [HEAD, *(_row(release) for release in shown)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    styles = ["dim", *(_style(release) for release in shown)]
    for row, style in zip(rows, styles, strict=True):
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)), style
    if len(releases) > MOST:
        yield f"  and {len(releases) - MOST} older ones, which --json names", "dim"


def _style(release: ReleaseStatus) -> str:
    if release.serves:
        return "green"
    if release.verdict == "failed":
        return "red"
    return "" if release.kept else "dim"


def _row(release: ReleaseStatus) -> Row:
    migrated = "one way" if release.one_way else "yes" if release.migrated else "no"
    return (
        str(release.number),
        release.digest[:DIGITS],
        (release.commit or "-")[:COMMIT_DIGITS],
        _time(release.when),
        release.who,
        migrated,
        release.verdict,
        _mark(release),
    )


def _mark(release: ReleaseStatus) -> str:
    if release.serves:
        return "← serves"
    return "" if release.kept or release.verdict == "failed" else "no longer kept"


def _time(iso: str) -> str:
    return f"{datetime.fromisoformat(iso):%Y-%m-%d %H:%M:%S}"
