"""`environment.yml`: conda's packages as pip knows them, since the machine has no conda."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from hivemind.infer.facts import question, within
from hivemind.infer.python.listed import PIP, Packages
from hivemind.infer.python.requirements import dependency
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote

FILES = ("environment.yml", "environment.yaml")
MAX_TEXT = 64 << 10
MAX_LISTED = 200
SPEC = re.compile(r"^(?:[\w.-]+::)?([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:(==?|>=|<=|~=|>|<)\s*([0-9][\w.*]*))?")
TOOLS = frozenset({
    "python", "pip", "setuptools", "wheel", "ca-certificates", "openssl", "sqlite", "zlib", "xz", "readline", "tk",
    "ncurses", "libffi", "bzip2", "nodejs", "gcc", "gxx", "make", "cmake", "git", "cudatoolkit", "cuda", "ffmpeg",
    "conda", "nb_conda_kernels",
})  # fmt: skip
"""Packages of conda that pip does not have, or that the machine has."""

OTHERS = {"pytorch": "torch", "psycopg2": "psycopg2-binary", "opencv": "opencv-python-headless",
          "matplotlib-base": "matplotlib", "dask-core": "dask", "python-graphviz": "graphviz"}  # fmt: skip
"""Packages that pip knows by another name."""


def by_conda(tree: Tree, folder: str) -> Packages | None:
    """What the environment lists, installed from PyPI; a question, since conda's packages need not be there."""
    path = next((p for name in FILES if tree.exists(p := within(folder, name))), None)
    wanted = list(_wanted(tree, path))[:MAX_LISTED] if path else []
    if not path or not wanted:
        return None
    name = path.rpartition("/")[2]
    listed = " ".join(f"'{text}'" if re.search(r"[<>=~!\[*]", text) else text for text in wanted)
    found = (dependency(text, _line_of(tree, path, text)) for text in wanted)
    why = f"{name} lists the packages; the machine has no conda, so they are taken from PyPI"
    asked = question("install", f"{why}: are all of them there?", f"{PIP} {listed}")
    dependencies = tuple(d for d in found if d)
    return Packages((f"{PIP} {listed}",), why, (tree.quote(path),), dependencies, "conda", questions=(asked,))


def conda_python(tree: Tree, folder: str) -> tuple[str, Quote] | None:
    """`python=3.11` of the environment."""
    path = next((p for name in FILES if tree.exists(p := within(folder, name))), None)
    for text in _listed(tree, path) if path else ():
        found = SPEC.match(text) if isinstance(text, str) else None
        if path and found and found[1] == "python" and found[3]:
            return f"{'==' if found[2] == '=' else found[2]}{found[3]}", _line_of(tree, path, "python")
    return None


def _wanted(tree: Tree, path: str) -> Iterator[str]:
    for one in _listed(tree, path):
        if isinstance(one, dict) and isinstance(below := one.get("pip"), list):
            yield from (text for text in below if isinstance(text, str) and dependency(text, tree.quote(path)))
        found = SPEC.match(one) if isinstance(one, str) else None
        if found and found[1].lower() not in TOOLS and not found[1].startswith(("lib", "_")):
            yield _as_pip(found)


def _as_pip(found: re.Match[str]) -> str:
    """`numpy=1.26` means any patch of that version."""
    name = OTHERS.get(found[1].lower(), found[1].lower())
    if not found[2]:
        return name
    return f"{name}=={found[3].rstrip('.*')}.*" if found[2] == "=" else f"{name}{found[2]}{found[3]}"


def _listed(tree: Tree, path: str) -> list[object]:
    text = tree.read(path) or ""
    try:
        document = yaml.safe_load(text) if len(text) <= MAX_TEXT and "&" not in text else None
    except (yaml.YAMLError, RecursionError, ValueError):
        return []
    listed = document.get("dependencies") if isinstance(document, dict) else None
    return listed if isinstance(listed, list) else []


def _line_of(tree: Tree, path: str, text: str) -> Quote:
    name = re.split(r"[<>=~!\[ ]", text)[0].lower()
    for number, line in enumerate(tree.lines(path), start=1):
        if re.match(rf"^\s*-\s+(?:[\w.-]+::)?{re.escape(name)}\b", line, re.IGNORECASE):
            return tree.quote(path, number)
    return tree.quote(path)
