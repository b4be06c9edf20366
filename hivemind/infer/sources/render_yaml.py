"""Render's blueprint, render.yaml: services with their commands, databases, variables."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from hivemind.infer.documents import Node, load
from hivemind.infer.facts import EnvRead, Fact, Reading, Store, fact
from hivemind.infer.names import service_name
from hivemind.infer.sources.ports import usable
from hivemind.infer.tree import Tree
from hivemind.model.spec import ServiceKind, ServiceSpec

FILES = ("render.yaml", "render.yml")
KINDS: dict[str, ServiceKind] = {
    "web": "web",
    "pserv": "web",
    "worker": "worker",
    "static": "web",
    "static_site": "web",
}
CACHES = {"redis": "redis", "keyvalue": "redis"}
NOTHING = (":", "true", "echo")
"""Commands that only fill the field."""


@dataclass(frozen=True)
class Blueprint:
    """One service of the blueprint that runs code of the repository."""

    name: str
    kind: ServiceKind
    folder: str
    node: Node


def blueprints(tree: Tree) -> tuple[Blueprint, ...]:
    """The services that run the repository's code, in the file's order."""
    found = []
    for node in _root(tree).get("services").list():
        kind = KINDS.get(node.get("type").text)
        folder = posixpath.normpath(node.get("rootDir").text or ".")
        if kind and not node.get("image") and tree.has_folder(folder):
            found.append(Blueprint(node.get("name").text, kind, folder, node))
    return tuple(found)


def read_render(tree: Tree, service: ServiceSpec) -> Reading:
    """What the blueprint says of the service of this folder, and which databases it asks for."""
    root, here = _root(tree), [one for one in blueprints(tree) if one.folder == service.path]
    called = (one for one in here if service_name(one.name) == service.name)
    own = next(called, None) or next((one for one in here if one.kind == service.kind), None)
    if not own:
        return Reading(stores=_stores(root) if here else ())
    facts = {**_commands(own.node), **_port(own.node)}
    health = own.node.get("healthCheckPath")
    if health.text.startswith("/"):
        facts["health_path"] = fact(health.text, f"{FILES[0]} checks the health there", health.quote)
    return Reading(facts, (), _stores(root), _variables(own.node))


def _root(tree: Tree) -> Node:
    return next((node for name in FILES if (node := load(tree, name))), Node(tree, FILES[0]))


def _commands(node: Node) -> dict[str, Fact]:
    facts = {}
    for key, name in (("startCommand", "start"), ("preDeployCommand", "migrate")):
        command = node.get(key)
        if command.text and command.text.split()[0] not in NOTHING:
            facts[name] = fact(command.text, f"{FILES[0]} says so", command.quote)
    return facts


def _port(node: Node) -> dict[str, Fact]:
    """The variable PORT, where the blueprint sets it."""
    for variable in node.get("envVars").list():
        if variable.get("key").text == "PORT" and (port := usable(variable.get("value").text)):
            return {"port": fact(port, f"{FILES[0]} sets PORT", variable.quote, confidence="likely")}
    return {}


def _stores(root: Node) -> tuple[Store, ...]:
    databases = root.get("databases").list()
    found = [Store("postgres", "declared", f"{FILES[0]} asks for a database", one.quote) for one in databases[:1]]
    for node in root.get("services").list():
        if engine := CACHES.get(node.get("type").text):
            found.append(Store(engine, "declared", f"{FILES[0]} asks for {engine}", node.quote))
    return tuple(found)


def _variables(node: Node) -> tuple[EnvRead, ...]:
    """What is typed in by hand (`sync: false`) must be given; the rest has a value."""
    found = []
    for variable in node.get("envVars").list():
        if name := variable.get("key").text:
            is_asked = variable.get("sync").text == "false"
            found.append(EnvRead(name, is_asked, variable.get("value").text or None, variable.quote))
    return tuple(found)
