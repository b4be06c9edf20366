"""Python: what a folder's manifests ask for, and how the application in its code is started."""

from __future__ import annotations

import posixpath

from hivemind.infer.facts import Candidate, Code, Dependency, Fact, Reading, fact, question, within
from hivemind.infer.python.apps import obstacle
from hivemind.infer.python.choice import find_launch
from hivemind.infer.python.environment import foreign, imported, written_urls
from hivemind.infer.python.frameworks import MAKERS, package_of
from hivemind.infer.python.launch import Launch
from hivemind.infer.python.packages import MANIFESTS, Packages, advice, find_packages
from hivemind.infer.python.project import Project
from hivemind.infer.python.pyproject import Pyproject, load
from hivemind.infer.python.readers import variables_read
from hivemind.infer.python.routes import find_routes
from hivemind.infer.python.version import python_version
from hivemind.infer.python.workers import find_processes
from hivemind.infer.signs import signs
from hivemind.infer.tree import Tree
from hivemind.model.findings import Question
from hivemind.model.image import Image

APP, MANIFEST, SCRIPTS = 100, 50, 10
"""Weights: an application object says most, loose scripts least."""

ANSWERING = ("django", *(package_of(framework) for framework in MAKERS))
SERVING = ("gunicorn", "uvicorn", "hypercorn", "waitress", "tornado", "cherrypy", "pyramid", "streamlit", "gradio")
"""Packages of something that answers HTTP."""
NOT_A_SERVICE = "nothing in it answers HTTP, and nothing says how it is started: is it a service at all?"

VENV = "python{version} -m venv --clear .venv"
"""Cleared, since a virtual environment that was checked in belongs to another machine."""


def detect(tree: Tree, folder: str, image: Image) -> Candidate | None:
    """The folder as a Python app; None when nothing in it is Python's."""
    pyproject = load(tree, folder)
    packages = find_packages(tree, folder, pyproject)
    project = Project(tree, folder)
    launch = find_launch(project, Code(packages.dependencies), pyproject)
    weight = _weight(tree, folder, packages, launch)
    if not weight:
        return None
    reached = launch.modules if launch else ()
    code = _code(tree, packages, launch)
    runtime = python_version(tree, folder, pyproject, image)
    hints = _hints(project, launch, "" if packages.install else advice(tree, folder, pyproject, foreign(reached)))
    facts = {**runtime.facts, "language": _language(packages, launch)}
    facts |= {} if "install" in hints else _installed(packages, str(runtime.facts["runtime"].value))
    facts |= _started(launch) if launch else {}
    if launch and (processes := find_processes(project, code, posixpath.relpath(launch.root, folder))):
        facts["processes"] = processes
    is_program = bool(pyproject and pyproject.entries)
    answers = not is_program and bool(code.depends_on(*ANSWERING, *SERVING))
    questions = (
        *runtime.questions,
        *(launch.questions if launch else ()),
        *packages.questions,
        *_unread(packages, pyproject),
        *(() if launch or answers else (question("kind", NOT_A_SERVICE, "worker", "web"),)),
    )
    kind = launch.kind if launch else "web" if answers else "worker"
    return Candidate("python", weight, Reading(facts, questions), code, hints, kind)


def _weight(tree: Tree, folder: str, packages: Packages, launch: Launch | None) -> int:
    has_manifest = bool(packages.install) or any(tree.exists(within(folder, name)) for name in MANIFESTS)
    has_scripts = any("/" not in posixpath.relpath(path, folder) for path in tree.find("*.py", folder))
    is_alone = all(language == "python" for _, language in signs(tree, folder))
    is_app = launch is not None and launch.is_app
    return APP * is_app + MANIFEST * has_manifest + SCRIPTS * (has_scripts and is_alone)


def _code(tree: Tree, packages: Packages, launch: Launch | None) -> Code:
    reached = launch.modules if launch else ()
    said = launch.code if launch else Code()
    dependencies = tuple(d for d in packages.dependencies if not launch or d.name not in launch.unused)
    if sqlite := imported(tree, reached, "sqlite3"):
        dependencies = (*dependencies, Dependency("sqlite3", frozenset(), sqlite))
    routes = (*find_routes(tree, reached), *said.routes)
    return Code(dependencies, variables_read(tree, reached), routes, written_urls(tree, reached), said.stores)


def _language(packages: Packages, launch: Launch | None) -> Fact:
    if not launch:
        return fact("python", packages.why if packages.install else "it holds Python files", *packages.quotes)
    made = f"{launch.quote.file} makes a {launch.framework} application"
    if launch.kind == "worker":
        made = f"{launch.quote.file} is what is started"
    return fact("python", made if launch.framework else f"{launch.quote.file} is what is started", launch.quote)


def _installed(packages: Packages, version: str) -> dict[str, Fact]:
    commands = (VENV.format(version=version), *packages.install)
    return {
        "install": fact(commands, packages.why, *packages.quotes),
        "package_manager": fact(packages.manager, packages.why, *packages.quotes),
    }


def _started(launch: Launch) -> dict[str, Fact]:
    facts = dict(launch.facts)
    if launch.framework:
        facts["framework"] = fact(launch.framework, f"the application is made by {launch.framework}", launch.quote)
    return {**facts, "start": fact(launch.command, launch.why, launch.quote, confidence=launch.confidence)}


def _hints(project: Project, launch: Launch | None, install: str) -> dict[str, str]:
    hints = {"start": "" if launch else obstacle(project), "install": install}
    return {field: hint for field, hint in hints.items() if hint}


def _unread(packages: Packages, pyproject: Pyproject | None) -> tuple[Question, ...]:
    if not (packages.install and pyproject and pyproject.error):
        return ()
    why = f"pyproject.toml cannot be parsed ({pyproject.error}); requirements.txt is used without it"
    return (question("install", why, *packages.install),)
