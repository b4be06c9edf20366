"""Render's blueprint, render.yaml: services with their commands, databases, variables.

Services stand at the top, or in an environment of a project. What the blueprint runs and no service here stands for (a
scheduled job, a second web server of the same folder, an image that is only pulled) is named in a question.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hivemind.infer.command import is_of_container, unwrapped
from hivemind.infer.documents import Node, load
from hivemind.infer.facts import EnvRead, Fact, Reading, Store, fact, question
from hivemind.infer.names import service_name
from hivemind.infer.sources.ports import usable
from hivemind.infer.tree import Tree
from hivemind.model.findings import Question
from hivemind.model.spec import ServiceKind, ServiceSpec

FILES = ("render.yaml", "render.yml")
KINDS: dict[str, ServiceKind] = {
    "web": "web",
    "pserv": "web",
    "worker": "worker",
    "static": "web",
    "static_site": "web",
    "cron": "worker",
    "cron_job": "worker",
}
SCHEDULED = ("cron", "cron_job")
CACHES = {"redis": "redis", "keyvalue": "redis"}
NOTHING = (":", "true", "echo")
"""Commands that only fill the field."""

INTO_FOLDER = re.compile(r"^cd\s+(?:\./)?([A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*)/?\s*(?:&&|;)\s*(\S.*)$")
FOR_IMAGES = re.compile(r"(?:^|/)\.?(?:docker|deploy|deployments?|build|infra|ops|ci|config)(?:/|$)")
"""Folders that hold a Dockerfile and no code."""


@dataclass(frozen=True)
class Blueprint:
    """One service of the blueprint that runs code of the repository."""

    name: str
    kind: ServiceKind
    folder: str
    node: Node

    @property
    def type(self) -> str:
        """What Render calls its kind."""
        return self.node.get("type").text

    @property
    def is_scheduled(self) -> bool:
        """Whether it ends by itself, and is started again by the clock."""
        return self.type in SCHEDULED


def blueprints(tree: Tree) -> tuple[Blueprint, ...]:
    """The services that run the repository's code, those that the public reaches first; jobs where nothing else is."""
    found = []
    for node in _entries(tree, "services"):
        kind, folder = KINDS.get(node.get("type").text), _folder(node)
        if kind and not node.get("image") and tree.has_folder(folder):
            found.append(Blueprint(node.get("name").text, kind, folder, node))
    lasting = [one for one in found if not one.is_scheduled]
    return tuple(sorted(lasting or found, key=lambda one: one.type == "pserv"))


def read_render(tree: Tree, service: ServiceSpec) -> Reading:
    """What the blueprint says of the service of this folder, and which databases it asks for."""
    own = _own(tree, service)
    if not own:
        return Reading()
    facts = {**_commands(own.node), **_port(own.node)}
    health = own.node.get("healthCheckPath")
    if health.text.startswith("/"):
        facts["health_path"] = fact(health.text, f"{FILES[0]} checks the health there", health.quote)
    asked = (question("kind", _scheduled(own.node), "worker", "cron"),) if own.is_scheduled else ()
    return Reading(facts, asked, _stores(tree, own), tuple(_variables(tree, own.node)))


def passed_over(tree: Tree, taken: Iterable[ServiceSpec]) -> tuple[Question, ...]:
    """A question for each service of the blueprint that none of those that were taken stands for."""
    known = {id(own.node.value) for service in taken if (own := _own(tree, service))}
    left = (node for node in _entries(tree, "services") if id(node.value) not in known)
    return tuple(question("services", why, "no", "yes") for node in left if (why := _left_out(node)))


def _own(tree: Tree, service: ServiceSpec) -> Blueprint | None:
    """The one of the service's folder that is called like it, else the first of its kind."""
    here = [one for one in blueprints(tree) if one.folder == service.path]
    called = (one for one in here if service_name(one.name) == service.name)
    return next(called, None) or next((one for one in here if one.kind == service.kind), None)


def _left_out(node: Node) -> str:
    """Why a service of the blueprint is asked about; empty for a store, and for what is not written as a service."""
    kind, name = node.get("type").text, node.get("name").text
    if not kind or kind in CACHES:
        return ""
    if kind in SCHEDULED:
        return _scheduled(node)
    command = _command(node).text
    runs = f" (`{command[:80]}`)" if command else ""
    return f"{FILES[0]} also runs {name or 'a service'}{runs} as {kind}, which is not taken: is it deployed, too?"


