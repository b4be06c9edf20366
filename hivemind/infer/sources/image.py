"""The app's Dockerfile, read as evidence: the port it exposes, how its health is checked, what it runs."""

from __future__ import annotations

from hivemind.infer.command import is_development, is_of_container, steps
from hivemind.infer.dockerfile import Dockerfile, load
from hivemind.infer.facts import Fact, Reading, fact
from hivemind.infer.sources.ports import bound_port, usable
from hivemind.infer.tree import Tree
from hivemind.model.spec import ServiceSpec

FILES = (
    "Dockerfile", "Dockerfile.prod", "Dockerfile.production", "Containerfile", "docker/Dockerfile",
    ".docker/Dockerfile", "docker/Dockerfile.prod", "docker/prod/Dockerfile", "docker/app/Dockerfile",
    "docker/web/Dockerfile", "deploy/Dockerfile", "deployments/Dockerfile",
)  # fmt: skip


def read_image(tree: Tree, service: ServiceSpec) -> Reading:
    """What the last stage says: port, health path, start command of the web and what it migrates before."""
    file = next((found for name in FILES if (found := load(tree, service.path, name))), None)
    if not file:
        return Reading()
    started = _started(tree, file) if service.kind == "web" else {}
    return Reading({**started, **_port(tree, file), **_health(tree, file)})


def _started(tree: Tree, file: Dockerfile) -> dict[str, Fact]:
    command = file.final.command
    migrates, start = steps(command.text) if command else ("", "")
    if not command or not start or is_development(start) or is_of_container(start):
        return {}
    quote, why = tree.quote(file.path, command.line), f"{file.path} runs it"
    facts = {"start": fact(start, why, quote, confidence="likely")}
    return facts | ({"migrate": fact(migrates, why, quote, confidence="likely")} if migrates else {})


def _port(tree: Tree, file: Dockerfile) -> dict[str, Fact]:
    """The first port that is exposed; php-fpm's speaks FastCGI, which is no HTTP."""
    if file.final.software == "php" and "fpm" in file.final.image:
        return {}
    for exposed in file.final.ports:
        if port := usable(str(exposed.number)):
            quote = tree.quote(file.path, exposed.line)
            return {"port": fact(port, f"{file.path} exposes it", quote, confidence="likely")}
    if port := usable(file.final.env.get("PORT", "")):
        return {"port": fact(port, f"{file.path} sets PORT to it", tree.quote(file.path), confidence="likely")}
    command = file.final.command
    if command and (port := bound_port(command.text)):
        why = f"{file.path} runs it on that port"
        return {"port": fact(port, why, tree.quote(file.path, command.line), confidence="likely")}
    return {}


def _health(tree: Tree, file: Dockerfile) -> dict[str, Fact]:
    check, path = file.final.healthcheck, file.final.health_path
    if not check or not path:
        return {}
    return {"health_path": fact(path, f"{file.path} checks the health there", tree.quote(file.path, check.line))}
