"""Which packages a Python project asks for, which tool keeps them, and the commands that install them.

A lock file says more than a list, so it wins: uv's, poetry's, pdm's, pipenv's; then requirements files; then what a
tool's own table, `pyproject.toml`, `setup.py` or conda's environment asks for. Every command ends with the packages in
`.venv`, on a machine that has only Python and pip.
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches

from hivemind.infer.facts import question, within
from hivemind.infer.python import pyproject as toml
from hivemind.infer.python.conda import by_conda
from hivemind.infer.python.listed import PIP, REQUIREMENTS, Packages, by_pyproject, by_requirements
from hivemind.infer.python.locked import by_pdm, by_pipenv, by_poetry, by_uv
from hivemind.infer.python.pyproject import Pyproject
from hivemind.infer.python.setuptools import by_setup
from hivemind.infer.tree import Tree

__all__ = ["MANIFESTS", "PIP", "Packages", "advice", "find_packages"]

MANIFESTS = (
    "Pipfile", "Pipfile.lock", "poetry.lock", "uv.lock", "pdm.lock", "environment.yml", "environment.yaml", "setup.py",
    "setup.cfg",
)  # fmt: skip
"""Files that make a folder a Python project, beside requirements and `pyproject.toml`."""

Finder = Callable[[Tree, str, Pyproject | None, bool], Packages | None]
"""What a tool's files ask for; the last argument says whether its lock must be there."""

LOCKED: tuple[Finder, ...] = (by_uv, by_poetry, by_pdm, by_pipenv)


def find_packages(tree: Tree, folder: str, pyproject: Pyproject | None) -> Packages:
    """The packages by the strongest of the files; questions where two of them say different things."""
    locked = [found for find in LOCKED if (found := find(tree, folder, pyproject, True))]
    listed = by_requirements(tree, folder)
    if len(locked) > 1:
        why = (
            f"{' and '.join(one.why.partition(' ')[0] for one in locked)} both pin the packages; which of them counts?"
        )
        return locked[0].asking(question("install", why, *(one.command for one in locked)))
    if locked:
        return _with_rival(locked[0], listed) if listed else locked[0]
    if listed:
        return listed
    by_table = (find(tree, folder, pyproject, False) for find in LOCKED)
    if by_tool := next((one for one in by_table if one), None):
        return by_tool
    return by_pyproject(tree, pyproject) or by_setup(tree, folder) or by_conda(tree, folder) or Packages()


def _with_rival(chosen: Packages, rival: Packages) -> Packages:
    """The chosen packages, with a question where another file asks for something they do not bring."""
    missing = sorted({d.name for d in rival.dependencies} - chosen.locked - {d.name for d in chosen.dependencies})
    if not missing:
        return chosen
    why = f"{chosen.why}, but {rival.why.partition(' ')[0]} asks for {', '.join(missing[:5])} as well"
    return chosen.asking(question("install", f"{why}; which of the two counts?", chosen.command, rival.command))


def advice(tree: Tree, folder: str, pyproject: Pyproject | None, foreign: tuple[str, ...]) -> str:
    """What to do where no list of packages can be read though some are needed; empty where none are."""
    if pyproject and pyproject.error:
        return f"{toml.FILE} cannot be parsed ({pyproject.error}): correct it, or set app.install"
    if other := next((name for name in MANIFESTS if tree.exists(within(folder, name))), None):
        return f"{other} says nothing that can be installed: correct it, add a requirements.txt, or set app.install"
    if not foreign:
        return ""
    texts = [p.rpartition("/")[2] for p in tree.find("*.txt", folder) if p == within(folder, p.rpartition("/")[2])]
    if near := get_close_matches(REQUIREMENTS[0], texts, n=1, cutoff=0.8):
        return f"rename {near[0]} to requirements.txt"
    return f"add a requirements.txt that lists what the code imports: {', '.join(foreign[:8])}"
