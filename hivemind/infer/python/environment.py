"""What the code takes from its surroundings: environment variables, and URLs written down."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from itertools import islice

from hivemind.infer.facts import EnvRead, Url
from hivemind.infer.python.stages import for_production, set_aside
from hivemind.infer.python.syntax import Module, Node, argument, literal
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote

MAX_FOUND = 2000

VARIABLE = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")
SCHEME = re.compile(r"^(postgres(?:ql)?|mysql|mariadb|sqlite|mongodb|redis|rediss|memcached)(?:\+\w+)?:")
READERS = frozenset({"os.getenv", "os.environ.get", "os.environ.pop", "os.environ.setdefault"})
FORGIVEN = frozenset({"KeyError", "LookupError", "Exception", "BaseException"})


def environment_reads(tree: Tree, modules: Sequence[Module]) -> tuple[EnvRead, ...]:
    """The reads of variables with a literal name."""
    found = (read for module in for_production(modules) for read in _reads_of(tree, module))
    return tuple(islice(found, MAX_FOUND))


def written_urls(tree: Tree, modules: Sequence[Module]) -> tuple[Url, ...]:
    """Database and cache URLs that stand in the code as text."""
    found = (
        Url(scheme[1], tree.quote(module.path, node.lineno))
        for module in for_production(modules)
        for node in _used(module, ast.Constant)
        if isinstance(node.value, str) and (scheme := SCHEME.match(node.value))
    )
    return tuple(islice(found, MAX_FOUND))


def imported(tree: Tree, modules: Sequence[Module], name: str) -> Quote | None:
    """The first line that imports a top-level module."""
    return next((tree.quote(path, line) for found, path, line in _imports(modules) if found == name), None)


def foreign(modules: Sequence[Module]) -> tuple[str, ...]:
    """The top-level modules imported from outside the project and the standard library, sorted."""
    ours = {module.name.partition(".")[0] for module in modules}
    return tuple(sorted({name for name, _, _ in _imports(modules)} - ours - sys.stdlib_module_names))


def _imports(modules: Sequence[Module]) -> Iterator[tuple[str, str, int]]:
    """Top-level module, file and line of every absolute import."""
    for module in modules:
        for plain in module.all(ast.Import):
            for alias in plain.names:
                yield alias.name.partition(".")[0], module.path, plain.lineno
        for source in module.all(ast.ImportFrom):
            if source.module and not source.level:
                yield source.module.partition(".")[0], module.path, source.lineno


def _used(module: Module, kind: type[Node]) -> Iterator[Node]:
    """The nodes of a kind, but those that only developers and tests get to."""
    aside = set_aside(module)
    return (node for node in module.all(kind) if node not in aside)


def _reads_of(tree: Tree, module: Module) -> Iterator[EnvRead]:
    forgiven = _forgiven(module)
    for subscript in _used(module, ast.Subscript):
        if module.resolve(subscript.value) == "os.environ":
            is_required = isinstance(subscript.ctx, ast.Load) and subscript not in forgiven
            yield from _read(tree, module, subscript.slice, is_required, None)
    for call in _used(module, ast.Call):
        if module.resolve(call.func) in READERS:
            yield from _read(tree, module, argument(call, 0, "key"), False, argument(call, 1, "default"))
    for compare in _used(module, ast.Compare):
        if isinstance(compare.ops[0], ast.In) and module.resolve(compare.comparators[0]) == "os.environ":
            yield from _read(tree, module, compare.left, False, None)


def _read(
    tree: Tree, module: Module, name: ast.expr | None, required: bool, default: ast.expr | None
) -> Iterator[EnvRead]:
    text = literal(name)
    if name is not None and text and VARIABLE.match(text):
        yield EnvRead(text, required, literal(default), tree.quote(module.path, name.lineno))


def _forgiven(module: Module) -> frozenset[ast.AST]:
    """What stands in a `try` whose handler takes a missing variable."""
    return frozenset(
        node
        for attempt in module.all(ast.Try)
        if any(_takes_missing(handler) for handler in attempt.handlers)
        for statement in attempt.body
        for node in ast.walk(statement)
    )


def _takes_missing(handler: ast.ExceptHandler) -> bool:
    """Whether a missing key is caught, and not only to be raised again."""
    names = (
        {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)} if handler.type else {"Exception"}
    )
    return bool(names & FORGIVEN) and not any(isinstance(node, ast.Raise) for node in ast.walk(handler))
