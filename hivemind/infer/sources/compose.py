"""Docker compose: how the app's own container is run, and which servers stand beside it.

Overrides and files for development or tests are not read. The app's own service is the one that is built from the
service's folder; what is only pulled is a server beside it, and counts where the app depends on it or stands alone.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from dataclasses import dataclass

from hivemind.infer.command import is_development, is_of_container, is_work, steps, unwrapped
from hivemind.infer.documents import Node, load
from hivemind.infer.engines import engine_of_image
from hivemind.infer.facts import EnvRead, Fact, Reading, Store, fact, within
from hivemind.infer.names import service_name
from hivemind.infer.signs import signs
from hivemind.infer.sources.ports import usable
from hivemind.infer.tree import Tree
from hivemind.model.spec import ServiceKind, ServiceSpec

FILES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml", "docker-compose.prod.yml",
         "docker-compose.production.yml", "compose.prod.yaml")  # fmt: skip
BELOW = ("docker", "deploy", "infra", ".devcontainer")
"""Folders of a repository in which its compose file may stand."""
NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")
INTERPOLATED = re.compile(r"^\$\{?[A-Za-z_][A-Za-z0-9_]*\}?$")
DEFAULTED = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*:?-([^}]*)\}")
DEMANDED = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*:?\?")
URL = re.compile(r"https?://[\w.\-\[\]:${}]+(/[^\s'\"|;)?]*)?")
LOCAL = ("localhost", "127.0.0.1", "0.0.0.0", "[::1]")
LANGUAGE_IMAGES = frozenset({"node", "python", "ruby", "golang", "php", "rust", "elixir", "openjdk", "maven", "gradle",
                             "bun", "deno", "eclipse-temurin"})  # fmt: skip
PROXIES = ("nginx", "traefik", "caddy", "proxy", "certbot", "adminer", "pgadmin", "mailhog", "db", "database")


@dataclass(frozen=True)
class Built:
    """A service of the file that is built from a folder of the repository."""

    name: str
    folder: str
    node: Node

    @property
    def command(self) -> str:
        """What it runs, as a line of a shell."""
        return _line(self.node.get("command")) or _line(self.node.get("entrypoint"))

    @property
    def kind(self) -> ServiceKind:
        """A worker works in the background and publishes no port."""
        publishes = self.node.get("ports").list() or self.node.get("expose").list()
        return "worker" if not publishes and is_work(self.name, self.command) else "web"


def built_services(tree: Tree, folder: str) -> tuple[Built, ...]:
    """The services of the folder's compose file that are built from folders of the repository, in its order."""
    services = _file(tree, folder).get("services").items()
    found = [Built(name, _context(folder, service), service) for name, service in services]
    mounted = [Built(name, _mounted(folder, service), service) for name, service in services]
    awaited = _awaited(services)
    ours = (one for one in (*found, *_named_like(found), *mounted) if one.name not in awaited)
    return tuple(one for one in ours if one.folder and tree.has_folder(one.folder))


def read_compose(tree: Tree, service: ServiceSpec) -> Reading:
    """Command, port, health path and variables of the service's own container, and the servers beside it."""
    for folder in _places(service.path):
        if services := _file(tree, folder).get("services").items():
            built = built_services(tree, folder)
            beside = {service.path} if folder in _own_places(service.path) else set[str]()
            folders = {one.folder for one in built} or beside
            return _reading(_own(built, service), services, is_alone=folders == {service.path})
    return Reading()


def _file(tree: Tree, folder: str) -> Node:
    found = (load(tree, within(folder, name)) for name in FILES)
    return next((node for node in found if node.get("services")), Node(tree, within(folder, FILES[0])))


def _own_places(folder: str) -> list[str]:
    """Where a file stands that is the folder's own."""
    return [folder, *(within(folder, below) for below in BELOW)]


def _places(folder: str) -> list[str]:
    """Where a file may stand that says something of the folder: in it, or in a folder that holds it, itself first."""
    found = _own_places(folder)
    while folder != ".":
        folder = posixpath.dirname(folder) or "."
        found += _own_places(folder)
    return found


def _context(folder: str, service: Node) -> str:
    """The folder a service is built from; empty when it is only pulled, or built from elsewhere."""
    build = service.get("build")
    context = build.text or (build.get("context").text or "." if build.items() else "")
    if not context or "://" in context or "$" in context or context.startswith("/"):
        return ""
    found = posixpath.normpath(posixpath.join(folder, context))
    below = posixpath.normpath(posixpath.join(found, posixpath.dirname(build.get("dockerfile").text)))
    is_code = below != found and any(language != "docker" for _, language in signs(service.tree, below))
    chosen = below if is_code else found
    return "" if chosen.startswith("..") else chosen


def _mounted(folder: str, service: Node) -> str:
    """The folder that a language's own image runs and serves out of a volume; empty where it does neither."""
    image = service.get("image").text.partition("@")[0].rpartition("/")[2].partition(":")[0].lower()
    if service.get("build") or image not in LANGUAGE_IMAGES or not service.get("ports").list():
        return ""
    sources = (one.get("source").text or one.text.partition(":")[0] for one in service.get("volumes").list())
    ours = next((source for source in sources if source == "." or source.startswith("./")), "")
    found = posixpath.normpath(posixpath.join(folder, ours)) if ours else ""
    return "" if found.startswith("..") else found


