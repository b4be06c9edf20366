"""An application object as a launch: its server's command, the port its code names, the migrations beside it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence

from hivemind.infer.facts import Code, Fact, Route, fact, question, within
from hivemind.infer.python.apps import SERVED, App
from hivemind.infer.python.launch import Launch
from hivemind.infer.python.migrations import migration
from hivemind.infer.python.ports import listening
from hivemind.infer.python.project import Project
from hivemind.infer.python.servers import GUNICORN_CONFIG, PORTS, in_folder, start_command, words
from hivemind.infer.python.syntax import Module
from hivemind.model.findings import Confidence, Question

BIND = re.compile(r"""^bind\s*=\s*\[?\s*f?["'][^"']*:([1-9][0-9]{3,4})["']""")
RUNNERS = ("run", "main", "server", "app", "start", "manage", "__main__", "wsgi", "asgi")
"""Scripts that start the application by hand, and so say which port people know it by."""

DEVELOPMENT_PORT: Mapping[str, int] = {"fasthtml": 5001, "dash": 8050}
"""Where a framework's own server listens, for those whose projects are known by that port."""


def launch_app(project: Project, apps: Sequence[App], code: Code) -> Launch:
    """How the best of the applications is started; `code` holds at least the dependencies."""
    app = apps[0]
    modules = project.reach(app.module, app.root)
    quote = project.tree.quote(app.module.path, app.line)
    has_config = project.tree.exists(within(project.folder, GUNICORN_CONFIG))
    command, why = start_command(app, code, has_config)
    facts = {"port": _port(project, app, modules, command)}
    below = posixpath.relpath(app.root, project.folder)
    if below != ".":
        command = in_folder(command, below)
        facts["env"] = fact({"PYTHONPATH": below}, f"modules are imported from {below}", quote)
    if migrate := migration(project, app, code):
        facts["migrate"] = migrate
    ties = _ties(apps)
    confidence: Confidence = "fallback" if ties else "certain"
    code = Code(routes=_own_routes(project, app))
    return Launch(app.framework, command, why, quote, app.root, modules, "web", confidence, facts, code, ties)


def _own_routes(project: Project, app: App) -> tuple[Route, ...]:
    """What the framework answers by itself: FastAPI its documentation, unless that is switched off."""
    text = project.tree.read(app.module.path) or ""
    if app.framework != "fastapi" or "docs_url" in text or "openapi_url" in text:
        return ()
    return (Route("/docs", project.tree.quote(app.module.path, app.line)),)


def _ties(apps: Sequence[App]) -> tuple[Question, ...]:
    equal = [app.target for app in apps if app.rank == apps[0].rank]
    if len(equal) < 2:
        return ()
    return (question("start", "several applications stand on the same footing; set app.start", *equal),)


def _port(project: Project, app: App, modules: Sequence[Module], command: str) -> Fact:
    """The port that the code names for its own server, else the one that the server in the command listens on."""
    if bound := _configured_port(project):
        return bound
    found = listening(project.tree, (app.module, *_runners(project, app), *modules[1:]))
    if found and found.port:
        return fact(found.port, "the port that the code's own server uses", found.quote, confidence="likely")
    if port := DEVELOPMENT_PORT.get(app.framework):
        return fact(port, f"{app.framework}'s own port; given as PORT", confidence="fallback")
    program = words(command)[0]
    return fact(PORTS[program], f"where {program} listens when nothing tells it", confidence="fallback")


def _configured_port(project: Project) -> Fact | None:
    """The port that gunicorn's file binds."""
    path = within(project.folder, GUNICORN_CONFIG)
    for number, line in enumerate(project.tree.lines(path), start=1):
        if found := BIND.match(line):
            quote = project.tree.quote(path, number)
            return fact(int(found[1]), f"{GUNICORN_CONFIG} binds it", quote, confidence="likely")
    return None


def _runners(project: Project, app: App) -> tuple[Module, ...]:
    """Scripts near the top whose name says that they start the application; none where it is made for a server."""
    if app.module.path.rpartition("/")[2].removesuffix(".py") in SERVED:
        return ()
    folders = dict.fromkeys((project.folder, app.root, posixpath.dirname(app.module.path) or "."))
    paths = (within(folder, f"{name}.py") for folder in folders for name in RUNNERS)
    found = (project.load(path, app.root) for path in dict.fromkeys(paths) if project.tree.exists(path))
    return tuple(module for module in found if module)
