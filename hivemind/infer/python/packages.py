"""Which packages a Python project asks for, and the commands that install them with pip."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from hivemind.infer.facts import Dependency, within
from hivemind.infer.python import pyproject as toml
from hivemind.infer.python.pyproject import Pyproject
from hivemind.infer.python.requirements import includes, requirements
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote

REQUIREMENTS = (
    "requirements.txt",
    "requirements/production.txt",
    "requirements/prod.txt",
    "requirements-prod.txt",
    "requirements-production.txt",
    "requirements/base.txt",
)
OTHER_MANAGERS = ("Pipfile", "Pipfile.lock", "poetry.lock", "pdm.lock", "environment.yml", "setup.py", "setup.cfg")

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
    """What is asked for and how it is installed; without commands no list of packages could be read."""

    install: tuple[str, ...]
    why: str
    quotes: tuple[Quote, ...] = ()
    dependencies: tuple[Dependency, ...] = ()


def find_packages(tree: Tree, folder: str, pyproject: Pyproject | None) -> Packages:
    """The packages by `requirements.txt`, else by `pyproject.toml`."""
    listed = next((name for name in REQUIREMENTS if tree.exists(within(folder, name))), None)
    if listed:
        path = within(folder, listed)
        read = (tree.quote(file) for file in includes(tree, path) if tree.exists(file))
        return Packages((f"{PIP} -r {listed}",), f"{listed} lists the packages", tuple(read), requirements(tree, path))
    if pyproject and pyproject.is_package:
        why = "pyproject.toml lists the packages and says how the project is built"
        return Packages((f"{PIP} .",), why, (pyproject.quote("[project]"),), pyproject.dependencies)
    if pyproject and pyproject.lists_dependencies and not pyproject.is_dynamic:
        why = "pyproject.toml lists the packages; without a build system only those are installed"
        commands = (LIST_PYPROJECT, f"{PIP} -r {LISTED}")
        return Packages(commands, why, (pyproject.quote("dependencies"),), pyproject.dependencies)
    return Packages((), "no packages are asked for")


def advice(tree: Tree, folder: str, pyproject: Pyproject | None, foreign: tuple[str, ...]) -> str:
    """What to do where no list of packages can be read though some are needed; empty where none are."""
    if pyproject and pyproject.error:
        return f"{toml.FILE} cannot be parsed ({pyproject.error}): correct it, or set app.install"
    if other := next((name for name in OTHER_MANAGERS if tree.exists(within(folder, name))), None):
        return f"{other} is not read yet: add a requirements.txt (pip freeze > requirements.txt), or set app.install"
    if not foreign:
        return ""
    texts = [p.rpartition("/")[2] for p in tree.find("*.txt", folder) if p == within(folder, p.rpartition("/")[2])]
    if near := get_close_matches(REQUIREMENTS[0], texts, n=1, cutoff=0.8):
        return f"rename {near[0]} to requirements.txt"
    return f"add a requirements.txt that lists what the code imports: {', '.join(foreign[:8])}"
