"""Packages that a requirements file or `pyproject.toml` lists, installed by pip itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from hivemind.infer.facts import Dependency, within
from hivemind.infer.python.pyproject import Pyproject
from hivemind.infer.python.requirements import includes, requirements
from hivemind.infer.tree import Tree
from hivemind.model.findings import Question, Quote

REQUIREMENTS = (
    "requirements.txt",
    "requirements/production.txt",
    "requirements/prod.txt",
    "requirements-prod.txt",
    "requirements-production.txt",
    "requirements_prod.txt",
    "requirements.prod.txt",
    "requirements/requirements.txt",
    "requirements/base.txt",
    "requirements/main.txt",
    "requirements/common.txt",
    "requirements/default.txt",
    "requirements-base.txt",
    "requirements.in",
)
"""Best first; what is for development alone is not among them."""

PIP = ".venv/bin/pip install --disable-pip-version-check"
LISTED = ".venv/requirements.txt"
LIST_PYPROJECT = (
    ".venv/bin/python -c 'import tomllib; "
    'print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"], sep="\\n")'
    f"' > {LISTED}"
)
"""For a project without a build system, where `pip install .` would guess at packages and often fail."""


@dataclass(frozen=True)
class Packages:
    """What is asked for and how it is installed; without commands no list of packages could be read.

    `locked` are the names of everything that the lock file brings, what others depend on included.
    """

    install: tuple[str, ...] = ()
    why: str = "no packages are asked for"
    quotes: tuple[Quote, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    manager: str = "pip"
    locked: frozenset[str] = frozenset()
    questions: tuple[Question, ...] = ()

    @property
    def command(self) -> str:
        """The command that does it, without what prepares and cleans up; empty without one."""
        return next((line for line in reversed(self.install) if not line.startswith("rm ")), "")

    def asking(self, *questions: Question) -> Packages:
        """The same packages with further questions."""
        return replace(self, questions=(*self.questions, *questions))


def by_requirements(tree: Tree, folder: str) -> Packages | None:
    """The first requirements file of those that production installs."""
    listed = next((name for name in REQUIREMENTS if tree.exists(within(folder, name))), None)
    if not listed:
        return None
    path = within(folder, listed)
    read = tuple(tree.quote(file) for file in includes(tree, path) if tree.exists(file))
    return Packages((f"{PIP} -r {listed}",), f"{listed} lists the packages", read, requirements(tree, path))


def by_pyproject(tree: Tree, pyproject: Pyproject | None) -> Packages | None:
    """What `[project]` lists: installed with the project where that can be built, else alone."""
    if not pyproject or not pyproject.project:
        return None
    extra = pyproject.production_extra
    manager = "hatch" if pyproject.table("tool", "hatch", "envs") else "pip"
    if pyproject.is_package and (pyproject.is_dynamic or is_buildable(tree, pyproject)):
        why = "pyproject.toml lists the packages and says how the project is built"
        target = f"'.[{extra}]'" if extra else "."
        quotes = (pyproject.quote("[project]"),)
        return Packages((f"{PIP} {target}",), why, quotes, pyproject.dependencies, manager)
    if pyproject.lists_dependencies and not pyproject.is_dynamic:
        why = "pyproject.toml lists the packages; without a build system only those are installed"
        if pyproject.is_package:
            why = "pyproject.toml lists the packages; its build would not find the code, so only those are installed"
        commands = (LIST_PYPROJECT, f"{PIP} -r {LISTED}")
        return Packages(commands, why, (pyproject.quote("dependencies"),), pyproject.dependencies, manager)
    return None


def is_buildable(tree: Tree, pyproject: Pyproject) -> bool:
    """Whether the build backend finds the code: a package of the project's name, one alone, or a `src` folder."""
    folder = pyproject.path.rpartition("/")[0] or "."
    backend = str(pyproject.table("build-system").get("build-backend", "setuptools"))
    tool = backend.partition(".")[0].removesuffix("_backend").replace("hatchling", "hatch")
    name = re.sub(r"[-.]+", "_", str(pyproject.project.get("name", "")))
    places = (within(folder, place) for place in (f"{name}/__init__.py", f"src/{name}/__init__.py", f"{name}.py"))
    if any(tree.exists(place) for place in places):
        return backend.startswith(("hatchling", "flit", "poetry", "pdm", "uv_build")) or _is_alone(tree, folder)
    if pyproject.table("tool", tool) and tool in ("hatch", "setuptools", "flit", "pdm"):
        return bool(set(pyproject.table("tool", tool)) & {"build", "packages", "py-modules", "module", "package-dir"})
    return backend.startswith("setuptools") and _is_alone(tree, folder)


def _is_alone(tree: Tree, folder: str) -> bool:
    """Whether setuptools finds one package, or a `src` folder; of several in one place it takes none."""
    prefix = "" if folder == "." else f"{folder}/"
    packages = {path.removeprefix(prefix).partition("/")[0] for path in tree.find("*/__init__.py", folder)}
    return "src" in {f.removeprefix(prefix) for f in tree.folders} or len(packages - {"tests", "test", "docs"}) <= 1
