"""A Python file as a syntax tree with its names resolved; parsed with caps, never imported or run."""

from __future__ import annotations

import ast
import warnings
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

MAX_SOURCE = 128 << 10

Node = TypeVar("Node", bound=ast.AST)
Nodes = Mapping[type[ast.AST], Sequence[ast.AST]]


@dataclass(frozen=True)
class Module:
    """A parsed file. `name` is what one imports; relative imports are resolved against it."""

    path: str
    name: str
    nodes: Nodes
    body: Sequence[ast.stmt]

    @property
    def package(self) -> str:
        """The package that a relative import of one dot names."""
        return self.name if self.path.endswith("__init__.py") else self.name.rpartition(".")[0]

    @property
    def size(self) -> int:
        """How many nodes the tree has."""
        return sum(len(nodes) for nodes in self.nodes.values())

    def all(self, kind: type[Node]) -> Iterator[Node]:
        """Every node of one kind, wherever it stands."""
        return (node for node in self.nodes.get(kind, ()) if isinstance(node, kind))

    @cached_property
    def imports(self) -> Mapping[str, str]:
        """Local name → the dotted name it stands for, imports inside functions included."""
        found: dict[str, str] = {}
        for plain in self.all(ast.Import):
            for alias in plain.names:
                name = alias.asname or alias.name.partition(".")[0]
                found[name] = alias.name if alias.asname else name
        for source in self.all(ast.ImportFrom):
            origin = self._origin(source)
            found.update({a.asname or a.name: _joined(origin, a.name) for a in source.names if a.name != "*"})
        return found

    @cached_property
    def imported_modules(self) -> tuple[str, ...]:
        """Every dotted name that may be a module this one imports."""
        found = [alias.name for plain in self.all(ast.Import) for alias in plain.names]
        for source in self.all(ast.ImportFrom):
            origin = self._origin(source)
            found += [origin, *(_joined(origin, alias.name) for alias in source.names if alias.name != "*")]
        return tuple(dict.fromkeys(found))

    @cached_property
    def stars(self) -> tuple[str, ...]:
        """The modules imported with a star."""
        return tuple(self._origin(s) for s in self.all(ast.ImportFrom) if any(a.name == "*" for a in s.names))

    def resolve(self, node: ast.AST) -> str:
        """The dotted name of `a.b.c` through this module's imports; empty for anything else."""
        if isinstance(node, ast.Attribute):
            inner = self.resolve(node.value)
            return f"{inner}.{node.attr}" if inner else ""
        if not isinstance(node, ast.Name):
            return ""
        return self.imports.get(node.id) or _joined(self.name, node.id)

    def _origin(self, source: ast.ImportFrom) -> str:
        if not source.level:
            return source.module or ""
        parts = self.package.split(".") if self.package else []
        kept = parts[: len(parts) - (source.level - 1)]
        return _joined(*kept, source.module or "")


def parse(path: str, name: str, text: str) -> Module | None:
    """The module, or None for text that is too long, nested too deeply or not Python."""
    if len(text) > MAX_SOURCE:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # For the message of an error the parser opens the file it is told: never one of the repository's choosing.
            tree = ast.parse(text, filename=__file__)
        return Module(path, name, _by_kind(tree), tree.body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _by_kind(tree: ast.Module) -> Nodes:
    found: defaultdict[type[ast.AST], list[ast.AST]] = defaultdict(list)
    for node in ast.walk(tree):
        found[type(node)].append(node)
    return found


def _joined(*parts: str) -> str:
    return ".".join(part for part in parts if part)


def literal(node: ast.AST | None) -> str | None:
    """The value of a string literal."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def argument(call: ast.Call, position: int, name: str) -> ast.expr | None:
    """An argument by position or keyword; None when it is not given."""
    return call.args[position] if position < len(call.args) else keyword(call, name)


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """An argument that can only be given by keyword."""
    return next((k.value for k in call.keywords if k.arg == name), None)
