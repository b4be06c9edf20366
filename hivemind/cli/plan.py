"""`hivemind plan`: show exactly what would change, and write the sealed plan if asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hivemind.cli.options import Directory, Env, Frozen, Json, Locked, Target, pinning_of, resolve
from hivemind.errors import UsageError
from hivemind.model.spec import LOCAL

if TYPE_CHECKING:
    from hivemind.agents.project import Project
    from hivemind.infer.lock import Pinning
    from hivemind.model.plan import Plan
    from hivemind.model.spec import EnvironmentSpec
    from hivemind.ports import Bundles

CHANGES_PRESENT = 3


def plan(
    target: Target = None,
    env: Env = LOCAL,
    offline: Annotated[
        bool, typer.Option("--offline", help="Compare with the committed templates: no cloud, no credentials.")
    ] = False,
    as_json: Json = False,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the sealed plan for `apply`.")] = None,
    locked: Locked = False,
    frozen: Frozen = False,
    full: Annotated[bool, typer.Option("--full", help="Name every resource and property.")] = False,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit 3 when there are changes, 0 when there are none.")
    ] = False,
    directory: Directory = None,
) -> int:
    """Show what `apply` would do.

    What is added, changed, replaced and removed, what it costs, how long it takes, and what Sheriff says.
    """
    from hivemind.agents.project import read_project
    from hivemind.cli.show import show_plan
    from hivemind.plan.seal import to_json

    project = read_project(resolve(target, directory))
    made, _ = make_plan(
        project, project.environment(env), offline=offline, pinning=pinning_of(locked=locked, frozen=frozen)
    )
    if out is not None:
        _write(out, to_json(made))
    if as_json:
        typer.echo(to_json(made))
    else:
        show_plan(made, full=full)
        if out is not None:
            typer.echo(f"Saved to {out}.")
    return CHANGES_PRESENT if detailed_exitcode and made.transition != "none" else 0


def make_plan(
    project: Project, environment: EnvironmentSpec, *, offline: bool, pinning: Pinning = "update", rolling: bool = False
) -> tuple[Plan, Bundles]:
    """The plan for one environment, with the bundles that its release comes from."""
    from hivemind import wiring
    from hivemind.agents import conductor

    findings = project.findings(pinning)
    migrates = tuple(service.name for service in findings.services if service.migrate)
    bundles = wiring.bundles(project, conductor.release_files(project, findings), migrates)
    desired = conductor.desire(project, environment, findings, bundles.make()).model_copy(update={"rolling": rolling})
    committed = wiring.generated(project, environment.name).committed()
    if offline:
        return conductor.plan_offline(desired, committed), bundles
    return conductor.plan_live(desired, wiring.hive(project, environment), committed), bundles


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text)
    except OSError as error:
        raise UsageError(
            f"the plan cannot be written: {error.strerror}", where=str(path), hint="Give --out a file you may write."
        ) from error