def _scheduled(node: Node) -> str:
    command, schedule = _command(node).text, node.get("schedule").text
    runs = f"`{command[:80]}`" if command else node.get("name").text or "a job"
    return f"{FILES[0]} runs {runs} by the clock ({schedule or 'no schedule is given'}), which no service here does"


def _root(tree: Tree) -> Node:
    return next((node for name in FILES if (node := load(tree, name))), Node(tree, FILES[0]))


def _entries(tree: Tree, key: str) -> Iterator[Node]:
    """What stands under a key at the top, and in the environment of each project that is for production."""
    root = _root(tree)
    for part in (root, root.get("ungrouped"), *(_production(project) for project in root.get("projects").list())):
        yield from part.get(key).list()


def _production(project: Node) -> Node:
    environments = project.get("environments").list()
    named = (one for one in environments if one.get("name").text.lower().startswith("prod"))
    return next(named, environments[0] if environments else Node(project.tree, project.path))


def _folder(node: Node) -> str:
    """Its own, else that of its Dockerfile, else the one that its commands go into first."""
    if root := node.get("rootDir").text:
        return posixpath.normpath(root)
    below = posixpath.normpath(posixpath.dirname(node.get("dockerfilePath").text) or ".")
    if below != "." and not FOR_IMAGES.search(below):
        return below
    into = (INTO_FOLDER.match(node.get(key).text) for key in ("startCommand", "buildCommand"))
    return next((posixpath.normpath(found[1]) for found in into if found), ".")


def _command(node: Node) -> Node:
    return node.first("startCommand", "dockerCommand")


def _commands(node: Node) -> dict[str, Fact]:
    facts = {}
    for found, name in ((_command(node), "start"), (node.get("preDeployCommand"), "migrate")):
        into = None if node.get("rootDir") else INTO_FOLDER.match(found.text)
        command = into[2] if into else found.text
        is_image = found.keys[-1:] == ("dockerCommand",)
        command = unwrapped(command) if is_image else command
        if command and command.split()[0] not in NOTHING and not (is_image and is_of_container(command)):
            facts[name] = fact(command, f"{FILES[0]} says so", found.quote)
    return facts


def _port(node: Node) -> dict[str, Fact]:
    """The variable PORT, where the blueprint sets it."""
    for variable in node.get("envVars").list():
        if variable.get("key").text == "PORT" and (port := usable(variable.get("value").text)):
            return {"port": fact(port, f"{FILES[0]} sets PORT", variable.quote, confidence="likely")}
    return {}


def _stores(tree: Tree, own: Blueprint) -> tuple[Store, ...]:
    """What it is linked to, and what the blueprint asks for and links to no other service."""
    links = _links(tree, own.node)
    linked = {link.get("name").text for node in _entries(tree, "services") for link in _links(tree, node)}
    foreign = linked - {link.get("name").text for link in links}
    asked = [("postgres", node, "asks for a database") for node in _entries(tree, "databases")]
    asked += [("postgres", link, "links it to one") for link in links if link.keys[-1:] == ("fromDatabase",)]
    for node in _entries(tree, "services"):
        if engine := CACHES.get(node.get("type").text):
            asked.append((engine, node, f"asks for {engine}"))
    ours = ((engine, node, why) for engine, node, why in asked if node.get("name").text not in foreign)
    return tuple(Store(engine, "declared", f"{FILES[0]} {why}", node.quote) for engine, node, why in ours)


def _links(tree: Tree, node: Node) -> list[Node]:
    """What the variables of a service are taken from."""
    found = (one.get(key) for one in _settings(tree, node) for key in ("fromDatabase", "fromService"))
    return [link for link in found if link]


def _variables(tree: Tree, node: Node) -> Iterator[EnvRead]:
    """What is typed in by hand (`sync: false`) must be given; the rest has a value."""
    for one in _settings(tree, node):
        if name := one.get("key").text:
            yield EnvRead(name, one.get("sync").text == "false", one.get("value").text or None, one.quote)


def _settings(tree: Tree, node: Node) -> Iterator[Node]:
    """The variables of a service, those of the groups it names among them."""
    for variable in node.get("envVars").list():
        group = variable.get("fromGroup").text
        named = (one for one in _entries(tree, "envVarGroups") if group and one.get("name").text == group)
        yield variable
        yield from (shared for one in named for shared in one.get("envVars").list())
