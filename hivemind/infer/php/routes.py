"""The GET routes of PHP's frameworks whose address is literal: calls on a router, attributes and annotations, YAML.

What lies behind a login is left out, as is what a group puts below an address that is not literal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from hivemind.infer.facts import Route, within
from hivemind.infer.lines import Line, quote
from hivemind.infer.php.source import php_lines
from hivemind.infer.tree import Tree

MAX_ROUTES = 500
MAX_CONTROLLERS = 150

CALL = re.compile(
    r"(?:\bRoute::|\$(?:app|router|routes?|r|group|builder|api|klein|f3)->|\bFlight::)"
    r"(?:get|any|all|view|connect|route)\(\s*['\"](?:GET (?:@\w+: ?)?)?([^'\"]{0,200})['\"]"
)
PREFIX = re.compile(r"(?:->|::)prefix\(\s*['\"]([^'\"]{0,100})['\"]|['\"]prefix['\"]\s*=>\s*['\"]([^'\"]{0,100})['\"]")
GROUP = re.compile(r"->(?:group|scope)\(\s*['\"]([^'\"]{0,100})['\"]")
GUARDED = re.compile(r"['\"](?:auth|jwt|can:|verified|admin)[\w:.-]*['\"]|Auth\w*Middleware|auth:")
ATTRIBUTE = re.compile(r"#\[Route\(\s*(?:path:\s*)?['\"]([^'\"]{0,200})['\"](.*)$")
ANNOTATION = re.compile(r"^\s*(?:/\*)?\*\s*@Route\(\s*\"([^\"]{0,200})\"(.*)$")
CLASS = re.compile(r"^\s*(?:final\s+|abstract\s+|readonly\s+)*class\s+\w+")
YAML_PATH = re.compile(r"^\s+path:\s*['\"]?(/[\w/.-]{0,200})['\"]?\s*$")
HEALTH = re.compile(r"\bhealth:\s*['\"](/[\w/.-]{0,100})['\"]")
PARAMETER = frozenset("{}:*?(#$ [")


def called_routes(tree: Tree, path: str, prefix: str = "") -> Iterator[Route]:
    """The routes that calls on a router name in one file, below the prefix that the framework gives the file."""
    prefixes: list[str | None] = [prefix]
    for line in php_lines(tree, path):
        if line.code.startswith("}") and len(prefixes) > 1:
            prefixes.pop()
        around = prefixes[-1]
        found = CALL.search(line.code)
        if found and around is not None and not GUARDED.search(line.code) and not set(found[1]) & PARAMETER:
            yield Route(_joined(around, found[1]), quote(tree, line))
        if line.code.endswith("{"):
            prefixes.append(_inside(line, around))


def declared_routes(tree: Tree, folder: str) -> Iterator[Route]:
    """The routes that Symfony's controllers declare by attributes and annotations, and its YAML files."""
    for path in tree.find("src/*Controller.php", folder)[:MAX_CONTROLLERS]:
        yield from _of_controller(tree, path)
    for path in (within(folder, "config/routes.yaml"), *tree.find("config/routes/*.yaml", folder)[:20]):
        for number, text in enumerate(tree.lines(path), start=1):
            if found := YAML_PATH.match(text):
                yield Route(found[1], tree.quote(path, number))


def laravel_routes(tree: Tree, folder: str) -> tuple[Route, ...]:
    """The health route of `bootstrap/app.php`, then the files of routes; those of the API lie below `/api`."""
    bootstrap = within(folder, "bootstrap/app.php")
    health = [
        Route(found[1], quote(tree, line)) for line in php_lines(tree, bootstrap) if (found := HEALTH.search(line.code))
    ]
    web, api = within(folder, "routes/web.php"), within(folder, "routes/api.php")
    return limited(chain(health, called_routes(tree, web), called_routes(tree, api, "/api")))


def routes_in(tree: Tree, paths: Iterable[str]) -> tuple[Route, ...]:
    """The routes that calls on a router name in these files."""
    return limited(chain.from_iterable(called_routes(tree, path) for path in paths))


def limited(routes: Iterable[Route]) -> tuple[Route, ...]:
    """The routes up to a cap."""
    return tuple(islice(routes, MAX_ROUTES))


def _inside(line: Line, around: str | None) -> str | None:
    """What a block puts in front of its routes; None where they are behind a login or cannot be told."""
    if around is None or GUARDED.search(line.code):
        return None
    found = PREFIX.search(line.code) or GROUP.search(line.code)
    return around + _joined("", next((part for part in found.groups() if part), "")).rstrip("/") if found else around


def _of_controller(tree: Tree, path: str) -> Iterator[Route]:
    """A route above the class is the prefix of those above its methods."""
    prefix, pending = "", None
    for number, text in enumerate(tree.lines(path), start=1):
        if CLASS.match(text):
            prefix, pending = (pending or ("", 0))[0], None
        found = ATTRIBUTE.search(text) or ANNOTATION.match(text)
        if found and _answers_get(found[2]):
            pending = (found[1], number)
        elif "function " in text and pending:
            if not set(prefix + pending[0]) & PARAMETER:
                yield Route(_joined(prefix.rstrip("/"), pending[0]), tree.quote(path, pending[1]))
            pending = None


def _answers_get(options: str) -> bool:
    return "methods" not in options or "GET" in options.upper()


def _joined(prefix: str, address: str) -> str:
    return f"{prefix}/{address.strip('/')}".rstrip("/") or "/"
