"""Whether what a file says to start is a server made for development: it is kept, and asked about."""

from __future__ import annotations

from hivemind.infer.command import is_development
from hivemind.infer.facts import Reading, Service, question


def detect(service: Service) -> Reading:
    """A question where the team's own command is one for development; Python's servers are looked at elsewhere."""
    inferred = service.facts.get("start")
    if service.start is None or service.start is inferred or not is_development(service.command):
        return Reading()
    if service.start.evidence.source == "spec" or (service.candidate and service.candidate.language == "python"):
        return Reading()
    why = f"`{service.command}` starts a development server, slow and often deaf to other machines"
    better = (str(inferred.value),) if inferred else ()
    return Reading(questions=(question("start", f"{why}; set app.start to a production server", *better),))
