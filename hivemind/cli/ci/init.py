"""`hivemind ci init`: the workflows by which a repository plans and applies."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from hivemind.cli.ci.options import Place
from hivemind.errors import RenderError, UsageError

WORKFLOWS = Path(".github", "workflows")
Into = Annotated[
    Path | None,
    typer.Option("--into", metavar="DIR", help="The folder to write to. Default: the repository's .github/workflows."),
]
Branch = Annotated[str, typer.Option("--branch", metavar="NAME", help="What is merged into it is applied.")]
Check = Annotated[bool, typer.Option("--check", help="Write nothing; fail when a workflow is not current.")]


def init(place: Place = Path(), branch: Branch = "main", into: Into = None, check: Check = False) -> None:
    """Write the workflows: plan a pull request, apply its merge, obey comments.

    For the environments of the specs here that are on AWS, in their order. Run it again when they change.
    """
    from hivemind import wiring
    from hivemind.agents.project import read_project
    from hivemind.agents.review import environments, specs_in
    from hivemind.cli.files import write
    from hivemind.render.workflows import workflows

    found = [each for file in specs_in(place) for each in environments(read_project(file), ())]
    if not found:
        raise UsageError(
            "no spec here has an environment on AWS",
            where=str(place),
            hint="Add one under `environments:`, for instance `staging: {state: s3://BUCKET}`.",
        )
    texts = workflows(tuple(dict.fromkeys(each.name for each in found)), found[0].region, branch)
    folder = into or wiring.top(place) / WORKFLOWS
    changed = [folder / name for name, text in texts.items() if _present(folder / name) != text]
    if check and changed:
        raise RenderError(
            f"not current: {', '.join(map(str, changed))}",
            where=str(place),
            hint="Run `hivemind ci init` and commit what it writes.",
        )
    for file in changed:
        with suppress(OSError):  # told when the file cannot be written
            folder.mkdir(parents=True, exist_ok=True)
        write(file, texts[file.name], "the workflow", "Give --into a folder you may write.")
    typer.echo(f"{len(texts)} workflows, " + (f"written: {', '.join(map(str, changed))}" if changed else "current"))
    if changed:
        typer.echo("Next: commit them, `hivemind bootstrap --github OWNER/REPO -e ENV` for the roles that they take.")


def _present(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
