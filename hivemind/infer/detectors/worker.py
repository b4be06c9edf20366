"""What a worker is made with: the queue whose program its command starts, whatever serves the web beside it."""

from __future__ import annotations

from collections.abc import Mapping

from hivemind.infer.command import role_of
from hivemind.infer.facts import Reading, Service, fact

FRAMEWORKS: Mapping[str, str] = {
    "celery": "celery", "flower": "celery", "rq": "rq", "rqworker": "rq", "dramatiq": "dramatiq",
    "rundramatiq": "dramatiq", "huey": "huey", "run_huey": "huey", "qcluster": "django-q", "arq": "arq",
}  # fmt: skip
"""By program; queues of Rails and Laravel are not here, since their workers are the whole application again."""


def detect(service: Service) -> Reading:
    """A fact about `framework` of a worker."""
    role = role_of(service.command) if service.spec.kind == "worker" else None
    if not role or role[0] not in FRAMEWORKS:
        return Reading()
    why = f"its command starts {role[0]}"
    return Reading({"framework": fact(FRAMEWORKS[role[0]], why, *service.said_of_start)})
