"""AWS Copilot's manifests: `copilot/<service>/manifest.yml` names kind, image, port, health check and variables."""

from __future__ import annotations

import posixpath
import shlex
from dataclasses import dataclass

from hivemind.infer.documents import Node, load
from hivemind.infer.facts import EnvRead, Fact, Reading, fact
from hivemind.infer.names import service_name
from hivemind.infer.sources.ports import usable
from hivemind.infer.tree import Tree
from hivemind.model.spec import ServiceKind, ServiceSpec

MANIFESTS = "copilot/*manifest.y*ml"
MAX_MANIFESTS = 30
KINDS: dict[str, ServiceKind] = {
    "Load Balanced Web Service": "web", "Request-Driven Web Service": "web", "Backend Service": "web",
    "Static Site": "web", "Worker Service": "worker",
}  # fmt: skip


@dataclass(frozen=True)
class Manifest:
    """A service of the application that is built from a folder of the repository."""

    name: str
    kind: ServiceKind
    folder: str
    node: Node


def manifests(tree: Tree) -> tuple[Manifest, ...]:
    """The services, by the names of their folders."""
    if not tree.has_folder("copilot"):
        return ()
    found = []
    for path in tree.find(MANIFESTS)[:MAX_MANIFESTS]:
        node = load(tree, path)
        kind, folder = KINDS.get(node.get("type").text), _folder(node)
        if kind and tree.has_folder(folder):
            found.append(Manifest(node.get("name").text or path.split("/")[1], kind, folder, node))
    return tuple(found)


def read_copilot(tree: Tree, service: ServiceSpec) -> Reading:
    """What the manifest of the service's folder says: the one that is called like it, else the first of its kind."""
    here = [one for one in manifests(tree) if one.folder == service.path]
    called = next((one for one in here if service_name(one.name) == service.name), None)
    own = called or next((one for one in here if one.kind == service.kind), None)
    if not own:
        return Reading()
    return Reading({**_started(own.node), **_port(own.node), **_health(own.node)}, (), (), _variables(own.node))


def _folder(node: Node) -> str:
    """The folder of the image's context, else of its Dockerfile."""
    build = node.get("image", "build")
    context = build.get("context").text or posixpath.dirname(build.get("dockerfile").text or build.text)
    return posixpath.normpath(context or ".")


def _started(node: Node) -> dict[str, Fact]:
    command = node.get("command")
    text = shlex.join(one.text for one in command.list()) or command.text
    return {"start": fact(text, "Copilot's manifest runs it", command.quote)} if text else {}


def _port(node: Node) -> dict[str, Fact]:
    found = node.get("image", "port")
    port = usable(found.text)
    return {"port": fact(port, "Copilot's manifest names it", found.quote, confidence="likely")} if port else {}


def _health(node: Node) -> dict[str, Fact]:
    check = node.get("http", "healthcheck")
    path = check.get("path") or check
    is_path = path.text.startswith("/")
    return {"health_path": fact(path.text, "Copilot checks the health there", path.quote)} if is_path else {}


def _variables(node: Node) -> tuple[EnvRead, ...]:
    """Plain variables have a value; secrets are asked for again."""
    plain = (EnvRead(name, False, one.text, one.quote) for name, one in node.get("variables").items())
    secret = (EnvRead(name, True, None, one.quote) for name, one in node.get("secrets").items())
    return (*secret, *plain)
