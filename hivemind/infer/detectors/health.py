"""Which path says that the service is well.

a check that the team wrote for a platform or container  >  a health route in the code  >  the framework's own
>  `/` where the code serves it  >  some path that it serves, else `/`, as a stated fallback, which is asked about
"""

from __future__ import annotations

import re

from hivemind.infer.facts import Fact, Reading, Route, Service, fact, question
from hivemind.model.findings import Question

KNOWN = (
    "/healthz", "/health", "/healthcheck", "/health-check", "/health_check", "/_health", "/livez", "/readyz", "/ping",
    "/up", "/ok", "/status", "/heartbeat", "/alive", "/ready", "/health/live", "/health/ready", "/actuator/health",
    "/ht", "/health/check", "/healthy", "/liveness", "/readiness", "/_healthz", "/_status", "/_ping", "/__health",
    "/__heartbeat__", "/-/healthy", "/hc",
)  # fmt: skip
AMBIGUOUS = ("/up", "/ok", "/status", "/alive", "/ready")
WHOLE = re.compile(r"^(?:/(?:api|rest|v[0-9]+|internal|system|monitoring|_\w*|app|server|service))*$")
"""Prefixes that say nothing of what a route is about."""
DOCS = "/docs"
"""What FastAPI serves by itself."""
ACTS = re.compile(
    r"(?:^|[/_.-])(?:add|create|new|make|send|post|put|delete|remove|clear|reset|run|start|stop|trigger|import|export|sync"
    r"|log_?in|log_?out|sign_?in|sign_?up|sign_?out|register|auth|oauth|callback|webhooks?|upload|download|redirect|admin)"
    r"(?:$|[/_.-])",
    re.IGNORECASE,
)
"""Paths that do something when they are asked, or ask who is there: nothing to call every few seconds."""
MAX_CANDIDATES = 5
UNREAD = "nothing shows which paths answer, and / is only the fallback; set app.health to a path that answers 200"
UNSERVED = "there is no health route, and / is not served either; set app.health to a path that answers 200"


def detect(service: Service) -> Reading:
    """A fact about `health_path`; a question where not even `/` is known to answer."""
    if service.spec.kind != "web":
        return Reading()
    if said := service.said("health_path"):
        return Reading({"health_path": said[0]})
    routes = service.code.routes
    if best := _best(routes):
        found = fact(best.path, f"the code serves {best.path}", best.quote)
        return Reading({"health_path": found}, _doubts(best.path))
    if (known := service.facts.get("health_path")) and known.evidence.confidence != "fallback":
        return Reading({"health_path": known})
    if root := next((route for route in routes if route.path == "/"), None):
        found = fact("/", "no health route was found, but the code serves /", root.quote, confidence="likely")
        return Reading({"health_path": found})
    if docs := next((route for route in routes if route.path == DOCS), None):
        why = "no health route was found, but the framework serves its documentation"
        return Reading({"health_path": fact(DOCS, why, docs.quote, confidence="likely")})
    return _fallback(known, routes)


def _best(routes: tuple[Route, ...]) -> Route | None:
    """The first known path in the order of `KNOWN`; at the root before below a prefix."""
    for is_match in (_is_exactly, _ends_with):
        for known in KNOWN:
            for route in routes:
                if is_match(route.path, known):
                    return route
    return None


def _is_exactly(path: str, known: str) -> bool:
    return path.rstrip("/") == known


def _ends_with(path: str, known: str) -> bool:
    return path.rstrip("/").endswith(known)


def _doubts(path: str) -> tuple[Question, ...]:
    """What to ask of a word that also means other things, below more than the prefix of a whole API."""
    prefix, _, word = path.rstrip("/").rpartition("/")
    if f"/{word}" not in AMBIGUOUS or WHOLE.match(prefix):
        return ()
    return (question("health_path", f"{path} may be about something else than the service's health", path, "/"),)


def _fallback(known: Fact | None, routes: tuple[Route, ...]) -> Reading:
    candidates = tuple(dict.fromkeys(route.path for route in routes))[:MAX_CANDIDATES]
    asked = question("health_path", UNSERVED if routes else UNREAD, *(candidates or ("/",)))
    harmless = [route for route in routes if not ACTS.search(route.path)]
    if harmless:
        why = "there is no health route, and / is not served; this path is a guess"
        found = fact(harmless[0].path, why, harmless[0].quote, confidence="fallback")
        return Reading({"health_path": known or found}, (asked,))
    found = known or fact("/", "no health route was found; / is the fallback", confidence="fallback")
    return Reading({"health_path": found}, (asked,))
