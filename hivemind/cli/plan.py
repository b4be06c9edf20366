"""`hivemind plan`: show exactly what would change, and write the sealed plan if asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, assert_never

import typer

from hivemind.cli.options import Directory, Env, Frozen, Json, Locked, Target, pinning_of, resolve
from hivemind.errors import UsageError
from hivemind.model.spec import LOCAL

if TYPE_CHECKING:
    from hivemind.model.plan import Plan

Form = Literal["text", "json", "markdown"]
CHANGES_PRESENT = 3
Offline = Annotated[
    bool, typer.Option("--offline", help="Compare with the committed templates: no cloud, no credentials.")
]
Out = Annotated[Path | None, typer.Option(metavar="FILE", help="Write the sealed plan for `apply`.")]
Markdown = Annotated[bool, typer.Option("--markdown", help="Print it as a comment for a pull request.")]
Full = Annotated[bool, typer.Option("--full", help="Name every resource and property.")]
DetailedExitcode = Annotated[
    bool, typer.Option("--detailed-exitcode", help="Exit 3 when there are changes, 0 when there are none.")
]
Shard = Annotated[
    str | None, typer.Option("--shard", metavar="N/M", help="Of a folder of specs, the N-th of M equal parts.")
]


def plan(
    target: Target = None,
    env: Env = LOCAL,
    offline: Offline = False,
    as_json: Json = False,
    out: Out = None,
    locked: Locked = False,
    frozen: Frozen = False,
    as_markdown: Markdown = False,
    full: Full = False,
    shard: Shard = None,
    detailed_exitcode: DetailedExitcode = False,
    directory: Directory = None,
) -> int:
    """Show what `apply` would do.

    What is added, changed, replaced and removed, what it costs, how long it takes, and what Sheriff says. Where PATH is
    a folder that holds many specs, all of them are planned, and each is told in a line.
    """
    from hivemind.agents.project import read_project
    from hivemind.cli.fleet import is_fleet, plan_fleet, show_fleet
    from hivemind.cli.planning import make_plan

    form = _form(as_json=as_json, as_markdown=as_markdown)
    place = resolve(target, directory)
    if is_fleet(place):
        _require_one(out, form)
        fleet = plan_fleet(place, env, offline=offline, shard=shard)
        code = show_fleet(fleet, as_json=as_json, full=full)
        return code or (CHANGES_PRESENT if detailed_exitcode and fleet.changes else 0)
    project = read_project(place)
    made, _ = make_plan(
        project, project.environment(env), offline=offline, pinning=pinning_of(locked=locked, frozen=frozen)
    )
    _tell(made, form, out, full=full)
    return CHANGES_PRESENT if detailed_exitcode and made.transition != "none" else 0


def _form(*, as_json: bool, as_markdown: bool) -> Form:
    if as_json and as_markdown:
        raise UsageError("--json and --markdown exclude each other", hint="Give one of them, or none.")
    return "json" if as_json else "markdown" if as_markdown else "text"


def _tell(made: Plan, form: Form, out: Path | None, *, full: bool) -> None:
    from hivemind.cli.files import write
    from hivemind.cli.show import show_plan
    from hivemind.plan.markdown import markdown
    from hivemind.plan.seal import to_json

    if out is not None:
        write(out, to_json(made), "the plan", "Give --out a file you may write.")
    match form:
        case "json":
            typer.echo(to_json(made))
        case "markdown":
            typer.echo(markdown(made), nl=False)
        case "text":
            show_plan(made, full=full)
            if out is not None:
                typer.echo(f"Saved to {out}.")
        case never:
            assert_never(never)


def _require_one(out: Path | None, form: Form) -> None:
    for option, is_asked in {"--out": out is not None, "--markdown": form == "markdown"}.items():
        if is_asked:
            raise UsageError("there is more than one plan", where=option, hint="Name one of the specs.")
