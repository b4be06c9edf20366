"""What has moved between a plan that was reviewed and the one that planning gives now, in the words a reader looks for.

A reviewed plan is applied only when nothing has. The forecast's seconds are left out: they are learned from earlier
runs, and a run that was faster is not another world.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hivemind.errors import RefusedError
from hivemind.model.plan import Plan


def moved(reviewed: Plan, fresh: Plan) -> tuple[str, ...]:
    """What differs, causes first; empty when the reviewed plan is what would be planned now."""
    told = tuple(words for words, part in CAUSES if part(reviewed) != part(fresh))
    return told or (("what it does",) if _whole(reviewed) != _whole(fresh) else ())


def require_fresh(reviewed: Plan, fresh: Plan) -> None:
    """Raises RefusedError, naming what moved, when the reviewed plan is not what would be planned now."""
    if differs := moved(reviewed, fresh):
        raise RefusedError(
            f"the plan that was reviewed is not what would be planned now; moved: {', '.join(differs)}",
            where=reviewed.deployment,
            hint="Plan again, look at the difference, and apply that plan.",
        )


def _commit(plan: Plan) -> object:
    return plan.release and (plan.release.commit, plan.release.uncommitted)


def _bundle(plan: Plan) -> object:
    return plan.release and plan.release.digest


def _spec(plan: Plan) -> object:
    return plan.wanted and (plan.wanted.spec, plan.wanted.environment)


def _findings(plan: Plan) -> object:
    return plan.wanted and plan.wanted.findings


def _whole(plan: Plan) -> object:
    content = plan.model_dump(exclude={"digest", "forecast"})
    return content, plan.forecast.model_dump(exclude={"seconds", "each"})


CAUSES: tuple[tuple[str, Callable[[Plan], Any]], ...] = (
    ("the deployment", lambda plan: (plan.deployment, plan.region, plan.offline)),
    ("the commit", _commit),
    ("the application's files (bundle)", _bundle),
    ("the spec (hivemind.yaml)", _spec),
    ("what is known of the application (hivemind.lock)", _findings),
    ("the templates", lambda plan: plan.templates),
    ("the image (AMI)", lambda plan: plan.image),
    ("the parameters", lambda plan: plan.parameters),
    ("the cloud", lambda plan: plan.live_fingerprint),
    ("Sheriff's rules", lambda plan: plan.rules),
)
