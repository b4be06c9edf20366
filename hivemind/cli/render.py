"""`hivemind render`: write the CloudFormation templates that are committed and reviewed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hivemind.cli.options import Directory, Frozen, Locked, Target, pinning_of, resolve
from hivemind.errors import RenderError

if TYPE_CHECKING:
    from hivemind.agents.project import Project
    from hivemind.model.findings import Findings
    from hivemind.model.template import Template


def render(
    target: Target = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail when a committed template is not current.")
    ] = False,
    locked: Locked = False,
    frozen: Frozen = False,
    directory: Directory = None,
) -> None:
    """Write and validate the templates.

    Those of every environment, into generated/<name>/<env>/: commit them, and a review shows what changes.
    """
    from hivemind.agents.project import read_project

    project = read_project(resolve(target, directory))
    findings = project.findings(pinning_of(locked=locked, frozen=frozen))
    stale = [line for env in project.spec.environments for line in _environment(project, env, findings, check)]
    if check and stale:
        raise RenderError(
            f"not current: {', '.join(stale)}",
            where=str(project.file),
            hint=f"Run `hivemind render {project.file}` and commit what it writes.",
        )


def _environment(project: Project, env: str, findings: Findings, check: bool) -> list[str]:
    """Render one environment; returns the files that were (or, when checking, are) out of date."""
    from hivemind.agents.conductor import render_environment
    from hivemind.wiring import generated

    templates = render_environment(project, project.environment(env), findings)
    bodies = {template.part: template.body for template in templates}
    folder = generated(project, env)
    if check:
        changed = folder.stale(bodies)
    else:
        _validate(templates)
        changed = folder.write(bodies)
    files = [f"{folder.folder.name}/{part}.yaml" for part in changed]
    state = ("stale" if check else "written") if changed else "current"
    typer.echo(
        f"{project.spec.name}:{env}  {len(bodies)} templates, {state}" + (f": {', '.join(files)}" if files else "")
    )
    return files


def _validate(templates: tuple[Template, ...]) -> None:
    from hivemind.render.check import check

    problems = [f"{template.part}: {line}" for template in templates for line in check(template)]
    if problems:
        raise RenderError("\n".join(problems), hint="This is a fault of HiveMind; please report it with your spec.")
