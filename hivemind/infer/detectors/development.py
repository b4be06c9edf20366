"""Whether what a file says to start is no server for production here: it is kept, and asked about."""

from __future__ import annotations

import re

from hivemind.infer.command import is_development
from hivemind.infer.facts import Reading, Service, question

PLATFORM = re.compile(r"\bheroku-php-(?:apache2|nginx)\b|\bbin/start-(?:nginx|pgbouncer)\b|\bstart-pgbouncer\b")
"""Programs that a platform's buildpack puts there."""


def detect(service: Service) -> Reading:
    """A question where the team's own command is one for development; Python's servers are looked at elsewhere."""
    inferred = service.facts.get("start")
    if service.start is None or service.start is inferred or service.start.evidence.source == "spec":
        return Reading()
    if not (why := _objection(service)):
        return Reading()
    better = (str(inferred.value),) if inferred else ()
    return Reading(questions=(question("start", f"`{service.command}` {why}", *better),))


def _objection(service: Service) -> str:
    if PLATFORM.search(service.command):
        return "runs a program that only its platform has; set app.start to a server that the app brings along"
    is_python = service.candidate is not None and service.candidate.language == "python"
    if is_development(service.command) and not is_python:
        return "starts a development server, slow and often deaf to other machines; set app.start to one for production"
    return ""
