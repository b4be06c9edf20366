"""The GET routes an app serves, blueprint prefixes included; a route whose address is not literal is left out."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from hivemind.infer.facts import Route
from hivemind.infer.python.project import canonical
from hivemind.infer.python.syntax import Module, argument, keyword, literal
from hivemind.infer.tree import Tree

MAX_ROUTES = 2000

BLUEPRINTS = frozenset({"flask.Blueprint", "flask.blueprints.Blueprint", "apiflask.APIBlueprint"})

Prefixes = Mapping[str, str | None]
"""Blueprint by dotted name → its prefix; None when it cannot be told."""


def find_routes(tree: Tree, modules: Sequence[Module]) -> tuple[Route, ...]:
    """The routes without parameters that answer GET."""
    return tuple(islice(_routes(tree, modules), MAX_ROUTES))


def _routes(tree: Tree, modules: Sequence[Module]) -> Iterator[Route]:
    prefixes = _prefixes(modules)
    for module in modules:
        for call in module.all(ast.Call):
            path = _path(call)
            prefix = prefixes.get(canonical(modules, _receiver(module, call)), "") if path else None
            if path is not None and prefix is not None:
                yield Route(_joined(prefix, path), tree.quote(module.path, call.lineno))


def _path(call: ast.Call) -> str | None:
    """The path of `x.route("/p")`, `x.get("/p")`, `x.add_url_rule("/p", ..)` and `x.add_resource(R, "/p")` for GET."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in (
        "route",
        "get",
        "add_url_rule",
        "add_resource",
    ):
        return None
    path = literal(argument(call, call.func.attr == "add_resource", "rule"))
    methods = keyword(call, "methods")
    if path is None or not path.startswith("/") or not path.isprintable() or set(path) & set("<> ?#"):
        return None
    return path if _answers_get(methods) else None


def _answers_get(methods: ast.AST | None) -> bool:
    if not isinstance(methods, ast.List | ast.Tuple | ast.Set):
        return True
    return "GET" in {(literal(m) or "GET").upper() for m in methods.elts}


def _receiver(module: Module, call: ast.Call) -> str:
    return module.resolve(call.func.value) if isinstance(call.func, ast.Attribute) else ""


def _prefixes(modules: Sequence[Module]) -> Prefixes:
    found: dict[str, str | None] = {}
    for module in modules:
        for assign in module.all(ast.Assign):
            if isinstance(assign.targets[0], ast.Name) and (made := _blueprint(module, assign.value)):
                found[f"{module.name}.{assign.targets[0].id}"] = _prefix(made, "")
    own = dict(found)
    for name, call, parent in _registrations(modules):
        if name in own:
            is_nested = parent in own
            found[name] = None if is_nested else _prefix(call, own[name])
    return found


def _registrations(modules: Sequence[Module]) -> Iterator[tuple[str, ast.Call, str]]:
    """Blueprint, call and registering object of every `x.register_blueprint(..)`."""
    for module in modules:
        for call in module.all(ast.Call):
            is_registration = isinstance(call.func, ast.Attribute) and call.func.attr == "register_blueprint"
            if is_registration and call.args:
                name = canonical(modules, module.resolve(call.args[0]))
                yield name, call, canonical(modules, _receiver(module, call))


def _blueprint(module: Module, node: ast.AST) -> ast.Call | None:
    return node if isinstance(node, ast.Call) and module.resolve(node.func) in BLUEPRINTS else None


def _prefix(call: ast.Call, default: str | None) -> str | None:
    given = keyword(call, "url_prefix")
    return default if given is None else literal(given)


def _joined(prefix: str, path: str) -> str:
    return f"{prefix.rstrip('/')}{path}"
