"""`setup.py` and `setup.cfg`: what `install_requires` lists, read and never run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from hivemind.infer.facts import Dependency, within
from hivemind.infer.python.constants import assigned, name_of
from hivemind.infer.python.listed import PIP, Packages
from hivemind.infer.python.requirements import dependency
from hivemind.infer.python.syntax import Module, keyword, literal, parse
from hivemind.infer.tree import Tree

KEY = re.compile(r"^install_requires\s*=\s*(.*)$")
MAX_LISTED = 1000


def by_setup(tree: Tree, folder: str) -> Packages | None:
    """What `pip install .` brings where only setuptools' older files say it."""
    script, config = within(folder, "setup.py"), within(folder, "setup.cfg")
    if not tree.exists(script) and not tree.exists(config):
        return None
    found = (*_of_script(tree, script), *_of_config(tree, config))
    if not tree.exists(script) and not found:
        return None
    read = script if tree.exists(script) else config
    why = f"{read.rpartition('/')[2]} says what is installed with the project"
    return Packages((f"{PIP} .",), why, (tree.quote(read),), found[:MAX_LISTED])


def _of_script(tree: Tree, path: str) -> Iterator[Dependency]:
    module = parse(path, "setup", tree.read(path) or "")
    for call in module.all(ast.Call) if module else ():
        if module and name_of(call.func) == "setup":
            for element in _elements(module, keyword(call, "install_requires")):
                found = dependency(literal(element) or "", tree.quote(path, element.lineno))
                if found:
                    yield found


def _elements(module: Module, node: ast.expr | None) -> list[ast.expr]:
    """The elements of a list, also through a name."""
    if isinstance(node, ast.Name):
        node = next(assigned(module, node.id), None)
    return node.elts if isinstance(node, ast.List | ast.Tuple) else []


def _of_config(tree: Tree, path: str) -> Iterator[Dependency]:
    """The lines below `install_requires` that are indented."""
    is_inside = False
    for number, line in enumerate(tree.lines(path), start=1):
        start = KEY.match(line)
        is_inside = bool(start) or (is_inside and line[:1] in (" ", "\t", ""))
        text = start[1] if start else line.strip() if is_inside else ""
        if text and not text.startswith("#") and (found := dependency(text, tree.quote(path, number))):
            yield found
