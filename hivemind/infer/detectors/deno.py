"""Deno: the task that serves, or the file that is run with the permissions a server needs."""

from __future__ import annotations

import posixpath
import re
from functools import partial

from hivemind.infer.facts import Candidate, Code, Fact, Reading, Route, fact, within
from hivemind.infer.listen import deaf, is_loopback
from hivemind.infer.node.deno import DenoProject, exports_handler, load_deno
from hivemind.infer.node.environment import environment_reads, written_urls
from hivemind.infer.node.file_routes import fresh_routes
from hivemind.infer.node.manifest import FILE
from hivemind.infer.node.ports import Listening, find_listening
from hivemind.infer.node.routes import find_routes
from hivemind.infer.tree import Tree
from hivemind.model.image import Image
from hivemind.model.spec import ServiceKind

APP, BESIDE_NODE = 100, 40
"""Weights: beside a package.json the settings file often only configures Deno's linter."""

DEFAULT, PORT = "2", 8000
PERMISSIONS = "--allow-net --allow-env --allow-read"
VERSION = re.compile(r"^\s*(?:deno\s+)?v?([0-9]+)(?:\.[0-9]+){0,2}\s*$")
VERSION_FILES = (".dvmrc", ".deno-version", ".tool-versions")
SERVE = re.compile(r"\bdeno serve\b")
SERVE_PORT = re.compile(r"--port[= ]([0-9]{4,5})\b")


def detect(tree: Tree, folder: str, image: Image) -> Candidate | None:
    """The folder as a Deno app; None when it is none, or does not show what is run."""
    project = load_deno(tree, folder)
    if project is None or not (project.task or project.entry):
        return None
    listening = find_listening(tree, project.sources)
    fetches = exports_handler(project.sources)
    kind = _kind(project, listening, fetches)
    facts = {**_installed(project), **_started(project, fetches), "runtime": _version(tree, folder)}
    facts |= _listens(project, listening) if kind == "web" else {}
    asked = (deaf(listening.host, listening.quote),) if listening and is_loopback(listening.host) else ()
    weight = BESIDE_NODE if tree.exists(within(folder, FILE)) else APP
    return Candidate("deno", weight, Reading(facts, asked), _code(project), {}, kind)


def _kind(project: DenoProject, listening: Listening | None, fetches: bool) -> ServiceKind:
    serves = fetches or project.framework or SERVE.search(project.tasks.get(project.task, ""))
    return "web" if listening or serves or not project.sources else "worker"


def _installed(project: DenoProject) -> dict[str, Fact]:
    tree, path = project.tree, project.manifest.path
    lock = within(project.manifest.folder, "deno.lock")
    has_lock, has_settings = tree.exists(lock), tree.exists(path)
    quotes = (*((tree.quote(path),) if has_settings else ()), *((tree.quote(lock),) if has_lock else ()))
    said = quotes or (tree.quote(project.entry or path),)
    command = f"deno install{' --frozen' if has_lock else ''}" if has_settings else f"deno cache {project.entry}"
    facts = {
        "language": fact("deno", "there is a deno.json" if has_settings else "its code is Deno's", *said),
        "package_manager": fact("deno", "Deno installs what its imports name", *said),
        "install": fact((command,), "Deno fetches what the imports name", *said),
    }
    if project.framework:
        name, package = project.framework
        facts["framework"] = fact(name, f"it imports {package.name}", package.quote)
    if "build" in project.tasks:
        quote = project.manifest.quote('"build"', '"tasks"')
        facts["build"] = fact(("deno task build",), "the build task", quote)
    return facts


def _started(project: DenoProject, fetches: bool) -> dict[str, Fact]:
    if project.task:
        quote = project.manifest.quote(f'"{project.task}"', '"tasks"')
        return {"start": fact(f"deno task {project.task}", f"the {project.task} task", quote)}
    below = posixpath.relpath(project.entry or "", project.manifest.folder)
    quote = project.tree.quote(project.entry or "")
    if fetches:
        command = f"deno serve --host 0.0.0.0 --port $PORT {PERMISSIONS} {below}"
        return {"start": fact(command, f"{below} exports what answers requests", quote, confidence="likely")}
    command = f"deno run {PERMISSIONS} {below}"
    return {"start": fact(command, f"{below} is the entry", quote, confidence="likely")}


def _listens(project: DenoProject, listening: Listening | None) -> dict[str, Fact]:
    line = project.tasks.get(project.task, "")
    told = SERVE_PORT.search(line)
    if told:
        quote = project.manifest.quote(f'"{project.task}"', '"tasks"')
        return {
            "port": fact(int(told[1]), "the task says so", quote),
            "port_env": fact(None, "the task says so", quote),
        }
    if listening and listening.is_known and listening.port:
        quote = listening.quote
        found = {"port": fact(listening.port, "the code listens there", quote, confidence="likely")}
        return {**found, "port_env": fact(listening.variable, "how the code takes its port", quote)}
    usual = partial(fact, PORT, "Deno listens there where nobody says otherwise")
    variable = listening.variable if listening else None
    quotes = (listening.quote,) if listening else ()
    if variable:
        return {"port": usual(*quotes, confidence="fallback"), "port_env": fact(variable, "the code reads it", *quotes)}
    is_fresh = bool(project.framework and project.framework[0] == "fresh")
    takes_port = not listening and (is_fresh or not project.task)
    return {
        "port": usual(*quotes, confidence="likely"),
        "port_env": fact("PORT" if takes_port else None, "as the command says", *quotes, confidence="likely"),
    }


def _code(project: DenoProject) -> Code:
    tree, sources = project.tree, project.sources
    placed: tuple[Route, ...] = fresh_routes(tree, project.manifest.folder)
    routes = (*placed, *find_routes(tree, project.files, sources))
    reads = environment_reads(tree, sources)
    return Code(project.dependencies, reads, routes, written_urls(tree, sources))


def _version(tree: Tree, folder: str) -> Fact:
    for name in VERSION_FILES:
        for number, line in enumerate(tree.lines(within(folder, name)), start=1):
            found = VERSION.match(line)
            if found and (name != ".tool-versions" or line.lstrip().startswith("deno")):
                return fact(found[1], f"{name} asks for it", tree.quote(within(folder, name), number))
    return fact(DEFAULT, "no file names a version; this is the default", confidence="fallback")
