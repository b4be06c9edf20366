"""`hivemind upgrade`: make a stage-1 environment a production one, under its users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hivemind.cli.options import Allow, AllowInterruption, Directory, Env, Target, Yes, allowed, resolve
from hivemind.errors import RefusedError
from hivemind.model.spec import LOCAL, PRODUCTION_LEAST

if TYPE_CHECKING:
    from hivemind.model.plan import Plan


def upgrade(
    target: Target = None,
    env: Env = LOCAL,
    yes: Yes = False,
    allow_interruption: AllowInterruption = False,
    allow: Allow = None,
    directory: Directory = None,
) -> None:
    """Make a stage-1 environment a production one, under its users.

    Sets `stage: production` in the spec, once you have agreed to the plan: private subnets, at least two instances,
    a database that outlives the loss of a zone.
    """
    from hivemind.agents.project import read_project
    from hivemind.cli.apply import Consent, carry_through
    from hivemind.cli.planning import make_plan
    from hivemind.cli.proposal import edited

    now = read_project(resolve(target, directory))
    stands = now.environment(env)
    if stands.stage == "production":
        raise RefusedError(
            f"environment `{env}` is a production one in the spec already",
            where=str(now.file),
            hint="`hivemind apply` brings about what the spec says.",
        )
    too_few = stands.instances is not None and stands.instances < PRODUCTION_LEAST
    grown = {"instances": PRODUCTION_LEAST} if too_few else {}
    proposal = edited(now.file, env, {"stage": "production", **grown})
    project = proposal.project
    environment = project.environment(env)
    plan, bundles = make_plan(project, environment, offline=False)
    _require_upgrade(plan)
    proposal.show()
    carry_through(plan, project, bundles, Consent(yes, allowed(allow_interruption, allow)), proposal.write)


def _require_upgrade(plan: Plan) -> None:
    if plan.transition != "upgrade":
        raise RefusedError(
            "there is nothing to upgrade: no stage-1 environment stands complete",
            where=plan.deployment,
            hint="Set `stage: production` in the spec, and `hivemind apply` creates it so.",
        )
