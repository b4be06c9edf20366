"""Node and Bun: the manifest, what its scripts run, and the code that the entry file reaches."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from hivemind.infer.facts import Candidate, Fact, Reading, fact, question, within
from hivemind.infer.listen import deaf, is_loopback
from hivemind.infer.node.app import App
from hivemind.infer.node.builds import builds_of, find_build
from hivemind.infer.node.frameworks import BOTS, CHATS, DESKTOP, Framework, platform_of, server_of, site_of
from hivemind.infer.node.installs import installed
from hivemind.infer.node.listening import SITE_SERVERS, listening_facts
from hivemind.infer.node.manifest import FILE, Manifest, load
from hivemind.infer.node.migrations import find_migration
from hivemind.infer.node.packages import Manager, find_manager
from hivemind.infer.node.pages import served_packages
from hivemind.infer.node.platforms import platform_start
from hivemind.infer.node.reading import CodeReading
from hivemind.infer.node.sites import site_start
from hivemind.infer.node.starts import Start, by_entry, by_script, unheard
from hivemind.infer.node.version import node_version
from hivemind.infer.node.workspaces import members
from hivemind.infer.tree import Tree
from hivemind.model.findings import Question
from hivemind.model.image import Image
from hivemind.model.spec import ServiceKind

APP, MANIFEST, ASSETS = 100, 50, 10
"""Weights: a framework or a server was found; something starts; a manifest that starts nothing, perhaps of assets."""
CHECKED = ("apollo-server", "apollo-server-express", "apollo-server-fastify", "apollo-server-koa")
"""Packages of Apollo that serve a health check; the fourth version has none."""
APOLLO = "/.well-known/apollo/server-health"


def detect(tree: Tree, folder: str, image: Image) -> Candidate | None:
    """The folder as a Node app; None when nothing in it is Node's, or when it only holds other packages together."""
    manifest = load(tree, folder) or Manifest(tree, within(folder, FILE), {})
    found = Found(App(tree, manifest))
    is_written = tree.exists(manifest.path)
    if not (found.start if is_written else found.code.listening) and not found.is_unfinished:
        return None
    runtime = node_version(tree, manifest, image)
    asked = (*(found.start.questions if found.start else ()), *found.deafness)
    questions = (*runtime.questions, *found.manager.questions, *asked)
    reading = Reading({**runtime.facts, **found.facts}, (*questions, *_unread(manifest)))
    hints = {} if found.start else {"start": _hint(found)}
    return Candidate("node", found.weight, reading, found.code.code, hints, found.kind)


