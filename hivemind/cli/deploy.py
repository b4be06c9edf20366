"""`hivemind deploy`: from a folder to an address in one command, writing the spec where there is none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hivemind.cli.options import Allow, AllowInterruption, Directory, Env, Lose, Target, Yes, allowed, resolve
from hivemind.errors import UsageError
from hivemind.model.spec import LOCAL

if TYPE_CHECKING:
    from hivemind.cli.proposal import Proposal

EXAMPLES = """\b
Examples:
  hivemind deploy                       this folder, to the local cloud
  hivemind deploy --what-if             show what that would do, and do nothing
  hivemind deploy app --env staging     another folder, another environment
  hivemind deploy --env staging --xray  the same, with its requests traced"""


def deploy(
    target: Target = None,
    env: Env = LOCAL,
    stage_1: Annotated[bool, typer.Option("--stage-1", help="Set `stage: stage-1`: the least that serves.")] = False,
    xray: Annotated[bool, typer.Option("--xray", help="Set `monitoring.xray`: trace requests.")] = False,
    what_if: Annotated[bool, typer.Option("--what-if", help="Show what would be done, and do nothing.")] = False,
    yes: Yes = False,
    allow_interruption: AllowInterruption = False,
    allow: Allow = None,
    lose: Lose = None,
    directory: Directory = None,
) -> None:
    """Deploy a folder in one command: write its spec where there is none, plan, show, ask, do it.

    What the options set is written to the spec once you have agreed: what is deployed and what is committed stay the
    same.
    """
    from hivemind.cli.apply import Consent, carry_through
    from hivemind.cli.planning import make_plan
    from hivemind.cli.show import show_plan

    proposal = _proposed(resolve(target, directory), env, stage_1, xray)
    project = proposal.project
    environment = project.environment(env)
    plan, bundles = make_plan(project, environment, offline=False)
    proposal.show()
    if what_if:
        show_plan(plan, then=False)
        typer.echo("\nNothing was changed. The same without --what-if does it.")
        return
    consent = Consent(yes, allowed(allow_interruption, allow), frozenset(lose or ()))
    carry_through(plan, project, bundles, consent, proposal.write)


def _proposed(place: Path, env: str, stage_1: bool, xray: bool) -> Proposal:
    """The spec there, or a first one, with what the options say."""
    from hivemind.agents.project import spec_file
    from hivemind.cli.init import first_spec
    from hivemind.cli.proposal import edited

    asked = {"stage": "stage-1" if stage_1 else "", "monitoring.xray": xray}
    values = {key: value for key, value in asked.items() if value}
    file = spec_file(place)
    if not place.exists():
        raise UsageError(
            "there is no such file or folder", where=str(place), hint="Name the folder that holds your application."
        )
    return edited(file, env, values, new=None if file.exists() else first_spec(place))
