"""What has moved between a plan that was reviewed and the one that planning gives now, in the words a reader looks for.

A reviewed plan is applied only when nothing has. The forecast's seconds are left out: they are learned from earlier
runs, and a run that was faster is not another world.

A pull request that was reviewed becomes another commit when it is merged. So what is kept of its plan leaves the commit
out, and nothing else: the files of the release, the templates and the cloud must be those that were looked at.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from hivemind.errors import RefusedError
from hivemind.model.plan import Plan
from hivemind.model.review import Reviewed

SHORT = 8
"""Hex digits that tell one cause from another; what decides is the whole digest."""
OF_A_COMMIT = {"notes": True, "spec_fingerprint": True, "release": {"commit", "uncommitted"}}
"""What a plan holds that another commit of the same files changes."""


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


def reviewed(plan: Plan) -> Reviewed:
    """What is kept of a plan that a pull request was shown."""
    causes = tuple(_digest(part(plan))[:SHORT] for _, part in _MERGED)
    return Reviewed(whole=_digest(_whole(plan, OF_A_COMMIT)), causes=causes)


def require_reviewed(shown: Reviewed | None, fresh: Plan) -> None:
    """Raises RefusedError, naming what moved, when what was shown is not what would be planned now."""
    if shown is None:
        raise RefusedError("nobody was shown this plan", where=fresh.deployment, hint=LOOK_AGAIN)
    now = reviewed(fresh)
    if now.whole != shown.whole:
        told = [words for (words, _), a, b in zip(_MERGED, shown.causes, now.causes, strict=False) if a != b]
        raise RefusedError(
            f"the plan that was reviewed is not what would be planned now; moved: {', '.join(told) or 'what it does'}",
            where=fresh.deployment,
            hint=LOOK_AGAIN,
        )


def _digest(part: Any) -> str:
    text = json.dumps(part, sort_keys=True, ensure_ascii=False, default=lambda value: value.model_dump(mode="json"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _commit(plan: Plan) -> object:
    return plan.release and (plan.release.commit, plan.release.uncommitted)


def _bundle(plan: Plan) -> object:
    return plan.release and plan.release.digest


def _spec(plan: Plan) -> object:
    return plan.wanted and (plan.wanted.spec, plan.wanted.environment)


def _findings(plan: Plan) -> object:
    return plan.wanted and plan.wanted.findings


def _whole(plan: Plan, beside: Mapping[str, Any] = {}) -> object:
    content = plan.model_dump(mode="json", exclude={"digest": True, "forecast": True, **beside})
    return content, plan.forecast.model_dump(mode="json", exclude={"seconds", "each"})


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
_MERGED = tuple(cause for cause in CAUSES if cause[1] is not _commit)
LOOK_AGAIN = "Comment `/hivemind plan` on the pull request, look at the difference, and comment `/hivemind apply`."