@dataclass(frozen=True)
class Found:
    """What there is to say of an app, worked out once."""

    app: App

    @property
    def manifest(self) -> Manifest:
        """The manifest of the service's folder."""
        return self.app.manifest

    @cached_property
    def manager(self) -> Manager:
        """What installs it."""
        return find_manager(self.app.tree, self.manifest)

    @cached_property
    def framework(self) -> Framework | None:
        """What it is made with. A project with both a server and pages for the browser is the server."""
        owner = self.app.owner
        if platform := platform_of(owner):
            return platform
        code = CodeReading(self.app, None)
        imported = frozenset(name for source in code.sources for name, _ in source.imports)
        server = server_of(owner, imported)
        runs_file = bool(self.app.script and self.app.script.last and self.app.script.last.file)
        if server and (runs_file or code.listening):
            return server
        return site_of(self.app.tree, owner) or server

    @cached_property
    def code(self) -> CodeReading:
        """What the code says."""
        return CodeReading(self.app, self.framework)

    @cached_property
    def start(self) -> Start | None:
        """How it is started; None when that cannot be told."""
        if self.app.owner.has(*DESKTOP):
            return None
        written = by_script(self.app, self.manager)
        if self.framework and self.framework.kind == "platform":
            return platform_start(self.framework, self.app, written)
        if self.framework and self.framework.kind == "site":
            return site_start(self.framework, self.app, written)
        is_program = self.framework or self.code.listening or self.is_bot or self.manifest.value("bin")
        if written or not is_program:
            return written
        made = by_entry(self.app, self.manager)
        is_silent = self.framework and not self.code.listening and not self.is_bot
        return unheard(made, self.app) if made and is_silent else made

    @property
    def is_bot(self) -> bool:
        """Whether it speaks to something else than a browser."""
        return bool(self.app.owner.has(*BOTS))

    @property
    def is_unfinished(self) -> bool:
        """Whether it is an app whose start cannot be told, and not what holds other packages together."""
        folder = self.manifest.folder
        if self.app.owner.has(*DESKTOP):
            return True
        holds_others = members(self.app.tree, folder) or self.app.tree.find(f"*/{FILE}", folder)
        return bool(self.framework or self.manifest.error) and not holds_others

    @property
    def kind(self) -> ServiceKind:
        """A worker where code could be read and nothing in it answers HTTP."""
        if self.framework or self.code.listening:
            return "web"
        has_code = any(source.tokens for source in self.code.sources)
        return "worker" if self.is_bot or has_code else "web"

    @property
    def deafness(self) -> tuple[Question, ...]:
        """A question where the code listens for its own machine only, as Fastify does when it is told nothing."""
        listening = self.code.listening
        if not listening:
            return ()
        is_fastify = bool(self.app.owner.has("fastify", "@nestjs/platform-fastify"))
        address = listening.host or ("localhost" if is_fastify else "")
        return (deaf(address, listening.quote),) if is_loopback(address) else ()

    @property
    def weight(self) -> int:
        """How sure it is that this is the folder's app."""
        if not self.app.tree.exists(self.manifest.path):
            return ASSETS
        if self.start and (self.framework or self.code.listening or self.is_bot):
            return APP
        return MANIFEST if self.start or self.app.owner.has(*DESKTOP) else ASSETS

    @property
    def facts(self) -> dict[str, Fact]:
        """All facts but the runtime."""
        facts = {"language": self._language(), **installed(self.app, self.manager)}
        if self.framework:
            quote = self.app.owner.quote_package(self.framework.package)
            why = f"the manifest asks for {self.framework.package}"
            facts["framework"] = fact(self.framework.name, why, quote)
        elif package := self.app.owner.has(*CHATS):
            why = f"the manifest asks for {package}"
            facts["framework"] = fact(package, why, self.app.owner.quote_package(package))
        if migration := find_migration(self.app.tree, self.app.owner, self.manager):
            facts["migrate"] = migration
        if self.kind == "web":
            facts |= listening_facts(self.app, self.framework, self.code, bool(self.start and self.start.is_script))
            facts |= self._healthy()
        return facts | (self._started(self.start) if self.start else {})

    def _language(self) -> Fact:
        path = self.manifest.path
        if self.app.tree.exists(path):
            return fact("node", "there is a package.json", self.app.tree.quote(path))
        return fact("node", "a file without any package listens", self.app.tree.quote(self.app.entry or path))

    def _healthy(self) -> dict[str, Fact]:
        """What answers without a route of the app's own: the first page of a site, Strapi's own check."""
        script = self.app.script
        if script and script.last and script.last.program in SITE_SERVERS:
            return {"health_path": fact("/", "a static server serves a first page", confidence="likely")}
        if package := self.app.owner.has(*CHECKED):
            why = "this version of Apollo answers there by itself"
            return {"health_path": fact(APOLLO, why, self.app.owner.quote_package(package))}
        if not self.framework or self.framework.kind == "server":
            return {}
        quote = self.app.owner.quote_package(self.framework.package)
        if self.framework.name == "strapi":
            return {"health_path": fact("/_health", "Strapi answers there", quote)}
        return {"health_path": fact("/", f"{self.framework.name} serves a first page", quote, confidence="likely")}

    def _started(self, start: Start) -> dict[str, Fact]:
        """What the start command brings along: itself, the build it needs, its port and variables."""
        build = find_build(self.app, self.manager, self.framework)
        served = builds_of(self.app, served_packages(self.app.tree, self.app.project, self.code.sources))
        commands = tuple(dict.fromkeys((*served, *build.commands, *start.build)))
        why = build.why if build.commands else "the code gives out what it builds" if served else start.why
        facts = {
            "start": fact(start.command, start.why, *start.quotes, confidence=start.confidence),
            "build": fact(commands, why if commands else "nothing has to be built", *build.quotes),
        }
        if start.env:
            facts["env"] = fact(dict(start.env), "its server must listen on every address")
        if start.is_site:
            facts["port"] = fact(start.port, "files are served there; given as PORT", confidence="fallback")
            facts["port_env"] = fact("PORT", "the static server is told so", *start.quotes)
        return facts


def _hint(found: Found) -> str:
    if package := found.app.owner.has(*DESKTOP):
        return f"{package} makes an app for people's own machines, which nothing here can run; set app.start if it does"
    scripts = ", ".join(list(found.manifest.scripts)[:8])
    said = f"none of the scripts ({scripts}) serves for production" if scripts else "package.json has no scripts"
    return f"{said}, and no entry file was found; add a start script"


def _unread(manifest: Manifest) -> tuple[Question, ...]:
    if not manifest.error:
        return ()
    return (question("install", f"{manifest.path} cannot be parsed: {manifest.error}"),)
