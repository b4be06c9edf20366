"""Kubernetes manifests in the usual folders: the port of the container, and the path of its probe."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from hivemind.infer.documents import Node, load_all
from hivemind.infer.engines import engine_of_image
from hivemind.infer.facts import Fact, Reading, fact, within
from hivemind.infer.sources.ports import usable
from hivemind.infer.tree import Tree
from hivemind.model.spec import ServiceSpec

FOLDERS = ("k8s", "kubernetes", "deploy", "manifests", ".k8s", "deployment", "kube")
PROBES = ("readinessProbe", "startupProbe", "livenessProbe")
MAX_FILES = 20


def read_kubernetes(tree: Tree, service: ServiceSpec) -> Reading:
    """By the one container that is not a well-known server; nothing where there are several."""
    if service.kind != "web" or not any(tree.has_folder(within(service.path, folder)) for folder in FOLDERS):
        return Reading()
    containers = tuple(islice(_containers(tree, service.path), 50))
    if len(containers) != 1:
        return Reading()
    return Reading({**_port(containers[0]), **_health(containers[0])})


def _containers(tree: Tree, folder: str) -> Iterator[Node]:
    paths = (path for name in FOLDERS for path in tree.find("*.y*ml", within(folder, name)))
    for path in islice(paths, MAX_FILES):
        for root in load_all(tree, path):
            if root.get("kind").text == "Deployment":
                containers = root.get("spec", "template", "spec", "containers").list()
                yield from (one for one in containers if not engine_of_image(one.get("image").text))


def _port(container: Node) -> dict[str, Fact]:
    for one in container.get("ports").list():
        node = one.get("containerPort")
        if port := usable(node.text):
            return {"port": fact(port, f"{node.path} names it", node.quote, confidence="likely")}
    return {}


def _health(container: Node) -> dict[str, Fact]:
    for probe in PROBES:
        node = container.get(probe, "httpGet", "path")
        if node.text.startswith("/"):
            return {"health_path": fact(node.text, f"{node.path}'s {probe} asks it", node.quote)}
    return {}
