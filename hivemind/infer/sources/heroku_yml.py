"""Heroku's heroku.yml: what its containers run, and its add-ons."""

from __future__ import annotations

from hivemind.infer.documents import Node, load
from hivemind.infer.facts import Fact, Reading, Store, fact, within
from hivemind.infer.names import name_of
from hivemind.infer.sources.app_json import engine_of_addon
from hivemind.infer.tree import Tree
from hivemind.model.spec import ServiceSpec

FILE = "heroku.yml"


def read_heroku_yml(tree: Tree, service: ServiceSpec) -> Reading:
    """`start` by the service's name or kind, `migrate` from the release phase, servers by add-on."""
    root = load(tree, within(service.path, FILE))
    entries = {name: _command(node) for name, node in root.get("run").items()}
    facts: dict[str, Fact] = {}
    if own := name_of(service, (name for name, node in entries.items() if node.text)):
        facts["start"] = fact(entries[own].text, f"{FILE}'s {own} process", entries[own].quote)
    release = _command(root.get("release"))
    if release.text:
        facts["migrate"] = fact(release.text, f"{FILE} runs it before a release", release.quote)
    plans = (node.get("plan") or node for node in root.get("setup", "addons").list())
    stores = (
        Store(engine, "declared", f"{FILE} asks for the add-on {plan.text}", plan.quote)
        for plan in plans
        if (engine := engine_of_addon(plan.text))
    )
    return Reading(facts, (), tuple(stores))


def _command(node: Node) -> Node:
    """A command stands by itself, or under `command` as one line or a list of lines."""
    below = node.get("command")
    return next(iter(below.list()), below) if below else node
