"""`hivemind infer`: what the repository needs, why, from which line, and how sure that is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hivemind.cli.options import Directory, Frozen, Json, Locked, Target, pinning_of, resolve

if TYPE_CHECKING:
    from hivemind.infer.lock import Pinned
    from hivemind.model.findings import Evidence
    from hivemind.model.report import InferenceReport

FIELDS = (
    "language", "framework", "runtime", "package_manager", "install", "build", "migrate", "start", "port",
    "health_path", "database", "cache", "env_required", "env_optional", "processes",
)  # fmt: skip
SURENESS = {"certain": "", "likely": "likely: ", "fallback": "a guess: "}


def infer(
    target: Target = None,
    as_json: Json = False,
    no_lock: Annotated[bool, typer.Option("--no-lock", help="Neither heed hivemind.lock nor write it.")] = False,
    locked: Locked = False,
    frozen: Frozen = False,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Ask everything anew; only what a person answered stays.")
    ] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no model: rules and the lock alone.")] = False,
    directory: Directory = None,
) -> None:
    """Show what the repository needs, and pin it in hivemind.lock.

    Language, commands, port, health path, database, cache and variables, each with the reason and the line it rests on.
    Without a hivemind.yaml, what the repository shows by itself; then nothing is written.
    """
    from hivemind.agents.project import SPEC_FILE, discovered, read_project
    from hivemind.infer.lock import asked
    from hivemind.infer.report import report, to_json
    from hivemind.infer.tree import Tree

    pinning, place = pinning_of(locked=locked, frozen=frozen, refresh=refresh), resolve(target, directory)
    said = ""
    if place.is_dir() and not (place / SPEC_FILE).exists():
        made = report(discovered(place))
    else:
        project = read_project(place)
        found = asked(Tree(project.root), project.spec) if no_lock else project.pinned(pinning)
        made = report(found.survey)
        if not (no_lock or locked or frozen):
            said = _write(project.lock_file, found)
    if as_json:
        typer.echo(to_json(made))
    else:
        _show(made)
    if said:
        typer.echo(said, err=True)


def _write(file: Path, found: Pinned) -> str:
    """Pin what was found; returns what there is to say of it."""
    from hivemind.infer.lock import to_text
    from hivemind.wiring import write_lock

    is_new = write_lock(file, to_text(found.lock))
    return f"Wrote {file}: commit it, and a review shows when an answer changes." if is_new else f"{file} is current."


def _show(made: InferenceReport) -> None:
    from hivemind.cli.show import console

    out = console()
    for service in made.services:
        out.print(f"{service.name} ({service.kind}) in {service.path}", style="bold")
        for name in FIELDS:
            value = _shown(getattr(service, name))
            evidence = made.evidence.get(f"{service.name}.{name}")
            if value and evidence:
                out.print(f"  {name.replace('_', ' '):<16} {value}")
                out.print(f"  {'':<16} {_why(evidence)}", style="yellow" if evidence.confidence != "certain" else "dim")
        out.print()
    for question in made.unsure:
        candidates = f" ({' or '.join(question.candidates)})" if question.candidates else ""
        out.print(f"? {question.field}: {question.why}{candidates}", style="cyan")


def _shown(value: object) -> str:
    """A value on one line; empty for what there is nothing of."""
    from hivemind.model.findings import StoreNeed

    if isinstance(value, StoreNeed):
        return "" if value.need == "none" else f"{value.engine}, {value.need}"
    if isinstance(value, dict):
        return "; ".join(f"{name}: {command}" for name, command in value.items())
    if isinstance(value, tuple):
        return " && ".join(value)
    return "" if value is None else str(value)


def _why(evidence: Evidence) -> str:
    places = ", ".join(f"{quote.file}:{quote.line}" if quote.line else quote.file for quote in evidence.quotes[:3])
    return f"{SURENESS[evidence.confidence]}{evidence.why}" + (f" [{places}]" if places else "")
