"""Kamal's config/deploy.yml: the port and health check behind its proxy, and the servers beside the app."""

from __future__ import annotations

from hivemind.infer.documents import load
from hivemind.infer.engines import engine_of_image
from hivemind.infer.facts import EnvRead, Fact, Reading, Store, fact, within
from hivemind.infer.sources.ports import usable
from hivemind.infer.tree import Tree
from hivemind.model.spec import ServiceSpec

FILE = "config/deploy.yml"


def read_kamal(tree: Tree, service: ServiceSpec) -> Reading:
    """What it says of the app; nothing of a file of that name that deploys no image."""
    root = load(tree, within(service.path, FILE))
    if not root.get("image").text:
        return Reading()
    facts: dict[str, Fact] = {}
    port = root.get("proxy", "app_port") or root.get("healthcheck", "port")
    if number := usable(port.text):
        facts["port"] = fact(number, "Kamal sends traffic to it", port.quote, confidence="likely")
    path = root.get("proxy", "healthcheck", "path") or root.get("healthcheck", "path")
    if path.text.startswith("/"):
        facts["health_path"] = fact(path.text, "Kamal checks the health there", path.quote)
    command = root.get("servers", service.name, "cmd")
    if command.text:
        facts["start"] = fact(command.text, f"Kamal runs it as {service.name}", command.quote)
    stores = (
        Store(engine, "declared", f"Kamal runs {name}, which is {engine}", node.get("image").quote)
        for name, node in root.get("accessories").items()
        if (engine := engine_of_image(node.get("image").text))
    )
    secrets = (EnvRead(one.text, True, None, one.quote) for one in root.get("env", "secret").list() if one.text)
    return Reading(facts, (), tuple(stores), tuple(secrets))
