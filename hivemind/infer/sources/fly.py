"""Fly.io's fly.toml: port, health checks, processes, release command and variables."""

from __future__ import annotations

from hivemind.infer.documents import Node, load
from hivemind.infer.facts import EnvRead, Fact, Reading, fact, within
from hivemind.infer.names import name_of
from hivemind.infer.sources.ports import usable
from hivemind.infer.tree import Tree
from hivemind.model.spec import ServiceSpec

FILE = "fly.toml"


def read_fly(tree: Tree, service: ServiceSpec) -> Reading:
    """What fly.toml says of the service's folder."""
    root = load(tree, within(service.path, FILE))
    if not root:
        return Reading()
    facts = {**_processes(root, service), **_port(root), **_health(root)}
    if command := root.get("deploy", "release_command").text:
        facts["migrate"] = fact(
            command, f"{FILE} runs it before a release", root.get("deploy", "release_command").quote
        )
    reads = tuple(EnvRead(name, False, node.text, node.quote) for name, node in root.get("env").items())
    return Reading(facts, (), (), reads)


def _processes(root: Node, service: ServiceSpec) -> dict[str, Fact]:
    """All processes; the service's own by its name or kind, `app` where it is the web's."""
    entries = {name: node for name, node in root.get("processes").items() if node.text}
    if not entries:
        return {}
    named = {name: node.text for name, node in sorted(entries.items())}
    facts = {"processes": fact(named, f"{FILE} names them", root.get("processes").quote)}
    if own := name_of(service, entries, *(("app",) if service.kind == "web" else ())):
        facts["start"] = fact(entries[own].text, f"{FILE}'s {own} process", entries[own].quote)
    return facts


def _listeners(root: Node) -> tuple[Node, ...]:
    return (root.get("http_service"), *root.get("services").list(), root.get("services"))


def _port(root: Node) -> dict[str, Fact]:
    for listener in _listeners(root):
        node = listener.get("internal_port")
        if port := usable(node.text):
            return {"port": fact(port, f"{FILE} sends traffic to it", node.quote, confidence="likely")}
    return {}


def _health(root: Node) -> dict[str, Fact]:
    """The path of the first HTTP check."""
    checks = [
        check
        for listener in _listeners(root)
        for key in ("checks", "http_checks")
        for check in listener.get(key).list()
    ]
    for check in (*checks, *(node for _, node in root.get("checks").items())):
        node = check.get("path")
        if node.text.startswith("/"):
            return {"health_path": fact(node.text, f"{FILE} checks the health there", node.quote)}
    return {}
