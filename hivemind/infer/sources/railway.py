"""Railway's railway.json or railway.toml, and the configuration of its builders: nixpacks.toml, railpack.json."""

from __future__ import annotations

from hivemind.infer.documents import Node, load
from hivemind.infer.facts import Fact, Reading, fact, within
from hivemind.infer.tree import Tree
from hivemind.model.spec import ServiceSpec

FILES = ("railway.json", "railway.toml")
BUILDERS = (("nixpacks.toml", ("start", "cmd")), ("railpack.json", ("deploy", "startCommand")))


def read_railway(tree: Tree, service: ServiceSpec) -> Reading:
    """Start, migration and health path."""
    root = next((node for name in FILES if (node := load(tree, within(service.path, name)))), Node(tree, FILES[0]))
    deploy, facts = root.get("deploy"), dict[str, Fact]()
    if deploy.get("startCommand").text:
        facts["start"] = _said(deploy.get("startCommand"))
    before = deploy.get("preDeployCommand")
    command = " && ".join(node.text for node in before.list() if node.text) or before.text
    if command:
        facts["migrate"] = fact(command, f"{root.path} runs it before a release", before.quote)
    if deploy.get("healthcheckPath").text.startswith("/"):
        facts["health_path"] = _said(deploy.get("healthcheckPath"))
    return Reading(facts)


def read_builders(tree: Tree, service: ServiceSpec) -> Reading:
    """The start command that a builder is told."""
    for name, keys in BUILDERS:
        if (node := load(tree, within(service.path, name)).get(*keys)).text:
            return Reading({"start": _said(node)})
    return Reading()


def _said(node: Node) -> Fact:
    return fact(node.text, f"{node.path} says so", node.quote)
