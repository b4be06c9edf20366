"""`hivemind upgrade`: make a stage-1 environment a production one, under its users."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from hivemind.cli.options import AllowInterruption, Directory, Env, Target, Yes, resolve
from hivemind.errors import RefusedError
from hivemind.model.spec import LOCAL

if TYPE_CHECKING:
    from hivemind.model.plan import Plan

LEAST = 2
"""Instances of each service that a production environment has at least, one in each zone."""


def upgrade(
    target: Target = None,
    env: Env = LOCAL,
    yes: Yes = False,
    allow_interruption: AllowInterruption = False,
    directory: Directory = None,
) -> None:
    """Make a stage-1 environment a production one, under its users.

    Sets `stage: production` in the spec, once you have agreed to the plan: private subnets, at least two instances,
    a database that outlives the loss of a zone.
    """
    from hivemind import wiring
    from hivemind.agents.project import read_project
    from hivemind.cli.apply import agree, execute, require_state, show_outputs
    from hivemind.cli.plan import make_plan
    from hivemind.cli.proposal import edited
    from hivemind.cli.show import show_plan

    now = read_project(resolve(target, directory))
    stands = now.environment(env)
    if stands.stage == "production":
        raise RefusedError(
            f"environment `{env}` is a production one in the spec already",
            where=str(now.file),
            hint="`hivemind apply` brings about what the spec says.",
        )
    grown = {"instances": LEAST} if stands.instances is not None and stands.instances < LEAST else {}
    proposal = edited(now.file, env, {"stage": "production", **grown})
    project = proposal.project
    environment = project.environment(env)
    require_state(environment)
    plan, bundles = make_plan(project, environment, offline=False)
    _require_upgrade(plan)
    proposal.show()
    show_plan(plan, then=False)
    typer.echo()
    agree(plan, f"Upgrade {plan.deployment} like this?", yes=yes, allow_interruption=allow_interruption)
    proposal.write()
    hive = wiring.hive(project, environment)
    execute(plan, project, hive, bundles)
    show_outputs(project, env, hive)


def _require_upgrade(plan: Plan) -> None:
    if plan.transition != "upgrade":
        raise RefusedError(
            "there is nothing to upgrade: no stage-1 environment stands complete",
            where=plan.deployment,
            hint="Set `stage: production` in the spec, and `hivemind apply` creates it so.",
        )