def _awaited(services: tuple[tuple[str, Node], ...]) -> frozenset[str]:
    """The services that others wait for to end: they prepare something."""
    waits = (pair for _, service in services for pair in service.get("depends_on").items())
    return frozenset(name for name, node in waits if node.get("condition").text == "service_completed_successfully")


def _named_like(found: list[Built]) -> list[Built]:
    """Services that are pulled under the image name that a built one gives itself."""
    images = {one.node.get("image").text: one.folder for one in found if one.folder and one.node.get("image").text}
    pulled = (one for one in found if not one.folder)
    return [
        Built(one.name, images[image], one.node) for one in pulled if (image := one.node.get("image").text) in images
    ]


def _own(built: tuple[Built, ...], service: ServiceSpec) -> Built | None:
    """The one of the service's folder that is called like it, else the first of its kind; the only one is the web's."""
    here = [one for one in built if one.folder == service.path and not one.name.startswith(PROXIES)]
    called = next((one for one in here if service_name(one.name) == service.name), None)
    only = here[0] if len(here) == 1 and service.kind == "web" else None
    return called or next((one for one in here if one.kind == service.kind), only)


def _reading(own: Built | None, services: tuple[tuple[str, Node], ...], *, is_alone: bool) -> Reading:
    """What its own container says, and the servers: all of them where no other service could mean them."""
    linked = _linked(own) if own else frozenset[str]()
    stores = tuple(
        Store(engine, "declared", f"{node.path} runs {name}, which is {engine}", node.get("image").quote)
        for name, node in services
        if (engine := engine_of_image(node.get("image").text)) and (is_alone or name in linked)
    )
    if not own:
        return Reading(stores=stores)
    return Reading(
        {**_prepared(own, services), **_started(own), **_port(own), **_health(own)}, (), stores, _variables(own)
    )


def _prepared(own: Built, services: tuple[tuple[str, Node], ...]) -> dict[str, Fact]:
    """The command of a service of the same build that ends before its own begins."""
    waits = own.node.get("depends_on").items()
    names = {n for n, node in waits if node.get("condition").text == "service_completed_successfully"}
    for name, node in services:
        command = unwrapped(Built(name, own.folder, node).command)
        is_same = node.get("build").value == own.node.get("build").value is not None
        if name in names and is_same and command and not is_of_container(command):
            why = f"{node.path} runs it as {name} before {own.name}"
            return {"migrate": fact(command, why, node.first("command", "entrypoint").quote, confidence="likely")}
    return {}


def _linked(own: Built) -> frozenset[str]:
    """The services it depends on or names in a variable."""
    depends = own.node.get("depends_on")
    names = {node.text for node in (*depends.list(), *own.node.get("links").list())} | {n for n, _ in depends.items()}
    words = {word for _, value in _pairs(own) for word in re.findall(r"[A-Za-z0-9_-]+", value.text)}
    return frozenset(names | words)


def _started(own: Built) -> dict[str, Fact]:
    """The command without what prepares it; none where it is for development or for the image alone."""
    migrates, start = steps(own.command)
    if not start or is_development(start) or is_of_container(start):
        return {}
    why = f"{own.node.path} runs it as {own.name}"
    quote = own.node.first("command", "entrypoint").quote
    facts = {"start": fact(start, why, quote, confidence="likely")}
    return facts | ({"migrate": fact(migrates, why, quote, confidence="likely")} if migrates else {})


def _port(own: Built) -> dict[str, Fact]:
    """The container's side of the first port that is published or exposed."""
    for node in (*own.node.get("ports").list(), *own.node.get("expose").list()):
        text = node.get("target").text or DEFAULTED.sub(r"\1", node.text)
        target, _, protocol = text.rpartition(":")[2].partition("/")
        if protocol != "udp" and (port := usable(target.partition("-")[0])):
            why = f"{own.node.path} publishes it of {own.name}"
            return {"port": fact(port, why, node.quote, confidence="likely")}
    return {}


def _health(own: Built) -> dict[str, Fact]:
    test = own.node.get("healthcheck", "test")
    found = URL.search(test.text or " ".join(node.text for node in test.list()))
    if not found or not found[1] or not any(host in found[0] for host in LOCAL):
        return {}
    why = f"{own.node.path} checks the health of {own.name} there"
    return {"health_path": fact(found[1], why, test.quote, confidence="certain")}


def _variables(own: Built) -> tuple[EnvRead, ...]:
    """What must be given: `${X:?}`, and names that stand without a value of their own."""
    return tuple(
        EnvRead(name, _is_demanded(value.text), None if _is_demanded(value.text) else value.text, value.quote)
        for name, value in _pairs(own)
        if NAME.match(name)
    )


def _is_demanded(value: str) -> bool:
    return not value or bool(INTERPOLATED.match(value) or DEMANDED.search(value))


def _pairs(own: Built) -> list[tuple[str, Node]]:
    """The variables of `environment`, in either of its forms."""
    environment = own.node.get("environment")
    pairs = [(name, node) for name, node in environment.items()]
    for node in environment.list():
        name, _, value = node.text.partition("=")
        pairs.append((name, Node(node.tree, node.path, value, node.keys)))
    return pairs


def _line(node: Node) -> str:
    words = [one.text for one in node.list()]
    return shlex.join(word for word in words if word) if words else node.text
