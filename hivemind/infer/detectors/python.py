"""Python with pip: Flask and other WSGI apps, found by reading the code."""

from __future__ import annotations

import posixpath

from hivemind.infer.facts import Candidate, Code, Dependency, Fact, Reading, fact, question, within
from hivemind.infer.python.apps import App, find_apps, obstacle
from hivemind.infer.python.environment import development_port, environment_reads, foreign, imported, written_urls
from hivemind.infer.python.packages import OTHER_MANAGERS, Packages, advice, find_packages
from hivemind.infer.python.project import Project
from hivemind.infer.python.pyproject import Pyproject, load
from hivemind.infer.python.routes import find_routes
from hivemind.infer.python.servers import GUNICORN_CONFIG, start_command
from hivemind.infer.python.syntax import Module
from hivemind.infer.python.version import python_version
from hivemind.infer.signs import signs
from hivemind.infer.tree import Tree
from hivemind.model.findings import Question
from hivemind.model.image import Image

APP, MANIFEST, SCRIPTS = 100, 50, 10
"""Weights: an application object says most, loose scripts least."""

VENV = "python{version} -m venv --clear .venv"
"""Cleared, since a virtual environment that was checked in belongs to another machine."""


def detect(tree: Tree, folder: str, image: Image) -> Candidate | None:
    """The folder as a Python app; None when nothing in it is Python's."""
    pyproject = load(tree, folder)
    packages = find_packages(tree, folder, pyproject)
    project = Project(tree, folder)
    apps = find_apps(project)
    weight = _weight(tree, folder, packages, apps)
    if not weight:
        return None
    reached = project.reach(apps[0].module, apps[0].root) if apps else ()
    code = _code(tree, packages, reached)
    runtime = python_version(tree, folder, pyproject, image)
    hints = _hints(project, apps, "" if packages.install else advice(tree, folder, pyproject, foreign(reached)))
    facts = {**runtime.facts, "language": _language(tree, packages, apps)}
    facts |= {} if "install" in hints else _installed(packages, str(runtime.facts["runtime"].value))
    facts |= {**_started(tree, project, apps, code), **_migrated(tree, project, apps[0], code)} if apps else {}
    questions = (*runtime.questions, *_ties(apps), *_unread(packages, pyproject))
    return Candidate("python", weight, Reading(facts, questions), code, hints)


def _weight(tree: Tree, folder: str, packages: Packages, apps: tuple[App, ...]) -> int:
    has_manifest = bool(packages.install) or any(tree.exists(within(folder, name)) for name in OTHER_MANAGERS)
    has_scripts = any("/" not in posixpath.relpath(path, folder) for path in tree.find("*.py", folder))
    is_alone = all(language == "python" for _, language in signs(tree, folder))
    return APP * bool(apps) + MANIFEST * has_manifest + SCRIPTS * (has_scripts and is_alone)


def _code(tree: Tree, packages: Packages, reached: tuple[Module, ...]) -> Code:
    dependencies = packages.dependencies
    if sqlite := imported(tree, reached, "sqlite3"):
        dependencies = (*dependencies, Dependency("sqlite3", frozenset(), sqlite))
    return Code(dependencies, environment_reads(tree, reached), find_routes(tree, reached), written_urls(tree, reached))


def _language(tree: Tree, packages: Packages, apps: tuple[App, ...]) -> Fact:
    if not apps:
        return fact("python", packages.why if packages.install else "it holds Python files", *packages.quotes)
    path = apps[0].module.path
    return fact("python", f"{path} makes a {apps[0].framework} application", tree.quote(path, apps[0].line))


def _installed(packages: Packages, version: str) -> dict[str, Fact]:
    commands = (VENV.format(version=version), *packages.install)
    return {
        "install": fact(commands, packages.why, *packages.quotes),
        "package_manager": fact("pip", packages.why, *packages.quotes),
    }


def _started(tree: Tree, project: Project, apps: tuple[App, ...], code: Code) -> dict[str, Fact]:
    app = apps[0]
    quote = tree.quote(app.module.path, app.line)
    command, why = start_command(app, code, tree.exists(within(project.folder, GUNICORN_CONFIG)))
    facts = {
        "framework": fact(app.framework, f"the application is made by {app.framework}", quote),
        "start": fact(command, why, quote, confidence="fallback" if _ties(apps) else "certain"),
    }
    if app.root != project.folder:
        below = posixpath.relpath(app.root, project.folder)
        facts["env"] = fact({"PYTHONPATH": below}, f"modules are imported from {below}", quote)
    if found := development_port(tree, app.module):
        facts["port"] = fact(found[0], "the port its development server uses", found[1], confidence="likely")
    return facts


def _migrated(tree: Tree, project: Project, app: App, code: Code) -> dict[str, Fact]:
    """The migration that the project's tools imply when no Procfile names one."""
    flask_migrate, alembic = code.depends_on("flask-migrate"), code.depends_on("alembic")
    script, config = within(project.folder, "migrations/env.py"), within(project.folder, "alembic.ini")
    if flask_migrate and tree.exists(script):
        command = f"flask --app {app.target.removesuffix('()')} db upgrade"
        return {
            "migrate": fact(command, "Flask-Migrate keeps migrations here", flask_migrate.quote, tree.quote(script))
        }
    if alembic and tree.exists(config):
        why = "alembic keeps migrations here"
        return {"migrate": fact("alembic upgrade head", why, alembic.quote, tree.quote(config))}
    return {}


def _hints(project: Project, apps: tuple[App, ...], install: str) -> dict[str, str]:
    hints = {"start": "" if apps else obstacle(project), "install": install}
    return {field: hint for field, hint in hints.items() if hint}


def _ties(apps: tuple[App, ...]) -> tuple[Question, ...]:
    equal = [app.target for app in apps if app.rank == apps[0].rank]
    if len(equal) < 2:
        return ()
    return (question("start", "several applications stand on the same footing; set app.start", *equal),)


def _unread(packages: Packages, pyproject: Pyproject | None) -> tuple[Question, ...]:
    if not (packages.install and pyproject and pyproject.error):
        return ()
    why = f"pyproject.toml cannot be parsed ({pyproject.error}); requirements.txt is used without it"
    return (question("install", why, *packages.install),)
