"""What a pull request touches: the specs in a repository, and those of them that a change speaks of."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from hivemind.agents.fleet import below, spec_files
from hivemind.agents.project import Project, read_project, spec_file
from hivemind.errors import HiveMindError, Problem, RefusedError, SpecError
from hivemind.model.review import Planned, Review
from hivemind.model.spec import EnvironmentSpec


def specs_in(place: Path) -> tuple[Path, ...]:
    """Every spec at or below a place; a folder of files that are all specs counts, too. Raises UsageError for none."""
    if not place.is_dir():
        return (spec_file(place),)
    return tuple(sorted(below(place))) or spec_files(place)


def touched(specs: Collection[Path], top: Path, changed: Collection[str] | None) -> tuple[Path, ...]:
    """Those specs whose deployments a change of these paths (from `top`) may alter; all where that is not known."""
    if changed is None:
        return tuple(specs)
    paths = [PurePosixPath(path) for path in changed]
    return tuple(
        spec for spec in specs if any(_is_below(path, place) for place in _places(spec, top) for path in paths)
    )


def environments(project: Project, asked: Collection[str]) -> tuple[EnvironmentSpec, ...]:
    """Those asked for that it has, in its own order; unless asked, all but the one on this machine."""
    known = project.spec.environments.values()
    return tuple(each for each in known if (each.name in asked if asked else not each.is_local))


def problems(error: HiveMindError, file: str, top: Path) -> tuple[Problem, ...]:
    """An error as the places in a repository that it speaks of; `file` where it names none."""
    if not isinstance(error, SpecError):
        return (Problem(file, 0, 0, str(error), error.hint),)
    return tuple(replace(each, file=relative(Path(each.file), top)) for each in error.problems)


def not_current(parts: Collection[str], deployment: str, file: str) -> tuple[Problem, ...]:
    """That templates of these parts are committed, and are not what the spec says now."""
    if not parts:
        return ()
    words = f"the committed templates of {deployment} are not current: {', '.join(parts)}"
    return (Problem(file, 0, 0, words, f"Run `hivemind render {file}` and commit what it writes."),)


def unprivileged(text: str, where: str) -> tuple[Planned, ...]:
    """What a job without rights wrote: shown as it says, and taken for no look at a cloud whatever it says.

    Raises RefusedError where it is not what such a job writes.
    """
    try:
        review = Review.model_validate_json(text)
    except ValidationError:
        raise RefusedError("these are no plans", where=where, hint="Look at the run that wrote it.") from None
    return tuple(
        each if each.plan is None else each.model_copy(update={"plan": each.plan.model_copy(update={"offline": True})})
        for each in review.planned
    )


def relative(path: Path, top: Path) -> str:
    """A path as the repository names it."""
    return Path(os.path.relpath(path.resolve(), top.resolve())).as_posix()


def _places(spec: Path, top: Path) -> Iterator[PurePosixPath]:
    """The spec, what is beside it of its name, its services' folders, and its committed templates."""
    yield PurePosixPath(relative(spec, top))
    yield PurePosixPath(relative(spec.with_suffix(".lock"), top))
    try:
        project = read_project(spec)
    except HiveMindError:
        return
    yield PurePosixPath("generated", project.spec.name)
    for service in project.spec.services:
        yield PurePosixPath(relative(project.root / service.path, top))


def _is_below(path: PurePosixPath, place: PurePosixPath) -> bool:
    return place == PurePosixPath(".") or path.is_relative_to(place)
