"""`hivemind ci command`: obey a comment of a pull request, from those who may write to the repository."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, assert_never

import typer

from hivemind.cli.ci.options import Envs, Place
from hivemind.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hivemind.model.event import Command, Commanded
    from hivemind.model.pull import Pull
    from hivemind.ports import Forge

ANSWER = "<!-- hivemind:answer -->"
WhichRef = Annotated[
    bool, typer.Option("--ref", help="Only say which commit it is about, as the outputs `ref` and `verb`.")
]


def command(place: Place = Path(), env: Envs = None, ref: WhichRef = False) -> int:
    """Obey a comment: `/hivemind plan`, `apply`, `unlock` or `revert`, with `-e ENV` for some environments alone.

    Runs in a workflow for `issue_comment`; every other comment is left alone.
    """
    from hivemind import wiring
    from hivemind.model.event import Commanded
    from hivemind.plan.markdown import escaped

    event = wiring.event()
    if not isinstance(event, Commanded):
        raise UsageError("nobody commented", hint="Run it in a workflow for `issue_comment`.")
    told = event.command
    if told is None:
        typer.echo("This comment is no command.")
        return 0
    forge = wiring.forge()
    try:
        pull = _allowed(event, told, forge)
        if ref:
            wiring.runner().give("verb", told.verb)
            wiring.runner().give("ref", f"refs/heads/{pull.base}" if pull.merged else f"refs/pull/{pull.number}/merge")
            return 0
        meant = _meant(told.environments, env or ())
        if meant is None:
            typer.echo("This environment is not meant.")
            return 0
        return _obey(told, place, meant, pull, forge)
    except RefusedError as error:
        forge.say(event.number, ANSWER, f"{escaped(str(error))}\n\n{escaped(error.hint)}\n")
        raise


def _meant(told: Sequence[str], here: Sequence[str]) -> tuple[str, ...] | None:
    """The environments of this job that the comment names; None where it names others alone."""
    if not (told and here):
        return tuple(told or here)
    return tuple(name for name in here if name in told) or None


def _allowed(event: Commanded, told: Command, forge: Forge) -> Pull:
    """The pull request, if this person may have this done of it."""
    if not forge.may_write(event.author):
        raise RefusedError(
            f"{event.author} may not command HiveMind here",
            where=f"/hivemind {told.verb}",
            hint="Ask somebody who may write to this repository.",
        )
    pull = forge.pull(event.number)
    if told.verb in ("apply", "revert") and pull.merged is None:
        raise RefusedError(
            "this pull request is not merged", where=f"/hivemind {told.verb}", hint="Merge it: that applies it."
        )
    if pull.fork and pull.merged is None:
        raise RefusedError(
            "what comes from a fork is planned without credentials until it is merged",
            where=f"/hivemind {told.verb}",
            hint="Once it is merged, `/hivemind plan` shows what it would do, and `/hivemind apply` does it.",
        )
    return pull


def _obey(told: Command, place: Path, environments: Sequence[str], pull: Pull, forge: Forge) -> int:
    from hivemind.cli.ci.apply import merge
    from hivemind.cli.ci.plan import tell
    from hivemind.cli.ci.planning import plan_touched

    match told.verb:
        case "plan":
            planned = plan_touched(place, environments, forge.changed(pull.number), offline=False)
            return tell(pull, planned, forge)
        case "apply":
            return merge(place, environments, pull, pull.merged or pull.head, forge)
        case "unlock":
            return _unlock(place, environments, pull, forge)
        case "revert":
            forge.say(pull.number, ANSWER, f"Opened {forge.open_revert(pull.number)}: merging it takes this back.\n")
            return 0
        case never:
            assert_never(never)


def _unlock(place: Path, asked: Sequence[str], pull: Pull, forge: Forge) -> int:
    """Have the runs stopped that hold what this pull request touches; each goes its way back first."""
    from hivemind import wiring
    from hivemind.agents.project import read_project
    from hivemind.agents.review import environments, specs_in, touched
    from hivemind.cli.cancel import cancel
    from hivemind.plan.markdown import escaped

    freed = []
    for file in touched(specs_in(place), wiring.top(place), forge.changed(pull.number)):
        project = read_project(file)
        for environment in environments(project, asked):
            name = f"{project.spec.name}:{environment.name}"
            try:
                cancel(file, environment.name, yes=True)
            except typer.Exit:
                forge.say(pull.number, ANSWER, f"{escaped(name)} could not be freed; the job's log says why.\n")
                raise
            freed.append(escaped(name))
    forge.say(pull.number, ANSWER, f"Nobody holds {', '.join(freed)} any more.\n")
    return 0
