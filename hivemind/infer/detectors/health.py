"""Which path says that the service is well: a health route that exists, else `/` as a stated fallback."""

from __future__ import annotations

from hivemind.infer.facts import Fact, Reading, Route, Service, fact, question

KNOWN = ("/healthz", "/health", "/livez", "/readyz", "/ping", "/up", "/status")
MAX_CANDIDATES = 5


def detect(service: Service) -> Reading:
    """A fact about `health_path`; a question when not even `/` is among the routes that could be read."""
    if service.spec.kind != "web":
        return Reading()
    routes = service.code.routes
    if best := _best(routes):
        return Reading({"health_path": fact(best.path, f"the code serves {best.path}", best.quote)})
    root = next((route for route in routes if route.path == "/"), None)
    if root or not routes:
        return Reading({"health_path": _fallback(root)})
    candidates = tuple(dict.fromkeys(route.path for route in routes))[:MAX_CANDIDATES]
    why = "there is no health route, and / is not served either; set app.health to a path that answers 200"
    return Reading({"health_path": _fallback(None)}, (question("health_path", why, *candidates),))


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


def _fallback(root: Route | None) -> Fact:
    quotes = (root.quote,) if root else ()
    return fact("/", "no health route was found; / is the fallback", *quotes, confidence="fallback")
