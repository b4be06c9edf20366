"""What an expression of a module makes: an application of some framework, directly or through a factory elsewhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from hivemind.infer.python.frameworks import CONSTRUCTORS, Interface, interface_of
from hivemind.infer.python.project import Project
from hivemind.infer.python.syntax import Module

FACTORY = re.compile(r"^(create|make|build|get|init|setup)_(app|application|api|server)$|^app_factory$")
USUAL = ("app", "application", "server", "api")
"""What an application is called, best first."""

MAX_HOPS = 5
ASGI_ARGUMENTS = ["scope", "receive", "send"]


@dataclass(frozen=True)
class Made:
    """An application: its framework, and how a server talks to it."""

    framework: str
    interface: Interface


METHODS: Mapping[str, Made] = {
    "make_wsgi_app": Made("pyramid", "wsgi"),
    "streamable_http_app": Made("starlette", "asgi"),
    "sse_app": Made("starlette", "asgi"),
}
"""Methods that make an application, whatever the object."""

IMPORTED = ("fastapi", "starlette", "litestar", "quart", "sanic", "flask", "falcon", "bottle")
"""Packages by which a file shows what its factory makes, where the factory itself does not."""


@dataclass(frozen=True)
class Scope:
    """A module of a project whose modules are imported from `root`."""

    project: Project
    module: Module
    root: str

    @cached_property
    def classes(self) -> Mapping[str, str]:
        """The module's own subclasses of a framework's class, by dotted name: the class they extend."""
        return {
            f"{self.module.name}.{made.name}": constructor
            for made in self.module.all(ast.ClassDef)
            for base in made.bases
            if (constructor := self.constructor(base)) in CONSTRUCTORS
        }

    def constructor(self, node: ast.AST) -> str:
        """The dotted name of what is called, names behind a star import included."""
        name = self.module.resolve(node)
        stars = [f"{star}.{node.id}" for star in self.module.stars] if isinstance(node, ast.Name) else []
        return next((n for n in (name, *stars) if n in CONSTRUCTORS), name)

    def made_by(self, value: ast.AST | None, hops: int = MAX_HOPS) -> Made | None:
        """The application that an expression makes; None when it makes none."""
        if not isinstance(value, ast.Call) or hops <= 0:
            return None
        name = self.constructor(value.func)
        name = self.classes.get(name, name)
        if framework := CONSTRUCTORS.get(name):
            return Made(framework, interface_of(framework, name))
        if isinstance(value.func, ast.Attribute) and value.func.attr in METHODS:
            return METHODS[value.func.attr]
        return self._by_factory(name, hops)

    def made_in(self, function: ast.FunctionDef | ast.AsyncFunctionDef, hops: int = MAX_HOPS) -> Made | None:
        """The first application made in a function's body."""
        calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
        return next((made for call in calls if (made := self.made_by(call, hops))), None)

    def served_by(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Made | None:
        """What a server gets of a function: it is an application itself, or a factory without required arguments."""
        given = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
        if given[:3] == ASGI_ARGUMENTS:
            return Made("asgi", "asgi")
        if len(given) == 2 and given[1] == "start_response":
            return Made("wsgi", "wsgi")
        needs_arguments = len(given) > len(function.args.defaults) or None in function.args.kw_defaults
        if needs_arguments or isinstance(function, ast.AsyncFunctionDef):
            return None
        made = self.made_in(function)
        returns = any(isinstance(node, ast.Return) and node.value for node in ast.walk(function))
        is_factory = bool(FACTORY.match(function.name)) or self._returns_it(function)
        return made if returns and is_factory else None

    def _returns_it(self, function: ast.FunctionDef) -> bool:
        """Whether the function returns the very application it makes."""
        names = {
            target.id
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and self.made_by(node.value)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
        return any((isinstance(v, ast.Name) and v.id in names) or bool(self.made_by(v)) for v in returned)

    def _by_factory(self, name: str, hops: int) -> Made | None:
        """What a call of a factory makes: by its code, else by what its file imports; Flask's where nothing shows."""
        owner, _, last = name.rpartition(".")
        scopes = [self]
        for scope, function in self._functions(owner, last, hops):
            if made := scope.made_in(function, hops - 1):
                return made
            scopes.insert(0, scope)
        if not FACTORY.match(last):
            return None
        framework = next((found for scope in scopes if (found := scope.imported)), "flask")
        return Made(framework, interface_of(framework))

    @property
    def imported(self) -> str:
        """The framework that the module imports; empty where it imports none."""
        packages = {origin.partition(".")[0] for origin in self.module.imports.values()}
        found = next((name for name in IMPORTED if name in packages), "")
        return found or ("starlette" if "uvicorn" in packages else "")

    def _functions(
        self, owner: str, name: str, hops: int
    ) -> Iterator[tuple[Scope, ast.FunctionDef | ast.AsyncFunctionDef]]:
        """The function of that name where it is defined, re-exports followed."""
        scope = self if owner == self.module.name else self._scope_of(owner)
        if not scope or hops <= 0:
            return
        for statement in scope.module.body:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and statement.name == name:
                yield scope, statement
        onward = scope.module.imports.get(name, "")
        if onward and onward != f"{owner}.{name}":
            yield from scope._functions(*_split(onward), hops - 1)

    def _scope_of(self, name: str) -> Scope | None:
        path = self.project.file_of(name, self.root) if name else None
        module = self.project.load(path, self.root) if path else None
        return Scope(self.project, module, self.root) if module else None


def _split(name: str) -> tuple[str, str]:
    owner, _, last = name.rpartition(".")
    return owner, last
