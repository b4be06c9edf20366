"""Which port the service listens on when nobody sets PORT.

    start command  >  files beside the code that agree  >  a literal in the code, or the framework's own  >  8080

Where the code reads no PORT its literal is the truth, and comes before the files. What contradicts is asked about.
"""

from __future__ import annotations

import re

from hivemind.infer.facts import Fact, Reading, Service, fact, question
from hivemind.infer.sources.ports import bound_port
from hivemind.model.findings import Question

DEFAULT = 8080
PASSED = re.compile(r"\$PORT\b|\$\{PORT\b")
DEFAULTED = re.compile(r"\$\{PORT:-([0-9]{4,5})\}")


def detect(service: Service) -> Reading:
    """Facts about `port`, and `port_env` None where the command leaves the port no choice."""
    if service.spec.kind != "web":
        return Reading()
    if port := bound_port(service.command):
        why = "the start command binds it, whatever PORT says"
        found = fact(port, why, *service.said_of_start)
        return Reading({"port": found, "port_env": Fact(None, found.evidence)})
    told = _told(service)
    if port := bound_port(service.command, DEFAULTED):
        own = fact(port, "the start command's own, without PORT", *service.said_of_start)
        return Reading({"port": own, **told})
    chosen = _chosen(service)
    return Reading({**chosen.facts, **told}, chosen.questions)


def _told(service: Service) -> dict[str, Fact]:
    """`port_env` where the command itself passes PORT on, whatever the framework reads by itself."""
    known = service.facts.get("port_env")
    if not known or known.value == "PORT" or not PASSED.search(service.command):
        return {}
    return {"port_env": fact("PORT", "the start command passes PORT on", *service.said_of_start)}


def _chosen(service: Service) -> Reading:
    said, inferred = service.said("port"), service.facts.get("port")
    port_env = service.facts.get("port_env")
    is_fixed = bool(inferred and port_env and port_env.value is None and _is_written(inferred))
    is_fixed = is_fixed and not PASSED.search(service.command)
    ordered = (inferred, *said) if is_fixed else (*said, inferred)
    known = sorted((found for found in ordered if found), key=lambda found: not _is_sure(found))
    if not known:
        return _fallback(service)
    best = known[0]
    agreeing = [found for found in known if found.value == best.value]
    others = [found for found in known if found.value != best.value and _is_written(found)]
    if len(agreeing) > 1 and best in said:
        quotes = dict.fromkeys(quote for found in agreeing for quote in found.evidence.quotes)
        best = fact(best.value, f"{best.evidence.why}, and it is not the only one to say so", *quotes)
    return Reading({"port": best}, _contradicted(best, others))


def _is_written(found: Fact) -> bool:
    """Whether the port stands in the repository, and is not only what the framework listens on by itself."""
    return _is_sure(found) and bool(found.evidence.quotes)


def _is_sure(found: Fact) -> bool:
    return found.evidence.confidence != "fallback"


def _contradicted(best: Fact, others: list[Fact]) -> tuple[Question, ...]:
    if not others:
        return ()
    why = f"{best.evidence.why}: {best.value}; but {others[0].evidence.why}: {others[0].value}"
    candidates = dict.fromkeys(str(found.value) for found in (best, *others))
    return (question("port", f"{why}; set app.port", *candidates),)


def _fallback(service: Service) -> Reading:
    """Any port will do where it is given through PORT; else nobody would be listening where the balancer asks."""
    port_env = service.facts.get("port_env")
    if port_env and port_env.value is None:
        why = "nothing names a port, and no PORT is read; set app.port to the one it listens on"
        found = fact(DEFAULT, "nothing names a port; this is a guess", confidence="fallback")
        return Reading({"port": found}, (question("port", why, str(DEFAULT)),))
    return Reading({"port": fact(DEFAULT, "nothing names a port; this one is given as PORT", confidence="fallback")})
