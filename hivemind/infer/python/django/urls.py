"""The addresses a Django site answers: `urlpatterns` from ROOT_URLCONF on, includes and REST routers followed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from hivemind.infer.facts import Route
from hivemind.infer.python.constants import text_of
from hivemind.infer.python.project import Project
from hivemind.infer.python.routes import MAX_ROUTES, is_plain
from hivemind.infer.python.syntax import Module, argument, literal

PATTERNS = frozenset({"path", "re_path", "url"})
MAX_DEPTH = 8
ANCHORS = re.compile(r"^\^|\$$")
REDIRECTING = frozenset({"RedirectView", "admin.site.urls", "django.contrib.admin.site.urls"})
HEALTH_APPS = ("health_check", "watchman", "django_healthchecks", "healthcheck", "health")
"""Packages whose own addresses answer how the site is."""


@dataclass(frozen=True)
class Urls:
    """The addresses of a site, whose modules are imported from `root`."""

    project: Project
    root: str

    def routes(self, name: str) -> tuple[Route, ...]:
        """The plain addresses below the URL configuration of that dotted name."""
        return tuple(islice(self._of(name, "/", MAX_DEPTH), MAX_ROUTES))

    def modules(self, name: str) -> tuple[Module, ...]:
        """The URL configurations that are followed from that one, itself first, and what they import."""
        found: dict[str, Module] = {}
        for start in self._followed(name, MAX_DEPTH):
            found |= {module.path: module for module in self.project.reach(start, self.root)}
        return tuple(found.values())

    def _load(self, name: str) -> Module | None:
        path = self.project.file_of(name, self.root) if name else None
        return self.project.load(path, self.root) if path else None

    def _followed(self, name: str, depth: int) -> Iterator[Module]:
        module = self._load(name)
        if not module or depth <= 0:
            return
        yield module
        for call in module.all(ast.Call):
            inner = _included(module, call)
            if inner and inner != name:
                yield from self._followed(inner, depth - 1)

    def _of(self, name: str, prefix: str, depth: int) -> Iterator[Route]:
        module = self._load(name)
        if not module or depth <= 0:
            return
        inside = {id(inner) for call in _patterns(module) for inner in _nested(call)}
        for call in _patterns(module):
            if id(call) not in inside:
                yield from self._below(module, call, prefix, depth)

    def _below(self, module: Module, call: ast.Call, prefix: str, depth: int) -> Iterator[Route]:
        address, view = _address(module, call), argument(call, 1, "view")
        if address is None or view is None:
            return
        whole = prefix + address
        included = view if isinstance(view, ast.Call) and _called(view) == "include" else None
        quote = self.project.tree.quote(module.path, call.lineno)
        if not included:
            if is_plain(whole) and not _redirects(module, view):
                yield Route(whole, quote)
            return
        name = _included(module, included)
        if name.startswith(HEALTH_APPS) and not self._load(name) and is_plain(whole):
            yield Route(f"{whole}status/" if name.startswith("watchman") else whole, quote)
        yield from self._of(name, whole, depth - 1)
        nested = list(_nested(call))
        for inner in nested:
            yield from self._below(module, inner, whole, depth - 1)
        yield from self._registered(module, included, whole)

    def _registered(self, module: Module, included: ast.Call, prefix: str) -> Iterator[Route]:
        """The lists of a REST router: `include(router.urls)` and `router.register("users", ..)`."""
        target = included.args[0] if included.args else None
        if not (isinstance(target, ast.Attribute) and target.attr == "urls" and isinstance(target.value, ast.Name)):
            return
        router = target.value.id
        for call in module.all(ast.Call):
            is_ours = isinstance(call.func, ast.Attribute) and call.func.attr == "register"
            if is_ours and isinstance(call.func, ast.Attribute) and module.resolve(call.func.value).endswith(router):
                path = f"{prefix}{literal(argument(call, 0, 'prefix')) or ''}/"
                if is_plain(path):
                    yield Route(path, self.project.tree.quote(module.path, call.lineno))


def _patterns(module: Module) -> Sequence[ast.Call]:
    return [call for call in module.all(ast.Call) if _called(call) in PATTERNS and len(call.args) >= 1]


def _nested(call: ast.Call) -> Iterator[ast.Call]:
    """The patterns that stand in the list of an `include([..])`."""
    view = argument(call, 1, "view")
    if isinstance(view, ast.Call) and _called(view) == "include":
        for node in ast.walk(view):
            if isinstance(node, ast.Call) and _called(node) in PATTERNS:
                yield node


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _address(module: Module, call: ast.Call) -> str | None:
    """The pattern as it is asked for; None when it is not literal."""
    text = text_of(argument(call, 0, "route"), module, (module,))
    if text is None or _called(call) == "path":
        return text
    return ANCHORS.sub("", text).replace("/?$", "/").replace("/?", "/").replace(r"\.", ".").replace(r"\-", "-")


def _included(module: Module, call: ast.Call) -> str:
    """The URL configuration that `include("app.urls")`, `include(("app.urls", "app"))` or `include(app.urls)` names."""
    if _called(call) != "include" or not call.args:
        return ""
    target = call.args[0]
    target = target.elts[0] if isinstance(target, ast.Tuple) and target.elts else target
    return literal(target) or module.resolve(target)


def _redirects(module: Module, view: ast.expr) -> bool:
    """Whether a view answers with a redirect, or is the admin's, which asks for a login."""
    name = module.resolve(view) or module.resolve(_receiver(view))
    return name in REDIRECTING or name.endswith(("admin.site.urls", "RedirectView"))


def _receiver(view: ast.expr) -> ast.AST:
    """`RedirectView` of `RedirectView.as_view(..)`."""
    return view.func.value if isinstance(view, ast.Call) and isinstance(view.func, ast.Attribute) else view
