"""Whether the start command will do: one for development, one of a platform, or a mere guess is asked about."""

from __future__ import annotations

import re

from hivemind.infer.command import is_development
from hivemind.infer.facts import Fact, Reading, Service, question

PLATFORM = re.compile(r"\bheroku-php-(?:apache2|nginx)\b|\bbin/start-(?:nginx|pgbouncer)\b|\bstart-pgbouncer\b")
"""Programs that a platform's buildpack puts there."""


def detect(service: Service) -> Reading:
    """A question about a command that is kept as it is, but may not serve; what the spec says is not questioned."""
    start, inferred = service.start, service.facts.get("start")
    if start is None or start.evidence.source == "spec" or not (why := _objection(service, start)):
        return Reading()
    candidates = (str(inferred.value),) if inferred else ()
    return Reading(questions=(question("start", f"`{service.command}` {why}", *candidates),))


def _objection(service: Service, start: Fact) -> str:
    """Why the command may not do; empty when it may, and where the language's own detector looks at it."""
    if start is service.facts.get("start"):
        is_asked = any(asked.field == "start" for asked in service.questions)
        is_guess = start.evidence.confidence == "fallback" and not is_asked
        return f"is a guess: {start.evidence.why}; set app.start" if is_guess else ""
    if PLATFORM.search(service.command):
        return "runs a program that only its platform has; set app.start to a server that the app brings along"
    is_python = service.candidate is not None and service.candidate.language == "python"
    if is_development(service.command) and not is_python:
        return "starts a development server, slow and often deaf to other machines; set app.start to one for production"
    return ""
