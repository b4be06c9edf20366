"""Where the code itself would listen: the port that `app.run(port=..)` and its kin name, and the variable they read.

A port may be a literal, the default of an environment read, a constant of the module, or a field of a settings class.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hivemind.infer.python.syntax import Module, literal
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote

POSITIONS: Mapping[str, int] = {
    "run": 1, "run_app": 9, "listen": 0, "bind": 0, "run_simple": 1, "make_server": 1, "serve": 2, "launch": 9,
    "run_server": 9, "start_server": 9, "TCPSite": 2, "run_task": 1, "WSGIServer": 9, "Config": 9, "start": 9,
    "FastMCP": 9, "HTTPServer": 9, "ThreadingHTTPServer": 9, "TCPServer": 9, "ThreadingTCPServer": 9,
}  # fmt: skip
"""Calls that start a server, and the place of the port among their arguments; 9 where it has none."""

SOCKET_PORT = "server.socket_port"
KEYWORDS = ("port", "server_port")
HOPS = 4
READERS = frozenset({"os.getenv", "os.environ.get", "os.environ.setdefault"})
NAMED_SO = re.compile(r"port", re.IGNORECASE)


@dataclass(frozen=True)
class Listening:
    """The port, where it is written, and the variable that may name another; None for what is not said."""

    port: int | None
    variable: str | None
    quote: Quote


def listening(tree: Tree, modules: Sequence[Module]) -> Listening | None:
    """What the first call that starts a server says of its port."""
    for module in modules:
        calls = (node for call in _server_calls(module) for node in _ports_of(call))
        for node in (*calls, *_configured(module)):
            if found := _read(tree, module, node, modules):
                return found
    return None


def _configured(module: Module) -> Iterator[ast.expr]:
    """The port in CherryPy's configuration."""
    for listed in module.all(ast.Dict):
        yield from (v for k, v in zip(listed.keys, listed.values, strict=True) if literal(k) == SOCKET_PORT)
    for assign in module.all(ast.Assign):
        if any(_name(target) == "socket_port" for target in assign.targets):
            yield assign.value


def _server_calls(module: Module) -> Iterator[ast.Call]:
    for call in module.all(ast.Call):
        if _name(call.func) in POSITIONS:
            yield call


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _ports_of(call: ast.Call) -> Iterator[ast.expr]:
    """The arguments that may be the port; of `("0.0.0.0", 80)` the second part."""
    yield from (k.value for k in call.keywords if k.arg in KEYWORDS)
    place = POSITIONS[_name(call.func)]
    if place < len(call.args):
        yield call.args[place]
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Tuple) and len(first.elts) == 2:
        yield first.elts[1]


def _read(tree: Tree, module: Module, node: ast.expr, modules: Sequence[Module]) -> Listening | None:
    found = _followed(module, node, modules, HOPS)
    if not found:
        return None
    owner, expression = found
    port, variable = _port_in(expression), _variable_in(owner, expression)
    if port is None and variable is None:
        return None
    return Listening(port, variable, tree.quote(owner.path, expression.lineno))


def _followed(module: Module, node: ast.expr, modules: Sequence[Module], hops: int) -> tuple[Module, ast.expr] | None:
    """The expression that says the port, through the names that stand for it."""
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    inner = node.args[0] if isinstance(node, ast.Call) and _name(node.func) == "int" and node.args else None
    if isinstance(inner, ast.Name | ast.Attribute):
        return _followed(module, inner, modules, hops)
    if not name:
        return module, node
    if hops <= 0 or not NAMED_SO.search(name):
        return None
    others = [other for other in modules if other is not module]
    for owner in (module, *others):
        for value in _assigned(owner, name):
            return _followed(owner, value, modules, hops - 1)
    return None


def _assigned(module: Module, name: str) -> Iterator[ast.expr]:
    """What is assigned to a name of that spelling, in the module or in a class of it."""
    for assign in module.all(ast.Assign):
        if any(_name(target) == name for target in assign.targets):
            yield assign.value
    for annotated in module.all(ast.AnnAssign):
        if annotated.value and _name(annotated.target) == name:
            yield annotated.value


def _port_in(expression: ast.expr) -> int | None:
    for node in ast.walk(expression):
        text = str(node.value) if isinstance(node, ast.Constant) and not isinstance(node.value, bool) else ""
        if re.fullmatch(r"[0-9]{4,5}", text) and 1024 <= int(text) <= 65535:
            return int(text)
    return None


def _variable_in(module: Module, expression: ast.expr) -> str | None:
    """The environment variable that the expression reads."""
    for node in ast.walk(expression):
        if isinstance(node, ast.Call) and node.args and _is_reader(module, node) and (name := literal(node.args[0])):
            return name
        if isinstance(node, ast.Subscript) and module.resolve(node.value) == "os.environ":
            return literal(node.slice)
    return None


def _is_reader(module: Module, call: ast.Call) -> bool:
    return module.resolve(call.func) in READERS or _name(call.func) in ("config", "env", "int", "getenv")
