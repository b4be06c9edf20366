"""The modules of a project: where imports start, and what an app reaches by importing.

Only what the app's own module reaches says something about the app: a script beside it may read variables, and a test
may define routes, that the app never sees.
"""

from __future__ import annotations

import ast
import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from keyword import iskeyword

from hivemind.infer.places import ASIDE
from hivemind.infer.python.syntax import Module, literal, parse
from hivemind.infer.tree import Tree

MAX_MODULES = 300
MAX_TEXT = 2 << 20
MAX_NODES = 150_000
"""Of all modules together, before no more are read: some 250 bytes each."""

IDENTIFIER = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")
SAFE_PATH = re.compile(r"^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$")
BY_STRING = frozenset({"from_object", "import_string", "import_module", "from_pyfile"})
"""Calls that load a module named by a string."""


OURS = ASIDE | {"alembic", "cookiecutter"}
"""Folders beside the app, in the words of Python's projects, too."""


@dataclass
class Project:
    """The Python files below a service's folder; modules are parsed once, up to a total."""

    tree: Tree
    folder: str
    _parsed: dict[str, Module | None] = field(default_factory=dict)
    _text_left: int = MAX_TEXT
    _nodes_left: int = MAX_NODES

    def is_aside(self, path: str) -> bool:
        """Whether a file below the folder is a test, an example or a script beside the app."""
        *folders, name = (path if self.folder == "." else path.removeprefix(f"{self.folder}/")).split("/")
        is_test = name.startswith("test_") or name.endswith("_test.py") or name == "conftest.py"
        return is_test or not OURS.isdisjoint(folders)

    def load(self, path: str, root: str) -> Module | None:
        """The module of a file that is imported from `root`; None when it cannot be a module or be read."""
        name = module_name(path, root)
        if not name:
            return None
        if path not in self._parsed:
            self._parsed[path] = self._parse(path, name)
        return self._parsed[path]

    def root_of(self, path: str) -> str:
        """The folder from which a file is imported: the first above it that is no package, never above the service's.

        A folder without `__init__.py` is a package too when its own files import it by name or one another by dots.
        """
        folder = path.rpartition("/")[0] or "."
        while folder not in (self.folder, ".") and self._is_package(folder, path):
            folder = folder.rpartition("/")[0] or "."
        return folder

    def _is_package(self, folder: str, path: str) -> bool:
        name = re.escape(folder.rpartition("/")[2])
        by_name = re.compile(rf"^[ \t]*(?:(?:from|import)[ \t]+{name}\b|from[ \t]+\.)", re.MULTILINE)
        return self.tree.exists(f"{folder}/__init__.py") or bool(by_name.search(self.tree.read(path) or ""))

    def reach(self, start: Module, root: str) -> tuple[Module, ...]:
        """The module and everything of the project that it imports, directly or not."""
        found = {start.path: start}
        queue = deque([start])
        while queue and len(found) < MAX_MODULES:
            for path in self._imported_files(queue.popleft(), root):
                if path not in found and (module := self.load(path, root)):
                    found[path] = module
                    queue.append(module)
        return tuple(found.values())

    def file_of(self, name: str, root: str) -> str | None:
        """The file that `import name` would run."""
        if not are_identifiers(name.split(".")):
            return None
        stem = name.replace(".", "/")
        base = stem if root == "." else f"{root}/{stem}"
        return next((p for p in (f"{base}.py", f"{base}/__init__.py") if self.tree.exists(p)), None)

    def _imported_files(self, module: Module, root: str) -> tuple[str, ...]:
        names: list[str] = []
        for name in (*module.imported_modules, *_named_by_string(module)):
            parts = name.split(".")
            names += [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
        files = (self.file_of(name, root) for name in dict.fromkeys(names) if name)
        return tuple(dict.fromkeys(path for path in files if path))

    def _parse(self, path: str, name: str) -> Module | None:
        text = self.tree.read(path)
        if text is None or len(text) > self._text_left or self._nodes_left <= 0:
            return None
        module = parse(path, name, text)
        self._text_left -= len(text)
        self._nodes_left -= module.size if module else 0
        return module


def module_name(path: str, root: str) -> str:
    """The dotted name of a file imported from `root`; empty when a part of it is no identifier."""
    below = path if root == "." else path.removeprefix(f"{root}/")
    stem = below.removesuffix(".py").removesuffix("/__init__")
    parts = stem.split("/")
    return ".".join(parts) if are_identifiers(parts) else ""


def are_identifiers(parts: list[str]) -> bool:
    """Whether every part may stand in an import, and so in a command without quoting."""
    return all(IDENTIFIER.match(part) and not iskeyword(part) for part in parts)


def canonical(modules: Sequence[Module], name: str) -> str:
    """The dotted name where a thing is defined, re-exports followed."""
    by_name = {module.name: module for module in modules}
    for _ in range(8):
        owner, _, last = name.rpartition(".")
        onward = by_name[owner].imports.get(last, name) if owner in by_name else name
        if onward == name:
            break
        name = onward
    return name


def _named_by_string(module: Module) -> tuple[str, ...]:
    found: list[str] = []
    for call in module.all(ast.Call):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        name = call.func.id if isinstance(call.func, ast.Name) else name
        text = literal(call.args[0]) if name in BY_STRING and call.args else None
        if text:
            found.append(text.removesuffix(".py").replace(":", "."))
    return tuple(found)
