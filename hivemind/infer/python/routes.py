"""The GET routes an app serves, prefixes of routers included; a route whose address is not literal is left out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from hivemind.infer.facts import Route
from hivemind.infer.python.constants import text_of
from hivemind.infer.python.prefixes import Prefixes, find_prefixes
from hivemind.infer.python.project import canonical
from hivemind.infer.python.syntax import Module, argument, keyword, literal
from hivemind.infer.tree import Tree

MAX_ROUTES = 2000

DECORATORS = frozenset({"route", "get", "api_route"})
PLACES = {"add_url_rule": 0, "add_api_route": 0, "add_get": 0, "add_view": 9}
"""Methods that add a route outside of a decorator, and the place of its path."""

FUNCTIONS = frozenset({
    "bottle.route", "bottle.get", "litestar.get", "blacksheep.get", "blacksheep.server.controllers.get",
    "aiohttp.web.get", "aiohttp.web.view",
})  # fmt: skip
LISTED = frozenset({"starlette.routing.Route", "fastapi.routing.APIRoute", "aiohttp.web.get", "aiohttp.web.view"})
MOUNTED = "starlette.routing.Mount"
PARAMETER = re.compile(r"[<>{}()*?#\s\[\]\\+|]")


Definitions = tuple[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, ...]


def find_routes(tree: Tree, modules: Sequence[Module]) -> tuple[Route, ...]:
    """The routes without parameters that answer GET."""
    return tuple(islice(_routes(tree, modules), MAX_ROUTES))


def _routes(tree: Tree, modules: Sequence[Module]) -> Iterator[Route]:
    prefixes = find_prefixes(modules)
    for module in modules:
        yield from _tornado(tree, module)
        mounted = _mounted(module, modules)
        decorating = _decorating(module)
        for call in module.all(ast.Call):
            path = _path(call, module, modules, call in decorating)
            prefix = _prefix(call, module, modules, prefixes) if path is not None else None
            if path is None or prefix is None:
                continue
            whole = _joined(mounted.get(call, "") + decorating.get(call, "") + prefix, path)
            if is_plain(whole):
                yield Route(whole, tree.quote(module.path, call.lineno))


def _tornado(tree: Tree, module: Module) -> Iterator[Route]:
    """The pairs of address and handler that Tornado's application is made with."""
    for call in module.all(ast.Call):
        if module.resolve(call.func) in ("tornado.web.Application", "tornado.web.url"):
            for pair in (node for node in ast.walk(call) if isinstance(node, ast.Tuple) and len(node.elts) >= 2):
                path = (literal(pair.elts[0]) or "").rstrip("$").removesuffix("/?")
                if is_plain(path):
                    yield Route(path, tree.quote(module.path, pair.lineno))


def is_plain(path: str) -> bool:
    """Whether a path can be asked for as it stands."""
    return path.startswith("/") and path.isprintable() and not PARAMETER.search(path)


def _path(call: ast.Call, module: Module, modules: Sequence[Module], is_decorator: bool) -> str | None:
    """The path that a call routes to GET; None for a call that does not route, or routes something else."""
    node = _path_node(call, module, is_decorator)
    if node is None or not _answers_get(keyword(call, "methods") or keyword(call, "method")):
        return None
    return text_of(node, module, modules)


def _path_node(call: ast.Call, module: Module, is_decorator: bool) -> ast.expr | None:
    name = module.resolve(call.func)
    if name in FUNCTIONS or name in LISTED:
        return argument(call, 0, "path") or _root_of(name)
    if not isinstance(call.func, ast.Attribute):
        return argument(call, 0, "path") if is_decorator and name.rpartition(".")[2] == "rt" else None
    method = call.func.attr
    if method in DECORATORS and is_decorator:
        return argument(call, 0, "rule") or keyword(call, "path") or keyword(call, "uri")
    if method == "add_resource":
        return argument(call, 1, "urls")
    if method == "add_route":
        return _added(call)
    return argument(call, PLACES[method], "rule") or keyword(call, "path") if method in PLACES else None


def _added(call: ast.Call) -> ast.expr | None:
    """`add_route("/p", view)`, `add_route(view, "/p")`, `add_route("GET", "/p", view)`, `add_route("name", "/p")`."""
    paths = [node for node in call.args[:3] if (literal(node) or "").startswith("/")]
    first = literal(call.args[0]) if call.args else None
    is_other = first is not None and first.isupper() and first not in ("GET", "*")
    return None if is_other or not paths else paths[0]


def _root_of(name: str) -> ast.expr | None:
    """Litestar's `@get()` answers at the path of its controller."""
    return ast.Constant(value="/") if name == "litestar.get" else None


def _answers_get(methods: ast.AST | None) -> bool:
    if isinstance(methods, ast.Constant):
        return literal(methods) in (None, "GET", "get")
    if not isinstance(methods, ast.List | ast.Tuple | ast.Set):
        return True
    return "GET" in {(literal(m) or "GET").upper() for m in methods.elts}


def _prefix(call: ast.Call, module: Module, modules: Sequence[Module], prefixes: Prefixes) -> str | None:
    """The prefix of the object that the route belongs to."""
    receiver = module.resolve(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    return prefixes.of(canonical(modules, receiver))


def _decorating(module: Module) -> dict[ast.AST, str]:
    """The calls that decorate functions and classes, with the `path` of the class the function stands in."""
    found: dict[ast.AST, str] = {}
    decorated: Definitions = (
        *module.all(ast.FunctionDef),
        *module.all(ast.AsyncFunctionDef),
        *module.all(ast.ClassDef),
    )
    for one in decorated:
        found |= dict.fromkeys(one.decorator_list, "")
    for controller in module.all(ast.ClassDef):
        path = next((p for s in controller.body if (p := _class_path(s))), "").rstrip("/")
        for method in controller.body:
            if path and isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
                found |= dict.fromkeys(method.decorator_list, path)
    return found


def _class_path(statement: ast.stmt) -> str:
    match statement:
        case ast.Assign(targets=[ast.Name(id="path")], value=value):
            return literal(value) or ""
        case _:
            return ""


def _mounted(module: Module, modules: Sequence[Module]) -> dict[ast.AST, str]:
    """The `Route` calls that stand inside of `Mount("/p", routes=[..])`, with that prefix."""
    found: dict[ast.AST, str] = {}
    for mount in module.all(ast.Call):
        if module.resolve(mount.func) == MOUNTED and mount.args:
            prefix = (text_of(mount.args[0], module, modules) or "").rstrip("/")
            for inner in ast.walk(mount):
                if isinstance(inner, ast.Call) and inner is not mount:
                    found[inner] = found.get(inner, "") + prefix
    return found


def _joined(prefix: str, path: str) -> str:
    return f"{prefix.rstrip('/')}{path}" if path.startswith("/") or not path else f"{prefix.rstrip('/')}/{path}"
