"""Which port the service listens on: what the start command insists on, EXPOSE, the code, else 8080 through PORT."""

from __future__ import annotations

import re

from hivemind.infer.facts import Fact, Reading, Service, fact
from hivemind.model.findings import Quote

DEFAULT = 8080
DOCKERFILE = "Dockerfile"
EXPOSE = re.compile(r"^\s*EXPOSE\s+([0-9]{4,5})(?:/tcp)?\s*$", re.IGNORECASE)
BOUND = re.compile(
    r"(?:--bind|--listen|--http|-b)[= ]\s*['\"]?[\w.*\[\]:]*?:([0-9]{4,5})\b|(?:--port|-p)[= ]\s*([0-9]{4,5})\b"
)


def detect(service: Service) -> Reading:
    """Facts about `port`, and `port_env` None where the command leaves the port no choice."""
    if service.spec.kind != "web":
        return Reading()
    bound = BOUND.search(service.command)
    port = next((int(p) for p in bound.groups() if p), 0) if bound else 0
    if 1024 <= port <= 65535:
        why = "the start command binds it, whatever PORT says"
        found = fact(port, why, *service.said_of_start)
        return Reading({"port": found, "port_env": Fact(None, found.evidence)})
    return Reading({"port": _chosen(service)})


def _chosen(service: Service) -> Fact:
    """The port given through PORT: any will do, so the one people know from this repository."""
    path = service.file(DOCKERFILE)
    for number, line in enumerate(service.tree.lines(path), start=1):
        found = EXPOSE.match(line)
        if found and 1024 <= int(found[1]) <= 65535:
            return _likely(int(found[1]), "the Dockerfile exposes it; given as PORT", service.tree.quote(path, number))
    if written := service.facts.get("port"):
        return Fact(written.value, written.evidence)
    return fact(DEFAULT, "nothing names a port; this one is given as PORT", confidence="fallback")


def _likely(port: int, why: str, quote: Quote) -> Fact:
    return fact(port, why, quote, confidence="likely")
