"""Elixir source as far as patterns carry: variables that configuration reads, routes, adapters, ports."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from hivemind.infer.facts import EnvRead, Route, Store, within
from hivemind.infer.lines import Line, code_lines, quote
from hivemind.infer.tree import Tree

MAX_FILES = 200
MAX_FOUND = 500

CONFIGS = (
    "config/runtime.exs",
    "config/releases.exs",
    "config/prod.exs",
    "config/prod.secret.exs",
    "config/config.exs",
)
GET = re.compile(
    r"(?:System\.)?\bget_env\(\s*\"([A-Za-z_]\w{0,60})\"\s*(?:,\s*([^)]*))?\)(?:\s*\|\|\s*([^\s)]+))?(\s*\|\|$)?"
)
FETCH = re.compile(r"\bSystem\.fetch_env!?\(\s*\"([A-Za-z_]\w{0,60})\"")
ROUTE = re.compile(r"^(?:get|live)[ (]\s*\"(/[^\"]{0,200})\"|^get[ (]\s*(?:path:)?\s*\"(/?[^\"]{0,200})\"")
RESOURCES = re.compile(r"^resources[ (]\s*\"(/[^\"]{0,200})\"(.*)$")
SCOPE = re.compile(r"^scope[ (]\s*(?:path:\s*)?(?:\"(/[^\"]{0,200})\")?.*\bdo$")
GUARD = re.compile(r"^pipe_through\b.*\b(?:auth\w*|require\w*|admin\w*|protected|login|logged\w*|ensure\w*)\b")
ADAPTER = re.compile(r"\bEcto\.Adapters\.(Postgres|MyXQL|MySQL|SQLite3|Tds)\b")
ADAPTERS = {"Postgres": "postgres", "MyXQL": "mysql", "MySQL": "mysql", "SQLite3": "sqlite", "Tds": "mssql"}
PORT = re.compile(r"\bport:\s*([1-9][0-9]{3,4})\b")
PORT_DEFAULT = re.compile(r"\"PORT\"[^0-9]{0,40}\"?([1-9][0-9]{3,4})\b")


def configuration(tree: Tree, folder: str) -> list[Line]:
    """The configuration that production reads."""
    return [line for name in CONFIGS for line in code_lines(tree, within(folder, name))]


def library(tree: Tree, folder: str, umbrella: str) -> list[Line]:
    """The application's own code, up to a cap of files."""
    places = ("lib/*.ex", "web/*.ex", *((f"{umbrella}/*/lib/*.ex",) if umbrella else ()))
    paths = (path for place in places for path in tree.find(place, folder))
    return [line for path in islice(paths, MAX_FILES) for line in code_lines(tree, path)]


def environment_reads(tree: Tree, lines: Sequence[Line]) -> tuple[EnvRead, ...]:
    """The reads of variables: `fetch_env!`, and `get_env` before a `raise`, fail where one is missing."""
    return tuple(islice(_reads(tree, lines), MAX_FOUND))


def _reads(tree: Tree, lines: Sequence[Line]) -> Iterator[EnvRead]:
    for line, after in pairwise((*lines, Line("", 0, ""))):
        if "_env" not in line.code:
            continue
        for found in FETCH.finditer(line.code):
            yield EnvRead(found[1], "fetch_env!" in found[0], None, quote(tree, line))
        for found in GET.finditer(line.code):
            says_next = after.code if found[4] else found[3] or ""
            default = found[2] if found[2] else None if says_next.startswith("raise") else says_next or None
            yield EnvRead(found[1], says_next.startswith("raise"), _literal(default), quote(tree, line))


def routes(tree: Tree, lines: Sequence[Line]) -> tuple[Route, ...]:
    """The GET routes of routers whose address is literal; those behind a login are left out."""
    return tuple(islice(_routes(tree, lines), MAX_FOUND))


def _routes(tree: Tree, lines: Sequence[Line]) -> Iterator[Route]:
    prefixes: list[str | None] = [""]
    path = ""
    for line in lines:
        if line.path != path:
            prefixes, path = [""], line.path
        if line.code == "end" and len(prefixes) > 1:
            prefixes.pop()
        around = prefixes[-1]
        if around is not None and GUARD.match(line.code):
            prefixes[-1] = around = None
        found = _address(line)
        if found is not None and around is not None and not set(found) & set(":*#{"):
            yield Route(f"{around}/{found.strip('/')}".rstrip("/") or "/", quote(tree, line))
        if line.code.endswith((" do", " ->")) or re.search(r"\bfn\b[^>]*->$", line.code):
            prefixes.append(_inside(line, around))


def stores(tree: Tree, lines: Sequence[Line]) -> tuple[Store, ...]:
    """The databases that Ecto is told to speak to."""
    found: dict[str, Store] = {}
    for line in lines:
        if adapter := ADAPTER.search(line.code):
            engine = ADAPTERS[adapter[1]]
            found.setdefault(
                engine, Store(engine, "configured", "its repository's adapter speaks to it", quote(tree, line))
            )
    return tuple(found.values())


def port(lines: Sequence[Line]) -> tuple[int, Line, bool] | None:
    """The port that is listened on without PORT, its line, and whether PORT is read; None where none is written."""
    for line in lines:
        if found := PORT_DEFAULT.search(line.code):
            return int(found[1]), line, True
    for line in lines:
        if (found := PORT.search(line.code)) and "url:" not in line.code:
            return int(found[1]), line, False
    return None


def _address(line: Line) -> str | None:
    if found := ROUTE.match(line.code):
        return found[1] or found[2]
    if (found := RESOURCES.match(line.code)) and ("only:" not in found[2] or ":index" in found[2]):
        return found[1]
    return None


def _inside(line: Line, around: str | None) -> str | None:
    """What a block puts in front of its routes."""
    if around is None or line.code.startswith("resources"):
        return None
    scope = SCOPE.match(line.code)
    return around + (scope[1] or "").rstrip("/") if scope else around


def _literal(text: str | None) -> str | None:
    return text.strip(" \"'") if text else None
