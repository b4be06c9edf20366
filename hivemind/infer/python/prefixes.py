"""The prefixes under which routers, blueprints and mounted applications answer.

Flask's registration replaces the blueprint's own prefix; everywhere else the two are added. Routers nest.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hivemind.infer.python.constants import text_of
from hivemind.infer.python.project import canonical
from hivemind.infer.python.syntax import Module, argument, keyword, literal

ROUTERS: Mapping[str, str] = {
    "flask.Blueprint": "url_prefix", "flask.blueprints.Blueprint": "url_prefix", "apiflask.APIBlueprint": "url_prefix",
    "flask_smorest.Blueprint": "url_prefix", "flask_openapi3.APIBlueprint": "url_prefix",
    "quart.Blueprint": "url_prefix", "sanic.Blueprint": "url_prefix", "sanic.blueprints.Blueprint": "url_prefix",
    "fastapi.APIRouter": "prefix", "fastapi.routing.APIRouter": "prefix", "flask_restful.Api": "prefix",
    "flask_restx.Api": "prefix", "flask_restx.Namespace": "path", "starlette.routing.Router": "",
    "fastapi.FastAPI": "", "starlette.applications.Starlette": "",
}  # fmt: skip
"""What makes a router, and the argument that holds its prefix."""

REGISTRATIONS: Mapping[str, str] = {
    "register_blueprint": "url_prefix", "blueprint": "url_prefix", "include_router": "prefix", "add_namespace": "path",
    "mount": "path",
}  # fmt: skip
REPLACING = frozenset({"register_blueprint", "add_namespace"})
MAX_DEPTH = 6


@dataclass(frozen=True)
class Registration:
    """A router put below another; `prefix` None cannot be told, and `replaces` the router's own."""

    parent: str
    prefix: str | None
    replaces: bool


@dataclass(frozen=True)
class Prefixes:
    """Routers by dotted name: their own prefix, and where they are registered."""

    own: Mapping[str, str | None]
    below: Mapping[str, Registration]

    def of(self, name: str, depth: int = MAX_DEPTH) -> str | None:
        """The whole prefix of a router; None when a part of it cannot be told; nothing for what is no router."""
        if depth <= 0:
            return None
        own = self.own.get(name, "")
        if name not in self.below:
            return own
        registration = self.below[name]
        above = self.of(registration.parent, depth - 1)
        if registration.prefix is None or above is None:
            return None
        if registration.replaces:
            return above + registration.prefix
        return None if own is None else above.rstrip("/") + registration.prefix.rstrip("/") + own


def find_prefixes(modules: Sequence[Module]) -> Prefixes:
    """Every router of the modules."""
    own: dict[str, str | None] = {}
    below: dict[str, Registration] = {}
    for module in modules:
        for name, call in _named_calls(module):
            constructor = module.resolve(call.func)
            if constructor in ROUTERS:
                own[f"{module.name}.{name}"] = _own(call, constructor, module, modules)
                if constructor.endswith(".Api") and call.args:
                    below[f"{module.name}.{name}"] = Registration(_canonical(modules, module, call.args[0]), "", False)
    for module in modules:
        below |= {name: found for name, found in _registrations(module, modules) if name in own}
    return Prefixes(own, below)


def _named_calls(module: Module) -> Iterator[tuple[str, ast.Call]]:
    for assign in module.all(ast.Assign):
        if isinstance(assign.targets[0], ast.Name) and isinstance(assign.value, ast.Call):
            yield assign.targets[0].id, assign.value
    for annotated in module.all(ast.AnnAssign):
        if isinstance(annotated.target, ast.Name) and isinstance(annotated.value, ast.Call):
            yield annotated.target.id, annotated.value


def _own(call: ast.Call, constructor: str, module: Module, modules: Sequence[Module]) -> str | None:
    given = keyword(call, ROUTERS[constructor])
    if given is None and constructor == "flask_restx.Namespace":
        return f"/{literal(argument(call, 0, 'name')) or ''}"
    return "" if given is None else text_of(given, module, modules)


def _registrations(module: Module, modules: Sequence[Module]) -> Iterator[tuple[str, Registration]]:
    for call in module.all(ast.Call):
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in REGISTRATIONS or not call.args:
            continue
        kind = call.func.attr
        router = call.args[1] if kind == "mount" and len(call.args) > 1 else call.args[0]
        given = call.args[0] if kind == "mount" else keyword(call, REGISTRATIONS[kind])
        prefix = "" if given is None else text_of(given, module, modules)
        parent = _canonical(modules, module, call.func.value)
        yield _canonical(modules, module, router), Registration(parent, prefix, kind in REPLACING and given is not None)


def _canonical(modules: Sequence[Module], module: Module, node: ast.AST) -> str:
    return canonical(modules, module.resolve(node))
