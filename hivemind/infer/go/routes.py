"""The GET routes of a Go program, prefixes of groups included: net/http, gin, echo, fiber, chi, gorilla/mux.

A prefix belongs to a variable (`api := r.Group("/api")`), to the block of a closure (`r.Route("/api", func(r ..) {`),
or comes with a parameter (`func Register(g *gin.RouterGroup)`, called with a group).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from hivemind.infer.facts import Route
from hivemind.infer.source import Found, Source, block_end, search
from hivemind.infer.tree import Tree

MAX_ROUTES = 1000
MAX_SCOPES = 200

ROUTE = re.compile(
    r"\.(?:HandleFunc|Handle|HandlerFunc|GET|Get|Any|All|Add|Path|Match|Static\w*)\("
    r'\s*(?:http\.MethodGet\s*,\s*|"GET"\s*,\s*)?["`](?:(?P<method>[A-Z]+) )?(?P<path>/[^"`\n]*)["`]'
)
GROUP = re.compile(
    r"\b(?P<name>\w{1,60})\s*:?=\s*(?P<on>\w{1,60})(?:\(\))?\.(?:Group\(|Party\(|NewRoute\(|PathPrefix\()\s*[\"`](?P<path>/?[^\"`\n]*)[\"`]"
)
NESTED = re.compile(
    r"\b(?P<on>\w{1,60})\.(?:Route|Group|Party)\(\s*[\"`](?P<path>/[^\"`\n]*)[\"`]\s*,\s*func\s*\(\s*(?P<name>\w{1,60})"
)
FUNCTION = re.compile(r"^func\s+(?:\([^)\n]*\)\s*)?(?P<name>\w{1,60})\((?P<parameters>[^)]{0,600})\)", re.MULTILINE)
ROUTER = re.compile(
    r"\b(\w{1,60})\s+\*?(?:gin\.|echo\.|fiber\.|chi\.|mux\.|iris\.)?(?:RouterGroup|IRouter|IRoutes|Group|Router|Party)\b"
)
ONLY_OTHERS = re.compile(r"^[^\n;]{0,200}?\.Methods\(\s*(?:http\.Method(?!Get|Head)|\"(?!GET|HEAD))")
NAME_BEFORE = re.compile(r"(\w{1,60})(?:\(\))?\Z")
GROUPED = re.compile(r"\.(?:Group|Party|PathPrefix|Route)\(|\b(?:RouterGroup|IRouter|IRoutes|Group|Router|Party)\b")


@dataclass(frozen=True)
class Scope:
    """A stretch of text in which a variable stands for a prefix."""

    start: int
    end: int
    name: str
    prefix: str


def find_routes(tree: Tree, sources: Sequence[Source]) -> tuple[Route, ...]:
    """The routes without parameters that answer GET."""
    passed = _passed(sources)
    return tuple(islice((route for source in sources for route in _routes(tree, source, passed)), MAX_ROUTES))


def _routes(tree: Tree, source: Source, passed: Mapping[str, str]) -> Iterator[Route]:
    scopes = _scopes(source, passed)
    for found in search((source,), ROUTE):
        path = f"{_prefix(scopes, _receiver(source, found.match.start()), found.match.start())}{found['path']}"
        if _is_plain(path) and _answers_get(found):
            yield Route(path, found.quote(tree))


def _receiver(source: Source, place: int) -> str:
    """The variable in front of a call's dot; looked for backwards, since most words have no such call behind them."""
    before = NAME_BEFORE.search(source.text[max(0, place - 64) : place])
    return before[1] if before else ""


def _is_plain(path: str) -> bool:
    return path.isprintable() and not set(path) & set("{}:*<>?# $%")


def _answers_get(found: Found) -> bool:
    following = found.source.text[found.match.end() : found.match.end() + 300]
    return found["method"] in ("", "GET") and not ONLY_OTHERS.match(following)


def _scopes(source: Source, passed: Mapping[str, str]) -> list[Scope]:
    """The prefixes of the source, outer before inner."""
    scopes: list[Scope] = []
    if not GROUPED.search(source.text):
        return scopes
    functions = [
        (f.start(), block_end(source.text, f.end()), f) for f in islice(FUNCTION.finditer(source.text), MAX_SCOPES)
    ]
    for start, end, function in functions:
        for parameter in ROUTER.finditer(function["parameters"]):
            if prefix := passed.get(function["name"]):
                scopes.append(Scope(start, end, parameter[1], prefix))
    groups = (*islice(GROUP.finditer(source.text), MAX_SCOPES), *islice(NESTED.finditer(source.text), MAX_SCOPES))
    for found in sorted(groups, key=lambda m: m.start()):
        is_nested = found.re is NESTED
        end = block_end(source.text, found.end()) if is_nested else _end_of_function(functions, found.start())
        prefix = f"{_prefix(scopes, found['on'], found.start())}{found['path'].rstrip('/')}"
        scopes.append(Scope(found.start(), end, found["name"], prefix))
    return scopes


def _end_of_function(functions: list[tuple[int, int, re.Match[str]]], place: int) -> int:
    return next((end for start, end, _ in functions if start <= place < end), 1 << 30)


def _prefix(scopes: Sequence[Scope], name: str, place: int) -> str:
    """The prefix of the innermost scope that binds the name there."""
    return next((s.prefix for s in reversed(scopes) if s.name == name and s.start < place < s.end), "")


def _passed(sources: Sequence[Source]) -> Mapping[str, str]:
    """Function → the prefix of the group it is called with; two rounds, since a group may be passed on."""
    names = {f["name"] for found in search(sources, FUNCTION) if ROUTER.search((f := found.match)["parameters"])}
    passed: dict[str, str] = {}
    if not names:
        return passed
    calls = re.compile(
        r"\b(" + "|".join(sorted(re.escape(name) for name in names)) + r")\(((?:[^()\n]|\([^()\n]*\))*)\)"
    )
    for _ in range(2):
        for source in sources:
            scopes = _scopes(source, passed)
            for call in calls.finditer(source.text):
                prefixes = (_prefix(scopes, word, call.start()) for word in re.findall(r"\w+", call[2]))
                inline = re.search(r'\.Group\(\s*"(/[^"]*)"', call[2])
                if prefix := next((p for p in prefixes if p), inline[1] if inline else ""):
                    passed.setdefault(call[1], prefix)
    return passed
