"""The GET routes of a Rust program, the prefixes of nested routers and scopes included.

A prefix is given to a name: `.nest("/api", routes::api())` to the function or variable `api`, `web::scope("/api")` to
what is registered inside its parentheses, `.mount("/api", routes![health])` to the handlers it lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from hivemind.infer.facts import Route
from hivemind.infer.source import Source, block_end, search
from hivemind.infer.tree import Tree

MAX_ROUTES = 1000
MAX_SCOPES = 100
MAX_CHAIN = 8000
CLOSING = re.compile(r"[();]")

CALLED = re.compile(
    r"\.\s*(?P<how>route|at|route_with_tsr|route_service|get)\(\s*\"(?P<path>/[^\"\n]{0,200})\"\s*(?:(?=,\s*(?P<what>[^\n]{0,80}))|\)\s*\.\s*(?P<verb>\w{1,20}))?"
)
RESOURCE = re.compile(r"\bweb::resource\(\s*\"(?P<path>/[^\"\n]{0,200})\"")
MACRO = re.compile(
    r"#\[\s*(?:\w+::)?(?:get|head)\(\s*(?:path\s*=\s*)?\"(?P<path>/?[^\"\n]{0,200})\"[^\]]{0,120}\]\s*(?:#\[[^\]]{0,200}\]\s*)*(?:pub(?:\([^)]*\))?\s+)?(?:async\s+)?fn\s+(?P<name>\w+)"
)
OPENAPI = re.compile(r"#\[oai\(\s*path\s*=\s*\"(?P<path>/[^\"\n]{0,200})\"\s*,\s*method\s*=\s*\"get\"")
SALVO = re.compile(r"\bRouter::with_path\(\s*\"(?P<path>[^\"\n]{1,200})\"\s*\)\s*\.\s*get\(")
WARP = re.compile(
    r"\bwarp::path!\(\s*(?P<path>\"[\w.-]{1,80}\"(?:\s*/\s*\"[\w.-]{1,80}\")*)\s*\)|\bwarp::path\(\s*(?P<one>\"[\w.-]{1,80}\")\s*\)"
)
NEST = re.compile(r"\.\s*(?:nest|nest_service|mount)\(\s*\"(?P<path>/[^\"\n]{0,200})\"\s*,\s*(?P<what>[^;\n]{1,300})")
SCOPE = re.compile(r"\b(?:web::)?scope\(\s*\"(?P<path>/?[^\"\n]{0,200})\"\s*\)")
REGISTERED = re.compile(r"\.\s*(?:service|configure)\(\s*(?:\w+::)*(?P<name>\w+)\s*\)")
FUNCTION = re.compile(r"\bfn\s+(?P<name>\w{1,80})\s*[(<]")
VARIABLE = re.compile(r"\blet\s+(?:mut\s+)?(?P<name>\w{1,60})\b[^=;\n]{0,80}=\s")
OTHER = re.compile(r"^(?:axum::routing::|routing::|web::|method_routing::)?(?:post|put|patch|delete|on)\b")
TARGET = re.compile(r"&?(?:\w{1,60}::)*(?P<name>\w{1,60})")
INLINE = re.compile(r"\.\s*nest\(\s*\"(?P<path>/[^\"\n]{0,200})\"\s*,\s*(?:\w+::)*Router(?:::<[^>\n]{0,40}>)?::new\(")


def find_routes(tree: Tree, sources: Sequence[Source]) -> tuple[Route, ...]:
    """The routes without parameters that answer GET."""
    prefixes = _prefixes(sources)
    found = (route for source in sources for route in _routes(tree, source, prefixes) if _is_plain(route.path))
    return tuple(islice(found, MAX_ROUTES))


def _is_plain(path: str) -> bool:
    return path.isprintable() and not set(path) & set("{}<>:*?# ")


def _prefixes(sources: Sequence[Source]) -> Mapping[str, str]:
    """Function, variable or handler → the prefix it is registered under."""
    found: dict[str, str] = {}
    for nest in search(sources, NEST):
        listed = re.match(r"(?:\w+::)*routes!\s*\[([^\]]*)", nest["what"])
        if listed:
            names = [name.strip().rpartition("::")[2] for name in listed[1].split(",")]
        else:
            target = TARGET.match(nest["what"])
            names = [target["name"]] if target and target["name"] != "new" else []
        for name in names:
            found.setdefault(name, nest["path"].rstrip("/"))
    for scope in islice(search(sources, SCOPE), MAX_SCOPES):
        start = scope.match.end()
        for inside in REGISTERED.finditer(scope.source.text, start, _end_of_chain(scope.source.text, start)):
            found.setdefault(inside["name"], f"/{scope['path'].strip('/')}".rstrip("/"))
    return found


def _end_of_chain(text: str, start: int) -> int:
    """Where the chain of calls after a scope ends: the parenthesis that closes what the scope is an argument of."""
    depth = 0
    for found in CLOSING.finditer(text, start, start + MAX_CHAIN):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth < 0 or (found[0] == ";" and depth == 0):
            return found.start()
    return min(len(text), start + MAX_CHAIN)


def _routes(tree: Tree, source: Source, prefixes: Mapping[str, str]) -> Iterator[Route]:
    scopes = [*_scopes(source, prefixes)]

    def route(path: str, place: int) -> Route:
        around = [prefix for start, end, prefix in scopes if start <= place < end]
        return Route(_joined(*around, path), tree.quote(source.path, source.line(place)))

    for found in CALLED.finditer(source.text):
        if _answers_get(found):
            yield route(found["path"], found.start())
    for pattern in (RESOURCE, OPENAPI, SALVO):
        for found in pattern.finditer(source.text):
            yield route(found["path"], found.start())
    for found in WARP.finditer(source.text):
        yield route(re.sub(r"[\"\s]", "", found["path"] or found["one"]), found.start())
    for found in MACRO.finditer(source.text):
        line = source.line(found.start())
        yield Route(_joined(prefixes.get(found["name"], ""), found["path"]), tree.quote(source.path, line))


def _answers_get(found: re.Match[str]) -> bool:
    if found["verb"]:
        return found["verb"] in ("get", "all", "serve_dir", "serve_file", "with", "nest")
    return found["how"] != "get" and not OTHER.match(found["what"] or "")


def _scopes(source: Source, prefixes: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """Stretches of text whose routes lie below a prefix."""
    if prefixes:
        for found in islice(FUNCTION.finditer(source.text), MAX_SCOPES * 4):
            if found["name"] in prefixes and found["name"] != "main":
                yield found.start(), block_end(source.text, found.end()), prefixes[found["name"]]
        for found in VARIABLE.finditer(source.text):
            if found["name"] in prefixes:
                end = source.text.find(";", found.end())
                yield found.start(), end if end > 0 else len(source.text), prefixes[found["name"]]
    for found in islice(INLINE.finditer(source.text), MAX_SCOPES):
        yield found.end(), _end_of_chain(source.text, found.end() - 1), found["path"]
    for found in islice(SCOPE.finditer(source.text), MAX_SCOPES):
        yield found.end(), _end_of_chain(source.text, found.end()), found["path"]


def _joined(*parts: str) -> str:
    return "/" + "/".join(part.strip("/") for part in parts if part.strip("/"))
