"""Google App Engine's app.yaml: the entrypoint and plain variables."""

from __future__ import annotations

from hivemind.infer.documents import load
from hivemind.infer.facts import EnvRead, Reading, fact, within
from hivemind.infer.tree import Tree
from hivemind.model.spec import ServiceSpec

FILE = "app.yaml"


def read_app_engine(tree: Tree, service: ServiceSpec) -> Reading:
    """`start` by the entrypoint; nothing of a file of that name that has no `runtime`."""
    root = load(tree, within(service.path, FILE))
    if not root.get("runtime").text:
        return Reading()
    entrypoint = root.get("entrypoint")
    facts = {"start": fact(entrypoint.text, f"{FILE}'s entrypoint", entrypoint.quote)} if entrypoint.text else {}
    reads = (EnvRead(name, False, node.text, node.quote) for name, node in root.get("env_variables").items())
    return Reading(facts, (), (), tuple(reads))
