"""`hivemind ci plan`: what a pull request would do, told in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hivemind.cli.ci.options import Envs, Place
from hivemind.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hivemind.model.pull import Pull
    from hivemind.model.review import Planned
    from hivemind.ports import Forge

FAILED = 1
Offline = Annotated[bool, typer.Option("--offline", help="Compare with the committed templates: no credentials.")]
Out = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write the whole of it, too: an artifact, or what `ci comment` tells."),
]
Silent = Annotated[
    bool, typer.Option("--silent", help="Say nothing in the pull request: this job may not, and another tells it.")
]


def plan(
    place: Place = Path(), env: Envs = None, offline: Offline = False, out: Out = None, silent: Silent = False
) -> int:
    """Plan what a pull request touches, and tell it there: one comment, edited in place, and a check.

    Runs in a workflow for `pull_request`. Exits 1 when what it would do cannot be done.
    """
    from hivemind import wiring
    from hivemind.cli.ci.planning import plan_touched
    from hivemind.cli.files import write
    from hivemind.model.event import Proposed
    from hivemind.model.review import Review

    event, forge = wiring.event(), wiring.forge()
    if not isinstance(event, Proposed):
        raise UsageError("there is no pull request", hint="Run it in a workflow for `pull_request`.")
    pull = forge.pull(event.number)
    planned = plan_touched(place, env or (), forge.changed(event.number), offline=offline)
    if out is not None:
        write(out, Review(planned=planned).model_dump_json(), "the plan", "Give --out a file you may write.")
    if silent:
        return _log(planned)
    return tell(pull, planned, forge)


def tell(pull: Pull, planned: Sequence[Planned], forge: Forge) -> int:
    """Tell a pull request what was planned; the exit code says whether all of it can be applied."""
    from hivemind import wiring
    from hivemind.plan.review import CHECK, MARK, SUMMARY, check, comment

    passes, words = check(planned)
    forge.say(pull.number, MARK, comment(planned, pull.head))
    forge.tell_check(pull.head, CHECK, "success" if passes else "failure", words)
    wiring.runner().summarise(comment(planned, pull.head, SUMMARY))
    _log(planned)
    return 0 if passes else FAILED


def _log(planned: Sequence[Planned]) -> int:
    """Write what was found to the job's log, and mark what is wrong in the files; whether all have plans."""
    from hivemind import wiring
    from hivemind.cli.show import show_plan
    from hivemind.plan.review import verdict

    runner = wiring.runner()
    with runner.quoting():
        for each in planned:
            if each.plan is not None:
                show_plan(each.plan, then=False)
                typer.echo()
        typer.echo(verdict(planned))
    for problem in [problem for each in planned for problem in each.problems]:
        runner.annotate(problem)
    return FAILED if any(not each.passes for each in planned) else 0
