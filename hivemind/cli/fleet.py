"""Many specs planned at once: `hivemind plan FOLDER`, where the folder is no application but holds many."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hivemind.errors import HiveMindError, UsageError
from hivemind.model.outlook import Fleet, Outlook

if TYPE_CHECKING:
    from hivemind.agents.project import Project

INVALID = 2


@dataclass(frozen=True)
class Job:
    """One spec to be planned; `name` is its file as the answer tells it."""

    file: Path
    name: str
    environment: str
    offline: bool


def is_fleet(place: Path) -> bool:
    """Whether a path is a folder of specs, not an application of its own."""
    from hivemind.agents.project import spec_file

    return place.is_dir() and not spec_file(place).exists()


def plan_fleet(place: Path, environment: str, *, offline: bool, shard: str | None) -> Fleet:
    """Every spec of the folder planned; what cannot be is told beside the others."""
    from hivemind import wiring
    from hivemind.agents.fleet import shard as cut
    from hivemind.agents.fleet import spec_files

    files = spec_files(place)
    if shard is not None:
        files = cut(files, *_numbers(shard))
    jobs = [Job(file, os.path.relpath(file), environment, offline) for file in files]
    looked = zip(jobs, wiring.spread(look, jobs), strict=True)
    found = [(job, outlook) for job, outlook in looked]
    return Fleet(
        environment=environment,
        deployments=tuple(outlook for _, outlook in found if outlook),
        absent=tuple(job.name for job, outlook in found if outlook is None),
    )


def look(job: Job) -> Outlook | None:
    """What one spec's plan comes to; None where the spec has no such environment."""
    from hivemind.agents.project import read_project
    from hivemind.plan.outlook import unplanned

    try:
        project = read_project(job.file)
        if job.environment not in project.spec.environments:
            return None
        return _recalled(job, project) if job.offline else _planned(job, project)
    except HiveMindError as error:
        return unplanned(job.name, error)


def _recalled(job: Job, project: Project) -> Outlook:
    """An offline plan follows from files alone, so while they are the same it need not be made again."""
    from hivemind import wiring
    from hivemind.agents.fleet import key, recalled, remember

    kept, name = wiring.outlooks(), f"{job.file.resolve()} {job.environment}"
    committed = wiring.generated(project, job.environment).committed()
    made_of = key(project, job.environment, committed, wiring.made_of(project))
    found = recalled(name, made_of, kept)
    if found is None:
        found = _planned(job, project)
        remember(name, made_of, found, kept)
    return found.model_copy(update={"file": job.name})


def _planned(job: Job, project: Project) -> Outlook:
    from hivemind.cli.planning import make_plan
    from hivemind.plan.outlook import outlook

    plan, _ = make_plan(project, project.environment(job.environment), offline=job.offline)
    return outlook(job.name, plan)


def show_fleet(fleet: Fleet, *, as_json: bool, full: bool) -> int:
    """Print it; the exit code tells whether every spec has a plan."""
    from hivemind.cli.show import STYLES, console
    from hivemind.plan.outlook import fleet_lines

    if as_json:
        typer.echo(fleet.model_dump_json(indent=2))
    else:
        out = console()
        for line in fleet_lines(fleet, full=full):
            out.print("  " * line.indent + line.text, style=STYLES[line.style])
    return INVALID if fleet.problems else 0


def _numbers(shard: str) -> tuple[int, int]:
    number, _, of = shard.partition("/")
    if not (number.isdigit() and of.isdigit() and 1 <= int(number) <= int(of)):
        raise UsageError(f"`{shard}` is no shard", where="--shard", hint="Say which of how many: 2/5.")
    return int(number), int(of)
